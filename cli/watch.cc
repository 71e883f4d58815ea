// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.h"

#include <fmt/format.h>

#include <ostream>
#include <sstream>

#include "cli/clock_text.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/keyboard.h"
#include "cli/visible_text.h"
#include "cli/watch_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxRosterFile = 256 << 10;  // a thousand bytes for each shift that the API takes

using Members = std::vector<std::pair<std::string, JsonValue>>;

std::unexpected<Failure> unreadable() {
  return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
}

std::string at_desk(const std::string& desk, std::string_view rest) {
  return fmt::format("/v1/desks/{}/{}", encoded(desk), rest);
}
std::string at_hand_over(std::uint64_t number, std::string_view rest) {
  return fmt::format("/v1/hand-overs/{}{}", number, rest);
}

// "2026-12-01T06:00Z" may be said without seconds; the API wants them.
std::pair<std::string, JsonValue> moment(const std::string& name, const std::string& time) {
  if (!time.ends_with('Z')) return {name + "_local", time};
  return {name, time.size() == 17 ? time.substr(0, 16) + ":00Z" : time};
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::string shift_json(const std::vector<std::string>& officers, const std::string& from,
                       const std::string& to) {
  return json_object({{"officers", officers}, moment("from", from), moment("to", to)});
}

Outcome<std::vector<std::string>> shifts_of(const std::string& file_text) {
  std::vector<std::string> shifts;
  std::istringstream lines(file_text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    std::string from, to, officers, more;
    if (!(words >> from)) continue;
    if (!(words >> to >> officers) || words >> more)
      return failed(ExitCode::kUsage,
                    fmt::format("roster: line {} is not \"FROM TO OFFICER[,OFFICER]\"", number));
    shifts.push_back(shift_json(split(officers, ','), from, to));
  }
  return shifts;
}

void tell_changed(Terminal& terminal, const RosterView& changed) {
  for (const ShiftView& shift : changed.removed)
    terminal.out << fmt::format("removed {}  {}\n", shift.number, shift_text(shift));
  for (const ShiftView& shift : changed.shifts)
    terminal.out << fmt::format("planned {}  {}\n", shift.number, shift_text(shift));
  if (changed.removed.empty() && changed.shifts.empty()) terminal.out << "Nothing was planned there.\n";
}

Outcome<std::string> file_text(Terminal& terminal, const std::string& file) {
  if (file == "-") return read_text(terminal.in, kMaxRosterFile);
  const auto bytes = read_file(file, kMaxRosterFile);
  if (!bytes) return failed(bytes.error());
  return std::string(bytes->begin(), bytes->end());
}

Outcome<std::string> ask_roster(Terminal& terminal, const StationApi& api, const RosterOptions& options) {
  if (options.action == "list") {
    std::string query;
    for (const auto& [name, value] : {std::pair{"from", options.from}, {"to", options.to}}) {
      if (!value.empty())
        query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name,
                             encoded(std::get<std::string>(moment(name, value).second)));
    }
    return api.get(at_desk(options.desk, "roster") + query);
  }
  const auto text = options.action == "load" ? file_text(terminal, options.file) : Outcome<std::string>("");
  if (!text) return failed(text.error());
  const auto body = roster_body(options, *text);
  if (!body) return failed(body.error());
  return api.post(at_desk(options.desk, "roster"), *body);
}

// Shown as it stands; the version that is typed is the one that is signed for.
Outcome<std::uint64_t> version_seen(Terminal& terminal, const StationApi& api,
                                    const HandOverOptions& options) {
  if (options.version) return *options.version;
  if (terminal.keyboard == nullptr) {
    return failed(
        ExitCode::kUsage,
        "hand-over: there is no terminal to read the report at: --version with that of the report that "
        "was read. Nothing was signed");
  }
  const auto told = api.get(at_hand_over(options.number, ""));
  if (!told) return failed(told.error());
  const auto view = read_hand_over(*told);
  if (!view) return unreadable();
  (terminal.json ? terminal.err : terminal.out) << hand_over_text(*view, terminal.colour) << std::flush;
  auto typed = terminal.keyboard->ask(
      fmt::format("To sign for this report, type its version, which is:  {}\n> ", view->version));
  if (!typed) return failed(typed.error().code, typed.error().message + "; nothing was signed");
  while (typed->ends_with(' ') || typed->ends_with('\r')) typed->pop_back();
  if (*typed != std::to_string(view->version)) {
    return failed(ExitCode::kRefused,
                  fmt::format("nothing was signed: the version is {}, and \"{}\" was typed", view->version,
                              visible_line(*typed)));
  }
  return view->version;
}

