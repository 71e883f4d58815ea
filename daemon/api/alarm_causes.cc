// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/alarm_causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace openline::daemon {
namespace {

AlarmCause cause_on(const LineStatus& line, AlarmKind kind) {
  AlarmCause cause;
  cause.kind = kind;
  cause.line = line.line;
  cause.line_name = line.agreement.agreement.name;
  cause.desk = line.own_desk;
  return cause;
}

// A message that rings, or one whose time to answer is over. A request that an officer has rings no more, but
// waits for its answer all the same.
std::optional<AlarmCause> of_item(const LineStatus& line, const OpenItem& item, const DeskPlan::Desk& desk) {
  const bool rings = !item.own && !item.acknowledged && desk.ring[static_cast<std::size_t>(item.precedence)];
  const bool is_late = item.left <= Seconds{0};
  if (!rings && !is_late) return std::nullopt;
  AlarmCause cause = cause_on(line, rings                           ? AlarmKind::kMessage
                                    : item.own || item.acknowledged ? AlarmKind::kNoAnswer
                                                                    : AlarmKind::kOverdue);
  cause.entry = item.id.hex();
  cause.precedence = item.precedence;
  cause.entry_class = item.entry_class;
  const std::string what =
      fmt::format("{} {}", class_name(item.entry_class), precedence_name(item.precedence));
  cause.words = rings               ? fmt::format("{} from {}", what, item.author)
                : item.own          ? fmt::format("{} of ours is not acknowledged in its time", what)
                : item.acknowledged ? fmt::format("{} from {} is acknowledged, and not answered in its time",
                                                  what, item.author)
                                    : fmt::format("{} from {} is overdue", what, item.author);
  return cause;
}

// A desk's, told on its first line.
void add_unmanned(const StationStatus& status, const Watch& watch, const DeskPlan& plan, Now now,
                  std::vector<AlarmCause>& causes) {
  std::set<std::string> desks;
  for (const LineStatus& line : status.lines) {
    const auto& ring = plan.at(line.own_desk).ring_unmanned;
    if (!ring || !desks.insert(line.own_desk).second) continue;
    const auto since = watch.unmanned_for(line.own_desk, now);
    if (!since || *since < *ring) continue;
    AlarmCause cause = cause_on(line, AlarmKind::kUnmanned);
    cause.words = "nobody attends the desk " + line.own_desk;
    causes.push_back(std::move(cause));
  }
}

}  // namespace

std::vector<AlarmCause> alarm_causes(const StationStatus& status, const Drafts& drafts, const Watch& watch,
                                     const DeskPlan& plan, Now now) {
  std::vector<AlarmCause> causes;
  for (const LineStatus& line : status.lines) {
    const DeskPlan::Desk& desk = plan.at(line.own_desk);
    for (const OpenItem& item : line.open_items) {
      if (auto cause = of_item(line, item, desk)) causes.push_back(std::move(*cause));
    }
    if (line.lamp != LineLamp::kSilent) continue;
    AlarmCause cause = cause_on(line, AlarmKind::kSilent);
    cause.words = line.reason;
    cause.patience = desk.silence_after;
    causes.push_back(std::move(cause));
  }
  for (const Draft* draft : drafts.all()) {
    const auto precedence = static_cast<std::size_t>(draft->content.precedence);
    if (draft->state != DraftState::kWaiting || !plan.at(draft->desk).ring[precedence]) continue;
    const auto line = std::ranges::find(status.lines, draft->line, &LineStatus::line);
    if (line == status.lines.end()) continue;
    AlarmCause cause = cause_on(*line, AlarmKind::kDraft);
    cause.desk = draft->desk;
    cause.draft = draft->number;
    cause.precedence = draft->content.precedence;
    cause.entry_class = draft->content.entry_class;
    cause.exercise = draft->content.exercise;
    cause.words = fmt::format("a draft by {} waits to be released: {}", draft->author, draft->confirmation());
    causes.push_back(std::move(cause));
  }
  add_unmanned(status, watch, plan, now, causes);
  return causes;
}

}  // namespace openline::daemon
