// SPDX-License-Identifier: Apache-2.0
// Alarms as the API says them (docs/api.md, "Alarms"), as plain values. Texts are as others gave them:
// whoever shows them makes them visible first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::cli {

struct AlarmView {
  std::uint64_t number = 0, draft = 0;  // draft: 0 for none
  std::string kind, line, line_name, desk, entry, precedence, entry_class, exercise, words, since;
  std::string step;                  // the last one taken
  std::string next_step, next_at;    // empty: the plan has no further one
  std::vector<std::string> also_at;  // other desks that were called
  std::string answered_by, answered;
  bool rings = false;
  std::string json;  // as it came, on one line
};
struct AlarmsView {
  std::vector<AlarmView> alarms;  // those that ring first
  std::uint64_t ringing = 0;
};
// The event `alarm`.
struct AlarmEventView {
  std::string change;  // "raised", "step", "answered", "ended"
  AlarmView alarm;
};

// nullopt: not what docs/api.md describes.
[[nodiscard]] std::optional<AlarmView> read_alarm(std::string_view json);
[[nodiscard]] std::optional<AlarmsView> read_alarms(std::string_view json);
[[nodiscard]] std::optional<AlarmEventView> read_alarm_event(std::string_view json);

}  // namespace openline::cli
