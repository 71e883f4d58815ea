// SPDX-License-Identifier: Apache-2.0
#include "cli/alarms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/alarm_text.h"
#include "cli/json_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::unexpected<Failure> unreadable() {
  return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
}

constexpr std::array<std::string_view, 4> kMostUrgentFirst{"flash", "immediate", "priority", "routine"};
auto urgency(const AlarmView& alarm) { return std::ranges::find(kMostUrgentFirst, alarm.precedence); }

}  // namespace

Outcome<void> show_alarms(Terminal& terminal, const StationApi& api) {
  const auto told = api.get("/v1/alarms");
  if (!told) return failed(told.error());
  const auto alarms = read_alarms(*told);
  if (!alarms) return unreadable();
  terminal.out << (terminal.json ? *told + "\n" : alarms_text(*alarms, terminal.colour));
  return {};
}

Outcome<void> alarm(Terminal& terminal, const StationApi& api, const AlarmOptions& options) {
  const bool answers = options.action == "answer";
  const auto told = api.post(answers ? fmt::format("/v1/alarms/{}/answer", options.number)
                                     : fmt::format("/v1/lines/{}/alarm-test", encoded(options.line)),
                             "{}");
  if (!told) return failed(told.error());
  const auto made = read_alarm(*told);
  if (!made) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
  } else {
    terminal.out << (answers ? "Answered: it is quiet.\n"
                             : "The alarm is tried: it rings at the desk until somebody answers.\n")
                 << alarm_text(*made, terminal.colour);
  }
  return {};
}

bool AlarmsAtDesk::rings_here(const AlarmView& alarm) const {
  return alarm.line == line_ || ringing_.contains(alarm.number) ||
         std::ranges::find(alarm.also_at, desk_) != alarm.also_at.end();
}

void AlarmsAtDesk::take_all(const AlarmsView& alarms) {
  ringing_.clear();
  for (const AlarmView& alarm : alarms.alarms) {
    if (alarm.rings && rings_here(alarm)) ring(alarm, "rings");
  }
}

void AlarmsAtDesk::take_event(std::string_view json) {
  const auto event = read_alarm_event(json);
  if (!event || !rings_here(event->alarm)) return;
  const AlarmView& alarm = event->alarm;
  if (event->change == "raised" && ringing_.contains(alarm.number)) return;  // the list had it already
  if (event->change == "raised" || event->change == "step") return ring(alarm, event->change);
  if (event->change != "answered" && event->change != "ended") return;
  ringing_.erase(alarm.number);
  const bool is_over = event->change == "ended";
  print(event->change, alarm,
        fmt::format("Alarm {} {}: {}.\n", alarm.number,
                    is_over ? "is over" : "is answered by " + visible_line(alarm.answered_by) + " and quiet",
                    alarm_line(alarm, terminal_.colour)));
}

void AlarmsAtDesk::ring(const AlarmView& alarm, std::string_view change) {
  ringing_.insert_or_assign(alarm.number, alarm);
  terminal_.err << '\a' << std::flush;
  print(change, alarm,
        fmt::format("ALARM {} RINGS: {}.\n", alarm.number, alarm_line(alarm, terminal_.colour)));
}

void AlarmsAtDesk::print(std::string_view change, const AlarmView& alarm, const std::string& line) {
  if (terminal_.json) {
    const std::string data = json_object({{"change", std::string(change)}, {"alarm", RawJson{alarm.json}}});
    terminal_.out << json_object({{"alarm", RawJson{data}}}) << '\n';
  } else {
    terminal_.out << line;
  }
  terminal_.out << std::flush;
}

void AlarmsAtDesk::ring_again() {
  if (!rings_again()) return;
  terminal_.err << '\a' << std::flush;
  if (terminal_.json) return;  // each was said once
  const auto most_urgent =
      std::ranges::min_element(ringing_, {}, [](const auto& one) { return urgency(one.second); });
  const AlarmView& alarm = most_urgent->second;
  const std::string others =
      ringing_.size() == 1 ? ""
                           : fmt::format(" ({} others ring too: `openline alarms`)", ringing_.size() - 1);
  terminal_.out << fmt::format("ALARM {} STILL RINGS: {}{}.\n", alarm.number,
                               alarm_line(alarm, terminal_.colour), others)
                << std::flush;
}

}  // namespace openline::cli
