// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/clock_text.h"
#include "cli/json_text.h"
#include "cli/keyboard.h"
#include "cli/password.h"
#include "cli/people_json.h"
#include "cli/people_text.h"
#include "cli/session_file.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::unexpected<Failure> unreadable() {
  return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
}

std::string how_long(const std::string& expires, std::uint64_t idle_s) {
  std::string out = expires.empty() ? "" : "until " + utc_and_local(expires);
  if (idle_s > 0)
    out += fmt::format("{}{} without use end it", out.empty() ? "" : "; ", span_text(Seconds(idle_s)));
  return out;
}

Outcome<std::string> code_to_enrol(Terminal& terminal, const EnrolOptions& options) {
  if (!options.code.empty()) return options.code;
  if (terminal.keyboard == nullptr)
    return failed(ExitCode::kUsage, "enrol: there is no terminal to ask the code at: --code CODE");
  return terminal.keyboard->ask("The code (both halves, that of the one who proposed you first): ");
}

// A session that could not be kept is ended again: nobody would know its token.
void end_session(const StationApi& api, SessionToken token) {
  const StationApi mine(api.socket_path(), std::make_shared<const SessionToken>(std::move(token)));
  (void)mine.post("/v1/sign-out", "{}");  // what fails here ends by itself at the station
}

}  // namespace

Outcome<void> enrol(Terminal& terminal, const StationApi& api, const EnrolOptions& options) {
  const auto code = code_to_enrol(terminal, options);
  if (!code) return failed(code.error());
  if (!is_utf8(options.name) || !is_utf8(*code)) return failed(ExitCode::kUsage, "enrol: not UTF-8");
  const auto secret = new_password(terminal, options.password_file);
  if (!secret) return failed(secret.error());
  const auto body =
      SecretJson().text("name", options.name).text("code", *code).text("password", secret->expose()).take();
  if (!body) return failed(body.error());
  const auto told = api.post_secret("/v1/enrol", *body);
  if (!told) return failed(told.error());
  terminal.out << (terminal.json ? *told + "\n"
                                 : fmt::format("The account is yours. Next: `openline sign-in {}`.\n",
                                               visible_line(options.name)));
  return {};
}

Outcome<void> sign_in(Terminal& terminal, const StationApi& api, const std::filesystem::path& file,
                      const SignInOptions& options) {
  if (!is_utf8(options.name)) return failed(ExitCode::kUsage, "sign-in: the name is not UTF-8");
  const auto secret =
      password(terminal, options.password_file, fmt::format("Password of {}: ", visible_line(options.name)));
  if (!secret) return failed(secret.error());
  const auto body = SecretJson().text("name", options.name).text("password", secret->expose()).take();
  if (!body) return failed(body.error());
  auto told = api.post_secret("/v1/sign-in", *body);
  if (!told) return failed(told.error());
  auto view = read_signed_in(*told);
  wipe_text(*told);
  if (!view) return unreadable();
  auto token = read_token(view->token);
  wipe_text(view->token);
  if (!token) return unreadable();
  if (auto kept = write_session(file, *token); !kept) {
    end_session(api, std::move(*token));
    return kept;
  }
  if (terminal.json) {
    terminal.out << view->json_without_token << '\n';
  } else {
    terminal.out << fmt::format("Signed in as {}. The session holds {}.\n", officer_text(view->officer),
                                how_long(view->expires, view->idle_s));
  }
  return {};
}

Outcome<void> sign_out(Terminal& terminal, const std::string& socket_path, const std::filesystem::path& file,
                       const SignOutOptions& options) {
  auto token = read_session(file);
  // A file that is not to be trusted is none to speak with, but goes away all the same.
  const auto removed = remove_session(file);
  if (!removed) return failed(removed.error());
  if (!token) {
    return failed(ExitCode::kRefused,
                  fmt::format("{}. It is removed now; the session itself ends at the station after its time",
                              token.error().message));
  }
  if (!*token) return failed(ExitCode::kNotFound, "nobody is signed in here");
  const StationApi mine(socket_path, std::make_shared<const SessionToken>(std::move(**token)));
  const auto told =
      mine.post("/v1/sign-out", options.everywhere ? json_object({{"everywhere", true}}) : std::string("{}"));
  if (!told) {
    return failed(told.error().code,
                  fmt::format("signed out here; of the session at the station it is not known: {}",
                              told.error().message));
  }
  terminal.out << (terminal.json        ? *told + "\n"
                   : options.everywhere ? std::string("Signed out, everywhere.\n")
                                        : std::string("Signed out.\n"));
  return {};
}

Outcome<void> change_password(Terminal& terminal, const StationApi& api, const PasswordOptions& options) {
  const auto old = password(terminal, options.old_file, "Password that holds now: ");
  if (!old) return failed(old.error());
  const auto chosen = new_password(terminal, options.new_file);
  if (!chosen) return failed(chosen.error());
  const auto body = SecretJson().text("old", old->expose()).text("new", chosen->expose()).take();
  if (!body) return failed(body.error());
  const auto told = api.post_secret("/v1/password", *body);
  if (!told) return failed(told.error());
  terminal.out << (terminal.json ? *told + "\n"
                                 : std::string("The password is changed; your other sessions have ended.\n"));
  return {};
}

Outcome<void> whoami(Terminal& terminal, const StationApi& api) {
  const auto told = api.get("/v1/me");
  if (!told) return failed(told.error());
  const auto me = read_me(*told);
  if (!me) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
  } else if (!me->officer) {
    terminal.out
        << (me->unpeopled
                ? "Nobody has an account here yet: whoever may open the socket speaks for the station, and "
                  "nothing that needs two people goes out.\n"
                : "Nobody.\n");
  } else {
    terminal.out << fmt::format("{}\nThe session holds {}.\n", officer_text(*me->officer),
                                how_long(me->expires, me->idle_s));
  }
  return {};
}

}  // namespace openline::cli
