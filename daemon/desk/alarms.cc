// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/alarms.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace openline::daemon {

using Why = DeskRefusal::Why;

const char* alarm_kind_name(AlarmKind kind) {
  constexpr const char* kNames[] = {"message", "overdue", "no-answer", "silent", "draft", "test", "unmanned"};
  return kNames[static_cast<std::size_t>(kind)];
}

const char* alarm_event_name(AlarmEvent::What what) {
  constexpr const char* kNames[] = {"raised", "step", "answered", "ended"};
  return kNames[static_cast<std::size_t>(what)];
}

std::string AlarmCause::key() const {
  if (kind == AlarmKind::kUnmanned) return fmt::format("{} {}", alarm_kind_name(kind), desk);
  return fmt::format("{} {} {}", alarm_kind_name(kind), line.hex(),
                     draft != 0 ? std::to_string(draft) : entry);
}

Alarms::Alarms(std::vector<Alarm> rows) {
  for (Alarm& alarm : rows) {
    last_ = std::max(last_, alarm.number);
    std::string key = alarm.cause.key();
    alarms_.emplace(std::move(key), std::move(alarm));
  }
}

Alarm& Alarms::raise(const AlarmCause& cause, WallTime now) {
  Alarm alarm;
  alarm.number = ++last_;
  alarm.cause = cause;
  alarm.since = now;
  Alarm& placed = alarms_.insert_or_assign(cause.key(), std::move(alarm)).first->second;
  events_.push_back({AlarmEvent::What::kRaised, placed, {}});
  writes_.emplace_back(placed);
  return placed;
}

void Alarms::end(std::map<std::string, Alarm>::iterator alarm) {
  events_.push_back({AlarmEvent::What::kEnded, alarm->second, {}});
  writes_.emplace_back(AlarmEnded{alarm->second.number});
  alarms_.erase(alarm);
}

// By ending the least urgent: an answered one first, then the newest.
bool Alarms::make_room(const AlarmCause& cause) {
  const auto least = std::ranges::min_element(alarms_, [](const auto& a, const auto& b) {
    const auto rank = [](const Alarm& one) {
      return std::tuple(one.rings(), one.cause.precedence, ~one.number);
    };
    return rank(a.second) < rank(b.second);
  });
  if (least->second.rings() && least->second.cause.precedence >= cause.precedence) return false;
  end(least);
  return true;
}

void Alarms::look(const std::vector<AlarmCause>& causes, const DeskPlan& plan, MonotonicTime monotonic,
                  WallTime wall) {
  std::set<std::string> present;
  std::map<std::string, MonotonicTime> waiting;
  std::vector<const AlarmCause*> fresh;
  for (const AlarmCause& cause : causes) {
    const std::string key = cause.key();
    present.insert(key);
    if (alarms_.contains(key)) continue;
    const auto before = waiting_.find(key);
    const MonotonicTime since = before == waiting_.end() ? monotonic : before->second;
    if (monotonic - since >= cause.patience) {
      fresh.push_back(&cause);
    } else {
      waiting.emplace(key, since);
    }
  }
  waiting_ = std::move(waiting);
  for (auto at = alarms_.begin(); at != alarms_.end();) {
    const auto current = at++;
    if (current->second.cause.kind != AlarmKind::kTest && !present.contains(current->first)) end(current);
  }
  std::ranges::stable_sort(fresh, std::greater<>(), &AlarmCause::precedence);
  for (const AlarmCause* cause : fresh) {
    if (alarms_.size() >= kMax && !make_room(*cause)) break;
    (void)raise(*cause, wall);
  }
  for (auto& [key, alarm] : alarms_) {
    const auto& steps = plan.at(alarm.cause.desk).steps;
    while (alarm.rings() && alarm.steps < steps.size() && wall - alarm.since >= steps[alarm.steps].after) {
      const AlarmStep& step = steps[alarm.steps++];
      events_.push_back({AlarmEvent::What::kStep, alarm, step});
      writes_.emplace_back(alarm);
    }
  }
}

const Alarm& Alarms::test(const LineId& line, const std::string& line_name, const std::string& desk,
                          const std::string& by, WallTime now) {
  AlarmCause cause;
  cause.kind = AlarmKind::kTest;
  cause.line = line;
  cause.line_name = line_name;
  cause.desk = desk;
  cause.entry_class = Class::kTest;
  cause.words = "a test of the alarm, by " + by;
  const auto running = alarms_.find(cause.key());
  if (running != alarms_.end()) return running->second;
  return raise(cause, now);
}

Allowed<const Alarm*> Alarms::answer(std::uint64_t number, const std::string& by, WallTime now) {
  const auto found =
      std::ranges::find_if(alarms_, [&](const auto& one) { return one.second.number == number; });
  if (found == alarms_.end()) return deny(Why::kNotFound, fmt::format("there is no alarm {}", number));
  Alarm& alarm = found->second;
  if (alarm.cause.kind == AlarmKind::kMessage || alarm.cause.kind == AlarmKind::kOverdue)
    return deny(Why::kConflict, "this rings until the message itself is acknowledged");
  if (alarm.cause.kind == AlarmKind::kUnmanned)
    return deny(Why::kConflict, "this rings until somebody attends the desk");
  if (!alarm.rings()) return deny(Why::kConflict, fmt::format("{} answered it already", alarm.answered_by));
  alarm.answered_by = by;
  alarm.answered = now;
  events_.push_back({AlarmEvent::What::kAnswered, alarm, {}});
  writes_.emplace_back(alarm);
  if (alarm.cause.kind != AlarmKind::kTest) return &alarm;
  answered_test_ = alarm;
  end(found);
  return &answered_test_;
}

void Alarms::manned(std::string_view desk, const std::string& by, WallTime now) {
  for (auto& [key, alarm] : alarms_) {
    if (alarm.cause.kind != AlarmKind::kUnmanned || alarm.cause.desk != desk || !alarm.rings()) continue;
    alarm.answered_by = by;
    alarm.answered = now;
    events_.push_back({AlarmEvent::What::kAnswered, alarm, {}});
    writes_.emplace_back(alarm);
  }
}

const Alarm* Alarms::find(std::uint64_t number) const {
  const auto found =
      std::ranges::find_if(alarms_, [&](const auto& one) { return one.second.number == number; });
  return found == alarms_.end() ? nullptr : &found->second;
}

std::vector<const Alarm*> Alarms::all() const {
  std::vector<const Alarm*> result;
  for (const auto& [key, alarm] : alarms_) result.push_back(&alarm);
  std::ranges::sort(result, [](const Alarm* a, const Alarm* b) {
    if (a->rings() != b->rings()) return a->rings();
    if (a->cause.precedence != b->cause.precedence) return a->cause.precedence > b->cause.precedence;
    return a->number < b->number;
  });
  return result;
}

bool Alarms::rings_at(std::string_view desk) const {
  return std::ranges::any_of(
      alarms_, [&](const auto& one) { return one.second.rings() && one.second.cause.desk == desk; });
}

}  // namespace openline::daemon