Outcome<std::string> ask_hand_over(Terminal& terminal, const StationApi& api,
                                   const HandOverOptions& options) {
  if (options.action == "open") {
    Members body{{"to", options.to}};
    if (!options.remarks.empty()) body.emplace_back("remarks", options.remarks);
    return api.post(at_desk(options.desk, "hand-overs"), json_object(body));
  }
  if (options.action == "show") return api.get(at_hand_over(options.number, ""));
  if (options.action == "withdraw") return api.post(at_hand_over(options.number, "/withdraw"), "{}");
  if (options.action == "check") {
    Members body{{"item", static_cast<std::int64_t>(options.item)}, {"done", !options.not_done}};
    if (!options.remark.empty()) body.emplace_back("remark", options.remark);
    return api.post(at_hand_over(options.number, "/check"), json_object(body));
  }
  const auto version = version_seen(terminal, api, options);
  if (!version) return failed(version.error());
  return api.post(at_hand_over(options.number, "/sign"),
                  json_object({{"version", static_cast<std::int64_t>(*version)}}));
}

Outcome<void> list_hand_overs(Terminal& terminal, const StationApi& api, const HandOverOptions& options) {
  const auto told = api.get(at_desk(options.desk, fmt::format("hand-overs?limit={}", options.limit)));
  if (!told) return failed(told.error());
  const auto list = read_hand_overs(*told);
  if (!list) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
    return {};
  }
  if (list->empty()) terminal.out << "No hand-overs.\n";
  for (const HandOverView& one : *list) terminal.out << hand_over_line(one) << '\n';
  return {};
}

void tell_hand_over(Terminal& terminal, const HandOverOptions& options, const HandOverView& view) {
  if (options.action == "sign" && view.state == "signed") {
    terminal.out << fmt::format(
        "Both have signed: {} has the watch at the desk {}. A test of the alarm rings: `openline alarms`.\n",
        visible_line(view.to), visible_line(view.desk));
  } else if (options.action == "sign") {
    terminal.out << fmt::format(
        "Signed, version {}. The watch passes when {} signs too.\n", view.version,
        visible_line(view.signed_by.size() == 1 && view.signed_by[0].officer == view.from ? view.to
                                                                                          : view.from));
  } else if (options.action == "withdraw") {
    terminal.out << fmt::format("{}.\n", hand_over_line(view));
  } else {
    terminal.out << hand_over_text(view, terminal.colour);
  }
}

std::unexpected<Failure> usage(const std::string& words) { return failed(ExitCode::kUsage, words); }

}  // namespace

Outcome<void> show_watch(Terminal& terminal, const StationApi& api, const std::string& desk) {
  std::vector<std::string> desks{desk};
  if (desk.empty()) {
    const auto told = api.get("/v1/desks");
    if (!told) return failed(told.error());
    auto read = read_desks(*told);
    if (!read) return unreadable();
    desks = std::move(*read);
  }
  if (desks.empty() && !terminal.json) terminal.out << "There is no desk at which you have a role.\n";
  for (const std::string& one : desks) {
    const auto told = api.get(at_desk(one, "watch"));
    if (!told) return failed(told.error());
    const auto watch = read_watch(*told);
    if (!watch) return unreadable();
    terminal.out << (terminal.json ? *told + "\n" : watch_text(*watch, terminal.colour));
  }
  return {};
}

Outcome<void> here(Terminal& terminal, const StationApi& api, const std::string& desk) {
  const auto told = api.post("/v1/here", desk.empty() ? "{}" : json_object({{"desk", desk}}));
  if (!told) return failed(told.error());
  if (terminal.json) {
    terminal.out << *told << '\n';
    return {};
  }
  const std::string next = read_next(*told);
  terminal.out << (next.empty()
                       ? "Noted. You attend no desk at this moment.\n"
                       : fmt::format("Noted. The next sign is awaited by {}.\n", utc_and_local(next)));
  return {};
}

