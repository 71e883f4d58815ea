// SPDX-License-Identifier: Apache-2.0
// The watch as the API says it (docs/api.md, "The watch"), as plain values. Texts are as the API gave them:
// whoever shows them makes them visible first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openline::cli {

struct PresentView {
  std::string officer, title, since, confirmed, confirm_by;
  bool asked = false;
};
struct ShiftView {
  std::uint64_t number = 0;  // 0: there is none
  std::vector<std::string> officers;
  std::string from, to, from_local, to_local, planned_by;
};
struct CheckItemView {
  std::uint64_t item = 0;
  std::string text, by, remark;
  bool done = false;
};
struct SignatureView {
  std::string officer, time;
  std::uint64_t version = 0;
};
struct HandOverView {
  std::uint64_t number = 0;  // 0: there is none
  std::uint64_t version = 0;
  std::string desk, from, to, state, time, remarks, closed, closed_by;
  // What is in the report, a line each, under its heading. Empty: the reader may not see it.
  std::vector<std::pair<std::string, std::vector<std::string>>> report;
  std::vector<CheckItemView> checklist;
  std::vector<SignatureView> signed_by;
  std::vector<std::string> may;
};
struct WatchView {
  std::string desk, mine, unmanned_since, alarm_tested, time_zone;
  std::vector<PresentView> on_watch, lapsed;
  ShiftView shift, next_shift;
  HandOverView hand_over, last_hand_over;
};
struct RosterView {
  std::vector<ShiftView> shifts, removed;
  std::string time_zone;
};
// The event `still-there`.
struct StillThereView {
  std::string desk, by;
  bool lapsed = false;
};

// nullopt: not what docs/api.md describes.
[[nodiscard]] std::optional<std::vector<std::string>> read_desks(std::string_view json);
[[nodiscard]] std::optional<WatchView> read_watch(std::string_view json);
[[nodiscard]] std::optional<RosterView> read_roster(std::string_view json);
[[nodiscard]] std::optional<HandOverView> read_hand_over(std::string_view json);
[[nodiscard]] std::optional<std::vector<HandOverView>> read_hand_overs(std::string_view json);
[[nodiscard]] std::optional<StillThereView> read_still_there(std::string_view json);
// When the next sign is awaited; empty: never.
[[nodiscard]] std::string read_next(std::string_view json);

}  // namespace openline::cli
