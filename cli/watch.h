// SPDX-License-Identifier: Apache-2.0
// Who is on watch: `openline watch`, `roster`, `hand-over` and `here`, and the question at an attended desk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct WatchCommand {
  std::string desk;  // empty: every desk of one's roles
};
struct HereCommand {
  std::string desk;  // and the watch is taken there, also by who was relieved
};
struct RosterOptions {
  std::string action;  // "list", "add", "clear", "load"
  std::string desk, from, to, file;
  std::vector<std::string> officers;
};
struct HandOverOptions {
  std::string action;  // "open", "list", "show", "check", "sign", "withdraw"
  std::string desk;    // open, list
  std::uint64_t number = 0, item = 0;
  std::string to, remarks, remark;
  bool not_done = false;
  std::optional<std::uint64_t> version;  // of sign; none: it is shown, and the person types it
  std::uint64_t limit = 10;
};

[[nodiscard]] Outcome<void> show_watch(Terminal& terminal, const StationApi& api, const std::string& desk);
[[nodiscard]] Outcome<void> here(Terminal& terminal, const StationApi& api, const std::string& desk);
[[nodiscard]] Outcome<void> roster(Terminal& terminal, const StationApi& api, const RosterOptions& options);
[[nodiscard]] Outcome<void> hand_over(Terminal& terminal, const StationApi& api,
                                      const HandOverOptions& options);

// What an action of these lacks, or does not take.
[[nodiscard]] Outcome<void> check_roster_options(const RosterOptions& options);
[[nodiscard]] Outcome<void> check_hand_over_options(const HandOverOptions& options);
// The body of a change of the roster: times that end in Z are UTC, others are as clocks at the desk show
// them. Of a file's lines each is "FROM TO OFFICER[,OFFICER]"; "#" begins a comment.
[[nodiscard]] Outcome<std::string> roster_body(const RosterOptions& options, const std::string& file_text);

// At an attended desk: the data of the event `still-there`. Rings once, and says what to do.
void show_still_there(Terminal& terminal, std::string_view json);

}  // namespace openline::cli