Outcome<std::string> roster_body(const RosterOptions& options, const std::string& file_text) {
  std::vector<std::string> shifts;
  if (options.action == "add") shifts.push_back(shift_json(options.officers, options.from, options.to));
  if (options.action == "load") {
    auto read = shifts_of(file_text);
    if (!read) return failed(read.error());
    shifts = std::move(*read);
  }
  Members body{{"shifts", RawJson{json_array(shifts)}}};
  if (options.action != "add" && !options.from.empty())
    body.emplace_back("instead_of",
                      RawJson{json_object({moment("from", options.from), moment("to", options.to)})});
  return json_object(body);
}

Outcome<void> check_roster_options(const RosterOptions& options) {
  const bool has_both = !options.from.empty() && !options.to.empty(),
             has_one = !options.from.empty() || !options.to.empty();
  if (options.action == "list") {
    if (!options.officers.empty() || !options.file.empty())
      return usage("roster: list takes --from and --to alone");
    for (const std::string& time : {options.from, options.to}) {
      if (!time.empty() && !time.ends_with('Z'))
        return usage("roster: list takes times in UTC, such as 2026-12-01T06:00Z");
    }
    return {};
  }
  if (options.action == "add") {
    if (options.officers.empty() || !has_both || !options.file.empty())
      return usage("roster: add takes --officer, --from and --to");
    return {};
  }
  if (!options.officers.empty()) return usage("roster: --officer is of add");
  if (options.action == "clear") {
    if (!has_both || !options.file.empty()) return usage("roster: clear takes --from and --to");
    return {};
  }
  if (options.action != "load") return usage("roster: it is list, add, clear or load");
  if (options.file.empty() || has_one != has_both)
    return usage("roster: load takes FILE, and --from and --to of what it stands in the place of");
  return {};
}

Outcome<void> check_hand_over_options(const HandOverOptions& options) {
  const bool of_desk = options.action == "open" || options.action == "list";
  const bool known = of_desk || options.action == "show" || options.action == "check" ||
                     options.action == "sign" || options.action == "withdraw";
  if (!known) return usage("hand-over: it is open DESK, list DESK, show, check, sign or withdraw NUMBER");
  if (options.action == "open" && options.to.empty())
    return usage("hand-over: open takes --to, who takes the watch");
  if (options.action != "open" && (!options.to.empty() || !options.remarks.empty()))
    return usage("hand-over: --to and --remarks are of open");
  if (!of_desk && options.number == 0) return usage("hand-over: NUMBER is that of a hand-over, such as 3");
  if ((options.action == "check") != (options.item != 0))
    return usage("hand-over: check takes NUMBER and ITEM, such as check 3 1; nothing else takes an item");
  if (options.action != "check" && (options.not_done || !options.remark.empty()))
    return usage("hand-over: --not-done and --remark are of check");
  if (options.not_done && options.remark.empty())
    return usage("hand-over: --not-done needs a --remark that says why");
  if (options.action != "sign" && options.version) return usage("hand-over: --version is of sign");
  return {};
}

Outcome<void> roster(Terminal& terminal, const StationApi& api, const RosterOptions& options) {
  const auto told = ask_roster(terminal, api, options);
  if (!told) return failed(told.error());
  const auto view = read_roster(*told);
  if (!view) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
  } else if (options.action == "list") {
    terminal.out << roster_text(*view);
  } else {
    tell_changed(terminal, *view);
  }
  return {};
}

Outcome<void> hand_over(Terminal& terminal, const StationApi& api, const HandOverOptions& options) {
  if (options.action == "list") return list_hand_overs(terminal, api, options);
  const auto told = ask_hand_over(terminal, api, options);
  if (!told) return failed(told.error());
  const auto view = read_hand_over(*told);
  if (!view) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
  } else {
    tell_hand_over(terminal, options, *view);
  }
  return {};
}

void show_still_there(Terminal& terminal, std::string_view json) {
  const auto asked = read_still_there(json);
  if (!asked) return;
  terminal.err << '\a' << std::flush;
  if (terminal.json) {
    terminal.out << json_object({{"still_there", RawJson{std::string(json)}}}) << '\n';
  } else if (asked->lapsed) {
    terminal.out << fmt::format(
        "YOU ARE NOT TAKEN FOR PRESENT at the desk {}: the far end does not see you. Press Enter.\n",
        visible_line(asked->desk));
  } else {
    terminal.out << fmt::format(
        "ARE YOU STILL THERE? Press Enter by {}, or the desk {} is not attended by you.\n",
        utc_and_local(asked->by), visible_line(asked->desk));
  }
  terminal.out << std::flush;
}

}  // namespace openline::cli
