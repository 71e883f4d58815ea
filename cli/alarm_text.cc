// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm_text.h"

#include <fmt/format.h>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/terminal.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

// A silent line, an unmanned desk and a test of the alarm are about no entry, and have no precedence and
// class to be taken for.
std::string mark_of(const AlarmView& alarm, bool colour) {
  if (alarm.kind == "silent") return painted(colour, Paint::kBad, "THE LINE IS SILENT");
  if (alarm.kind == "unmanned") return painted(colour, Paint::kBad, "THE DESK IS UNMANNED");
  if (alarm.kind == "test") return painted(colour, Paint::kTest, "TEST OF THE ALARM");
  return precedence_text(alarm.precedence, colour) + "  " +
         class_text(alarm.entry_class, alarm.exercise, colour);
}

std::string kind_text(const AlarmView& alarm) {
  if (alarm.kind == "message") return "a message waits for us";
  if (alarm.kind == "overdue") return "a message waits for us, and its time is over";
  if (alarm.kind == "no-answer") return "waits for an answer, and its time is over";
  if (alarm.kind == "silent") return "nothing is heard on the line";
  if (alarm.kind == "draft") return "a draft waits to be released";
  if (alarm.kind == "unmanned") return "nobody attends the desk";
  return alarm.kind == "test" ? "somebody tries the alarm" : visible_line(alarm.kind);
}

std::string what_ends_it(const AlarmView& alarm) {
  if (alarm.kind == "message" || alarm.kind == "overdue") {
    return fmt::format("It rings until the message is acknowledged: `openline ack {}`",
                       short_id(alarm.entry));
  }
  if (alarm.kind == "unmanned")
    return fmt::format("It rings until somebody attends the desk: `openline attend {}`",
                       visible_line(alarm.line_name));
  const std::string answer = fmt::format("`openline alarm answer {}` makes it quiet", alarm.number);
  if (alarm.draft == 0) return answer;
  return fmt::format("`openline draft {}` shows it; {}", alarm.draft, answer);
}

std::string steps_text(const AlarmView& alarm) {
  std::string out = alarm.step.empty() ? "no step taken" : "last step: " + visible_line(alarm.step);
  if (!alarm.next_step.empty())
    out += fmt::format("; next: {} at {}", visible_line(alarm.next_step), utc_and_local(alarm.next_at));
  return out;
}

}  // namespace

std::string alarm_line(const AlarmView& alarm, bool colour) {
  std::string out =
      fmt::format("{}  line {}: {}, since {}", mark_of(alarm, colour), visible_line(alarm.line_name),
                  visible_line(alarm.words), utc_and_local(alarm.since));
  if (!alarm.step.empty()) out += "; step taken: " + visible_line(alarm.step);
  return out;
}

std::string alarm_text(const AlarmView& alarm, bool colour) {
  std::string out =
      fmt::format("{}  alarm {}  {}  line {}, desk {}\n     {}: {}\n     since {}; {}\n",
                  alarm.rings ? painted(colour, Paint::kBad, "RINGS") : "quiet", alarm.number,
                  mark_of(alarm, colour), visible_line(alarm.line_name), visible_line(alarm.desk),
                  kind_text(alarm), visible_line(alarm.words), utc_and_local(alarm.since), steps_text(alarm));
  if (!alarm.answered_by.empty()) {
    out += fmt::format("     answered by {} at {}\n", visible_line(alarm.answered_by),
                       utc_and_local(alarm.answered));
  }
  if (alarm.rings) out += "     " + what_ends_it(alarm) + "\n";
  return out;
}

std::string alarms_text(const AlarmsView& alarms, bool colour) {
  if (alarms.alarms.empty()) return "No alarms.\n";
  std::string out;
  for (const AlarmView& alarm : alarms.alarms) out += alarm_text(alarm, colour);
  return out + (alarms.ringing == 0 ? std::string("Nothing rings.\n")
                                    : fmt::format("Ringing: {}.\n", alarms.ringing));
}

}  // namespace openline::cli
