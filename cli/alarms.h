// SPDX-License-Identifier: Apache-2.0
// What rings until a person answers: `openline alarms`, `alarm answer` and `alarm test`, and the bell of an
// attended desk.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/alarm_json.h"
#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct AlarmsCommand {};
struct AlarmOptions {
  std::string action;        // "answer", "test"
  std::uint64_t number = 0;  // answer
  std::string line;          // test
};

[[nodiscard]] Outcome<void> show_alarms(Terminal& terminal, const StationApi& api);
[[nodiscard]] Outcome<void> alarm(Terminal& terminal, const StationApi& api, const AlarmOptions& options);

// The alarms of one line as its attended desk knows them, and those of others that called it. It rings and
// prints; it asks nothing of the station.
class AlarmsAtDesk {
 public:
  static constexpr std::chrono::seconds kAgainEvery{5};  // while something rings and somebody hears it

  // `line`: the id of the one that is attended, at `desk`; others ring at their own desks.
  AlarmsAtDesk(Terminal& terminal, std::string line, std::string desk)
      : terminal_(terminal), line_(std::move(line)), desk_(std::move(desk)) {}

  // What GET /v1/alarms told, in place of all that was known.
  void take_all(const AlarmsView& alarms);
  // The data of the event `alarm`.
  void take_event(std::string_view json);
  [[nodiscard]] bool rings_again() const { return terminal_.is_heard && !ringing_.empty(); }
  void ring_again();

 private:
  [[nodiscard]] bool rings_here(const AlarmView& alarm) const;
  void ring(const AlarmView& alarm, std::string_view change);
  void print(std::string_view change, const AlarmView& alarm, const std::string& line);
  Terminal& terminal_;
  std::string line_, desk_;
  std::map<std::uint64_t, AlarmView> ringing_;  // by number
};

}  // namespace openline::cli
