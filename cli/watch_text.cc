// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_text.h"

#include <fmt/format.h>

#include "cli/clock_text.h"
#include "cli/terminal.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string names_of(const std::vector<std::string>& officers) {
  std::string all;
  for (const std::string& officer : officers) all += (all.empty() ? "" : ", ") + visible_line(officer);
  return all;
}

std::string present_text(const PresentView& one) {
  const std::string name = one.officer.empty()
                               ? visible_line(one.title)
                               : fmt::format("{} ({})", visible_line(one.officer), visible_line(one.title));
  std::string out = fmt::format("{}, since {}", name, utc_and_local(one.since));
  if (!one.officer.empty()) out += "; last sign " + utc_and_local(one.confirmed);
  if (one.asked) out += fmt::format("; ASKED, answers by {}", utc_and_local(one.confirm_by));
  return out;
}

std::string checklist_text(const HandOverView& view) {
  std::string out;
  for (const CheckItemView& item : view.checklist) {
    out += fmt::format("  [{}] {}. {}", item.done ? "x" : " ", item.item, visible_line(item.text));
    if (!item.by.empty()) out += fmt::format(" ({})", visible_line(item.by));
    if (!item.remark.empty()) out += ": " + visible_line(item.remark);
    out += "\n";
  }
  return out;
}

std::string what_is_next(const HandOverView& view) {
  std::string out;
  for (const std::string& act : view.may) {
    if (act == "check") out += fmt::format("  `openline hand-over check {} ITEM`\n", view.number);
    if (act == "sign") out += fmt::format("  `openline hand-over sign {}`\n", view.number);
    if (act == "withdraw") out += fmt::format("  `openline hand-over withdraw {}`\n", view.number);
  }
  return out.empty() ? "" : "You may:\n" + out;
}

}  // namespace

std::string shift_text(const ShiftView& shift) {
  if (shift.number == 0) return "nobody is planned";
  std::string out = fmt::format("{}: {} to {}", names_of(shift.officers), utc_and_local(shift.from),
                                utc_and_local(shift.to));
  if (!shift.from_local.empty())
    out +=
        fmt::format("; at the desk {} to {}", visible_line(shift.from_local), visible_line(shift.to_local));
  return out;
}

std::string roster_text(const RosterView& roster) {
  std::string out;
  for (const ShiftView& shift : roster.shifts)
    out += fmt::format("{}  {}, planned by {}\n", shift.number, shift_text(shift),
                       visible_line(shift.planned_by));
  if (roster.shifts.empty()) out = "No shifts.\n";
  if (!roster.time_zone.empty()) out += fmt::format("The desk's time: {}.\n", visible_line(roster.time_zone));
  return out;
}

std::string hand_over_line(const HandOverView& view) {
  std::string out =
      fmt::format("hand-over {} from {} to {}, {}, opened {}", view.number, visible_line(view.from),
                  visible_line(view.to), visible_line(view.state), utc_and_local(view.time));
  for (const SignatureView& by : view.signed_by)
    out += fmt::format("; signed by {} at {}", visible_line(by.officer), utc_and_local(by.time));
  if (view.state == "withdrawn")
    out += fmt::format(" by {} at {}", visible_line(view.closed_by), utc_and_local(view.closed));
  return out;
}

std::string hand_over_text(const HandOverView& view, bool colour) {
  const std::string rule(72, '=');
  std::string out = fmt::format("{}\nDesk {}: {}\n", rule, visible_line(view.desk), hand_over_line(view));
  if (!view.remarks.empty()) {
    for (const std::string& line : visible_lines(view.remarks)) out += fmt::format("  | {}\n", line);
  }
  out += painted(colour, Paint::kBold, fmt::format("The report, version {}", view.version)) + "\n";
  for (const auto& [heading, lines] : view.report) {
    out += fmt::format("  {}:{}\n", heading, lines.empty() ? " none" : "");
    for (const std::string& line : lines) out += fmt::format("    {}\n", visible_line(line));
  }
  if (view.report.empty()) out += "  not for your roles\n";
  if (!view.checklist.empty()) out += "Checklist\n" + checklist_text(view);
  return out + what_is_next(view) + rule + "\n";
}

std::string watch_text(const WatchView& watch, bool colour) {
  std::string out = fmt::format("Desk {}\n", visible_line(watch.desk));
  for (const PresentView& one : watch.on_watch) out += "  on watch: " + present_text(one) + "\n";
  if (watch.on_watch.empty()) {
    out += "  " + painted(colour, Paint::kBad, "NOBODY IS ON WATCH");
    if (!watch.unmanned_since.empty()) out += " since " + utc_and_local(watch.unmanned_since);
    out += "\n";
  }
  for (const PresentView& one : watch.lapsed)
    out += fmt::format("  {}: {}, did not answer, since {}\n", painted(colour, Paint::kWarn, "LAPSED"),
                       visible_line(one.officer), utc_and_local(one.since));
  if (watch.mine == "lapsed") out += "  You are not taken for present: `openline here`.\n";
  if (watch.mine == "relieved")
    out += fmt::format("  You were relieved; `openline here {}` takes the watch again.\n",
                       visible_line(watch.desk));
  out +=
      "  this shift: " + shift_text(watch.shift) + "\n  next shift: " + shift_text(watch.next_shift) + "\n";
  if (watch.hand_over.number != 0) out += "  open: " + hand_over_line(watch.hand_over) + "\n";
  if (watch.last_hand_over.number != 0) out += "  last: " + hand_over_line(watch.last_hand_over) + "\n";
  out += "  alarm tried and heard: " +
         (watch.alarm_tested.empty() ? std::string("never") : utc_and_local(watch.alarm_tested)) + "\n";
  return out;
}

}  // namespace openline::cli
