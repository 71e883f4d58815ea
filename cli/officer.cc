// SPDX-License-Identifier: Apache-2.0
#include "cli/officer.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/json_text.h"
#include "cli/password.h"
#include "cli/people_json.h"
#include "cli/people_text.h"
#include "cli/root_signature.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::unexpected<Failure> unreadable() {
  return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
}

// The body of what is asked of an officer's account. Empty actions say all by their address.
Outcome<std::string> body_of(const OfficerOptions& options) {
  if (options.roles.empty()) return std::string("{}");
  const auto grants = grants_json(options.roles);
  if (!grants) return failed(grants.error());
  std::vector<std::pair<std::string, JsonValue>> body;
  if (options.action == "add") body = {{"name", options.name}, {"title", options.title}};
  body.emplace_back("grants", RawJson{*grants});
  return json_object(body);
}

std::string address_of(const OfficerOptions& options) {
  if (options.action == "add") return "/v1/officers";
  const bool decides = options.action == "confirm" || options.action == "refuse";
  return fmt::format("/v1/{}/{}/{}", decides ? "people-changes" : "officers", encoded(options.name),
                     options.action);
}

Outcome<RootChallenge> challenge_of(const StationApi& api) {
  const auto told = api.get("/v1/root-challenge");
  if (!told) return failed(told.error());
  const auto read = read_root_challenge(*told);
  if (!read) return unreadable();
  const auto value = from_hex(read->challenge), station = from_hex(read->station);
  if (!value || !station) return unreadable();
  const auto hash = Hash::from(*value);
  const auto key = StationKey::from(*station);
  if (!hash || !key) return unreadable();
  return RootChallenge{*hash, *key};
}

// The root key speaks for the party: no officer's session goes with it, which might have ended.
Outcome<std::string> ask_with_root(const StationApi& api, const OfficerOptions& options,
                                   const std::string& body) {
  const auto seed = read_root_key(options.root_key);
  if (!seed) return failed(seed.error());
  const StationApi nobody(api.socket_path());
  const auto challenge = challenge_of(nobody);
  if (!challenge) return failed(challenge.error());
  const auto whole = signed_by_root(*seed, *challenge, address_of(options), body);
  if (!whole) return failed(whole.error());
  return nobody.post(address_of(options), *whole);
}

// Nobody is there yet who could agree to it.
Outcome<std::string> make_first(Terminal& terminal, const StationApi& api, const OfficerOptions& options) {
  if (!options.root_key.empty()) {
    return failed(ExitCode::kUsage,
                  "officer: this is the first account, which is made with a password and without --root-key");
  }
  const auto grants = grants_json(options.roles);
  if (!grants) return failed(grants.error());
  terminal.err
      << "The first account of this station. From then on every request needs an officer who signed in.\n"
      << std::flush;
  const auto secret = new_password(terminal, options.password_file);
  if (!secret) return failed(secret.error());
  const auto body = SecretJson()
                        .text("name", options.name)
                        .text("title", options.title)
                        .raw("grants", *grants)
                        .text("password", secret->expose())
                        .take();
  if (!body) return failed(body.error());
  return api.post_secret(address_of(options), *body);
}

void tell_code_half(Terminal& terminal, const PeopleDoneView& done, const std::string& name) {
  if (done.code_half.empty()) return;
  terminal.out << fmt::format(
      "Your half of {0}'s code, shown this once:\n\n    {1}\n\nTell it to {0} and to nobody else.\n",
      visible_line(name), visible_line(done.code_half));
}

void tell_proposed(Terminal& terminal, const PeopleDoneView& done) {
  const ChangeView& change = *done.change;
  const std::string name = visible_line(change.officer);
  terminal.out << fmt::format("Change {} is proposed: {}.\n", change.number, change_text(change));
  tell_code_half(terminal, done, change.officer);
  terminal.out << fmt::format(
      "Another officer, releaser or supervisor, not {}, confirms it within a day: `openline officer confirm "
      "{}`{}\n",
      name, change.number, done.code_half.empty() ? "." : ", and is shown the other half.");
  if (!done.code_half.empty()) {
    terminal.out << fmt::format(
        "Both of you tell {0} your halves, and {0} chooses a password with them: `openline enrol {0}`.\n",
        name);
  }
}

// What a request about an officer came to, and what has to happen next.
void tell(Terminal& terminal, const OfficerOptions& options, const PeopleDoneView& done, bool is_first) {
  if (done.change && done.change->state == "open") return tell_proposed(terminal, done);
  if (options.action == "refuse") {
    terminal.out << fmt::format("Change {} is refused. Nothing was changed.\n", options.name);
    return;
  }
  const std::string name = done.officer ? done.officer->name : options.name;
  if (done.officer) {
    terminal.out << officer_text(*done.officer);
    if (!done.officer->state.empty()) terminal.out << " (" << visible_line(done.officer->state) << ")";
    terminal.out << "\n";
  }
  if (options.action == "disable") terminal.out << "Disabled: the sessions of this officer have ended.\n";
  if (options.action == "unlock") terminal.out << "The lock has ended.\n";
  if (is_first) terminal.out << fmt::format("Next: `openline sign-in {}`.\n", visible_line(name));
  tell_code_half(terminal, done, name);
  if (!done.code_half.empty()) {
    terminal.out << fmt::format(
        "With both halves, that of the one who proposed it first, {0} runs `openline enrol {0}`.\n",
        visible_line(name));
  }
  if (!done.code.empty()) {
    terminal.out << fmt::format(
        "The code of {0}, shown this once:\n\n    {1}\n\nTell it to {0} and to nobody else, who then runs "
        "`openline "
        "enrol {0}` within a day.\n",
        visible_line(name), visible_line(done.code));
  }
}

Outcome<void> list(Terminal& terminal, const StationApi& api) {
  const auto told = api.get("/v1/officers");
  if (!told) return failed(told.error());
  const auto people = read_people(*told);
  if (!people) return unreadable();
  terminal.out << (terminal.json ? *told + "\n" : people_text(*people));
  return {};
}

}  // namespace

Outcome<void> officer(Terminal& terminal, const StationApi& api, const OfficerOptions& options) {
  if (auto wrong = check_officer_options(options); !wrong) return wrong;
  if (options.action == "list") return list(terminal, api);
  bool is_first = false;
  if (options.action == "add") {
    const auto unpeopled = api.is_unpeopled();
    if (!unpeopled) return failed(unpeopled.error());
    is_first = *unpeopled;
    if (!is_first && !options.password_file.empty()) {
      return failed(
          ExitCode::kUsage,
          "officer: --password-file is for the first account; others choose theirs with `openline enrol`");
    }
  }
  const auto body = body_of(options);
  if (!body) return failed(body.error());
  const auto told = is_first                   ? make_first(terminal, api, options)
                    : options.root_key.empty() ? api.post(address_of(options), *body)
                                               : ask_with_root(api, options, *body);
  if (!told) return failed(told.error());
  const auto done = read_people_done(*told);
  if (!done) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
  } else {
    tell(terminal, options, *done, is_first);
  }
  return {};
}

Outcome<void> audit(Terminal& terminal, const StationApi& api, const AuditOptions& options) {
  const auto told = api.get(fmt::format("/v1/audit?after={}&limit={}", options.after, options.limit));
  if (!told) return failed(told.error());
  const auto acts = read_audit(*told);
  if (!acts) return unreadable();
  terminal.out << (terminal.json ? *told + "\n" : audit_text(*acts));
  return {};
}

}  // namespace openline::cli
