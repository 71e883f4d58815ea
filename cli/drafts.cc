// SPDX-License-Identifier: Apache-2.0
#include "cli/drafts.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/acts.h"
#include "cli/draft_json.h"
#include "cli/draft_text.h"
#include "cli/entry_view.h"
#include "cli/json_text.h"
#include "cli/keyboard.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string at_draft(std::uint64_t number, std::string_view rest) {
  return fmt::format("/v1/drafts/{}{}", number, rest);
}

Outcome<Told<DraftView>> read(Outcome<std::string> told) {
  if (!told) return failed(told.error());
  auto draft = read_draft(*told);
  if (!draft) return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
  return Told<DraftView>{std::move(*draft), std::move(*told)};
}

// What the person says that it is: typed, after they saw it, or in the command.
Outcome<std::string> confirmed(Terminal& terminal, const DraftView& shown, const DraftOptions& options) {
  std::string said = options.confirm.value_or("");
  if (!options.confirm) {
    auto typed = terminal.keyboard->ask(
        fmt::format("{}To release this, type what it is, which is:  {}\n> ",
                    options.emergency ? "You release this ALONE; everybody is told, with your reason. " : "",
                    visible_line(shown.confirm)));
    if (!typed) return failed(typed.error().code, typed.error().message + "; nothing was released");
    said = std::move(*typed);
    while (said.ends_with(' ') || said.ends_with('\r')) said.pop_back();
  }
  if (said.empty() || said != shown.confirm) {
    return failed(ExitCode::kRefused,
                  fmt::format("nothing was released: draft {} is \"{}\", and \"{}\" was confirmed",
                              shown.number, visible_line(shown.confirm), visible_line(said)));
  }
  return said;
}

void tell_released(Terminal& terminal, const DraftView& draft) {
  if (draft.state != "released") {
    terminal.out << fmt::format("You stand behind draft {}. It has not gone out: {}.\n", draft.number,
                                standing_text(draft));
    return;
  }
  terminal.out << fmt::format("Draft {} is released: {}  {} goes out as paths allow.\n", draft.number,
                              precedence_text(draft.precedence, terminal.colour),
                              class_text(draft.entry_class, draft.exercise, terminal.colour));
  for (const DoneView::Made& made : draft.entries)
    terminal.out << fmt::format("On record here as #{}, id {}.\n", made.serial, short_id(made.id));
}

Outcome<void> release(Terminal& terminal, const StationApi& api, const DraftOptions& options) {
  if (!options.confirm && terminal.keyboard == nullptr) {
    return failed(
        ExitCode::kUsage,
        "release: there is no terminal to confirm it at: --confirm with what it is, such as --confirm "
        "\"live flash\". Nothing was released");
  }
  if (options.emergency && options.emergency->empty())
    return failed(ExitCode::kUsage, "release: --emergency needs the reason. Nothing was released");
  const auto shown = read(api.get(at_draft(options.number, "")));
  if (!shown) return failed(shown.error());
  (terminal.json ? terminal.err : terminal.out) << draft_text(shown->value, terminal.colour) << std::flush;
  const auto words = confirmed(terminal, shown->value, options);
  if (!words) return failed(words.error());
  std::vector<std::pair<std::string, JsonValue>> body{
      {"version", static_cast<std::int64_t>(shown->value.version)}, {"confirm", *words}};
  if (options.emergency) body.emplace_back("emergency", *options.emergency);
  // It goes out once, however often it is asked.
  auto done = read(
      api.post_until_sure(at_draft(options.number, "/release"), json_object(body), told_retries(terminal)));
  if (!done && done.error().code == ExitCode::kConflict) {
    // Perhaps because an answer was lost that said it went out: then it has, as it was shown.
    auto now = read(api.get(at_draft(options.number, "")));
    if (now && now->value.state == "released" && now->value.version == shown->value.version)
      done = std::move(now);
  }
  if (!done) return failed(done.error());
  if (terminal.json) {
    terminal.out << done->json << '\n';
  } else {
    tell_released(terminal, done->value);
  }
  return {};
}

Outcome<std::string> body_of(const StationApi& api, const DraftOptions& options) {
  if (options.what != "return") return std::string("{}");
  const auto now = read(api.get(at_draft(options.number, "")));
  if (!now) return failed(now.error());
  return json_object(
      {{"version", static_cast<std::int64_t>(now->value.version)}, {"reason", options.reason}});
}

}  // namespace

Outcome<void> show_drafts(Terminal& terminal, const StationApi& api, const std::string& line) {
  const auto told = api.get("/v1/drafts" + (line.empty() ? "" : "?line=" + encoded(line)));
  if (!told) return failed(told.error());
  const auto drafts = read_drafts(*told);
  if (!drafts) return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
  terminal.out << (terminal.json ? *told + "\n" : drafts_text(*drafts, terminal.colour));
  return {};
}

Outcome<void> draft(Terminal& terminal, const StationApi& api, const DraftOptions& options) {
  if (options.what == "release") return release(terminal, api, options);
  const bool shows = options.what == "draft";
  Outcome<Told<DraftView>> done;
  if (shows) {
    done = read(api.get(at_draft(options.number, "")));
  } else {
    const auto body = body_of(api, options);
    if (!body) return failed(body.error());
    done = read(api.post(at_draft(options.number, "/" + options.what), *body));
  }
  if (!done) return failed(done.error());
  if (terminal.json) {
    terminal.out << done->json << '\n';
  } else if (shows) {
    terminal.out << draft_text(done->value, terminal.colour);
  } else {
    terminal.out << fmt::format("Draft {}: {}.\n", done->value.number, standing_text(done->value));
  }
  return {};
}

Outcome<void> make_draft(Terminal& terminal, const StationApi& api, const std::string& line,
                         std::string_view address, const std::string& body) {
  address.remove_prefix(address.starts_with('/') ? 1 : 0);
  const auto made =
      read(api.post(fmt::format("/v1/lines/{}/drafts", encoded(line)), write_draft(address, body)));
  if (!made) {
    // Without a key it cannot be asked again: two drafts of one text might both be released.
    const bool is_unsure = made.error().code == ExitCode::kUnreachable;
    return failed(
        made.error().code,
        made.error().message + (is_unsure ? ". If the draft was made, `openline drafts` shows it" : ""));
  }
  if (terminal.json) {
    terminal.out << made->json << '\n';
    return {};
  }
  const DraftView& view = made->value;
  terminal.out << fmt::format(
      "Draft {}, {}  {}, {}.\nNothing has gone out. A releaser runs `openline release {}`.\n", view.number,
      precedence_text(view.precedence, terminal.colour),
      class_text(view.entry_class, view.exercise, terminal.colour), standing_text(view), view.number);
  return {};
}

void show_draft_that_waits(Terminal& terminal, std::string_view json) {
  const auto draft = read_draft(json);  // the event has some of a draft's fields
  if (!draft || draft->state != "waiting" || terminal.json) return;
  terminal.out << fmt::format("Draft {} waits to be released: {}  {}. `openline draft {}` shows it.\n",
                              draft->number, precedence_text(draft->precedence, terminal.colour),
                              class_text(draft->entry_class, draft->exercise, terminal.colour),
                              draft->number);
}

void show_emergency(Terminal& terminal, std::string_view json) {
  const auto emergency = read_emergency(json);
  if (!emergency) return;
  terminal.err << '\a' << std::flush;
  terminal.out << (terminal.json ? json_object({{"emergency", RawJson{std::string(json)}}}) + "\n"
                                 : emergency_text(*emergency, terminal.colour));
}

}  // namespace openline::cli
