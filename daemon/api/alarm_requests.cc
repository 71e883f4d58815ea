// SPDX-License-Identifier: Apache-2.0
// Alarms: what is so is looked at, what began is said and rung, the desk's plan is gone through (docs/api.md,
// "Alarms").
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ranges>

#include "daemon/api/alarm_causes.h"
#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kLookEvery{1000};  // clocks run out without anything happening
constexpr std::chrono::milliseconds kLookAtMost{50};   // between two looks

// Other desks at which it rings by now.
std::set<std::string> called_desks(const Alarm& alarm, const DeskPlan& plan) {
  std::set<std::string> desks;
  for (const AlarmStep& step : plan.at(alarm.cause.desk).steps | std::views::take(alarm.steps)) {
    if (!step.desk.empty() && step.desk != alarm.cause.desk) desks.insert(step.desk);
  }
  return desks;
}

json alarm_view(const Alarm& alarm, const DeskPlan& plan) {
  const AlarmCause& cause = alarm.cause;
  json view{{"number", alarm.number},
            {"kind", alarm_kind_name(cause.kind)},
            {"line", cause.line.hex()},
            {"line_name", cause.line_name},
            {"desk", cause.desk},
            {"precedence", precedence_name(cause.precedence)},
            {"class", class_name(cause.entry_class)},
            {"words", cause.words},
            {"since", utc_text(alarm.since)},
            {"rings", alarm.rings()}};
  if (!cause.entry.empty()) view["entry"] = cause.entry;
  if (cause.draft != 0) view["draft"] = cause.draft;
  if (!cause.exercise.empty()) view["exercise"] = cause.exercise;
  const auto called = called_desks(alarm, plan);
  if (!called.empty()) view["also_at"] = called;
  const auto& steps = plan.at(cause.desk).steps;
  if (alarm.steps > 0 && alarm.steps <= steps.size()) view["step"] = steps[alarm.steps - 1].name;
  if (alarm.rings() && alarm.steps < steps.size())
    view["next_step"] = {{"name", steps[alarm.steps].name},
                         {"at", utc_text(alarm.since + steps[alarm.steps].after)}};
  if (!alarm.rings()) {
    view["answered_by"] = alarm.answered_by;
    view["answered"] = utc_text(alarm.answered);
  }
  return view;
}

// Engineers hear of a silent line, which is theirs to mend, and of no message.
bool is_content(const AlarmCause& cause) {
  return cause.kind != AlarmKind::kSilent && cause.kind != AlarmKind::kTest &&
         cause.kind != AlarmKind::kUnmanned;
}

// What the log says of it: who was alarmed is who was on watch, and then the step's name.
std::string note_of(const AlarmEvent& event, const std::string& on_watch) {
  const AlarmCause& cause = event.alarm.cause;
  std::string note = fmt::format("alarm {}, {}", event.alarm.number, alarm_kind_name(cause.kind));
  if (is_content(cause))
    note += fmt::format(", {} {}", class_name(cause.entry_class), precedence_name(cause.precedence));
  if (!cause.entry.empty()) note += ", entry " + cause.entry;
  if (cause.draft != 0) note += fmt::format(", draft {}", cause.draft);
  if (event.what == AlarmEvent::What::kRaised)
    note += on_watch.empty() ? ", nobody on watch" : ", on watch: " + on_watch;
  if (event.what == AlarmEvent::What::kStep) {
    note += ": " + event.step.name;
    if (!event.step.desk.empty()) note += ", at desk " + event.step.desk;
  }
  if (event.what == AlarmEvent::What::kAnswered) note += ": by " + event.alarm.answered_by;
  return note;
}

}  // namespace

// Under load something changes at each turn, and a look costs the whole status: the first is at once, others
// wait.
void Api::changed(const std::optional<LineId>& line) {
  events_.status_changed(line);
  look_soon();
}

void Api::look_soon() {
  if (look_set_) return;
  look_set_ = true;
  look_timer_.expires_at(last_look_ + kLookAtMost);
  look_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    look_set_ = false;
    look_at_alarms();
  });
}

void Api::watch_alarms() {
  alarms_timer_.expires_after(kLookEvery);
  alarms_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    look_at_alarms();
    watch_alarms();
  });
}

void Api::look_at_alarms() {
  last_look_ = std::chrono::steady_clock::now();
  const Now now = station_.now();
  const StationStatus status = station_.status();
  history_.look(status, now);
  look_at_watch(status);
  const auto causes = alarm_causes(status, office_.drafts(), office_.watch(), office_.plan(), now);
  office_.alarms().look(causes, office_.plan(), now.monotonic, now.wall);
  tell_alarms();
  ring_bells();
}

std::string Api::on_watch(const std::string& desk) const {
  std::string names;
  for (const Watch::View& one : office_.watch().at(desk, office_.plan())) {
    const std::string& officer = one.presence.officer;
    if (!office_.watch().is_on_watch(officer, desk)) continue;
    names += (names.empty() ? "" : ", ") + (officer.empty() ? std::string(kSocketHolder) : officer);
  }
  return names;
}

bool Api::watches_one_of(const std::string& name, const std::set<std::string>& desks) const {
  const Officer* officer = office_.accounts().find(name);
  return officer != nullptr && std::ranges::any_of(desks, [&](const std::string& desk) {
           return roles_at(officer->grants, desk).has_any(kWatch);
         });
}

void Api::tell_alarms() {
  const std::vector<AlarmEvent> events = office_.alarms().take_events();
  if (events.empty()) return;
  for (const AlarmEvent& event : events) {
    AuditRow row;
    row.time = station_.now().wall;
    row.act = fmt::format("alarm {}", alarm_event_name(event.what));
    row.on = "/v1/lines/" + event.alarm.cause.line_name;
    row.status = 200;
    row.note = note_of(event, on_watch(event.alarm.cause.desk));
    if (event.what == AlarmEvent::What::kAnswered) {
      row.officer = event.alarm.answered_by;
      if (event.alarm.cause.kind == AlarmKind::kTest) {
        office_.watch().alarm_tested(event.alarm.cause.desk, event.alarm.answered);
        tell_desk(event.alarm.cause.desk);
      }
    }
    office_.log(row);
    json data{{"change", alarm_event_name(event.what)}, {"alarm", alarm_view(event.alarm, office_.plan())}};
    if (event.what == AlarmEvent::What::kEnded) data["alarm"]["rings"] = false;
    const auto called = called_desks(event.alarm, office_.plan());
    events_.tell_if(
        [&](const EventHub::Follow& follow) {
          const AlarmCause& cause = event.alarm.cause;
          const bool is_of_line = !follow.line || *follow.line == cause.line;
          const bool may_read = !is_content(cause) || !follow.may_read || follow.may_read(cause.line);
          // Where there are no officers, a stream is of a desk by its line.
          const bool is_called =
              follow.officer.empty() && follow.line && called.contains(desk_of(*follow.line));
          return (is_of_line && may_read) || is_called || watches_one_of(follow.officer, called);
        },
        "alarm", data);
    if (event.what == AlarmEvent::What::kStep && !event.step.command.empty()) run_step(event, data);
  }
  office_.commit([](const auto&) {});  // what fails goes with the next; a bell waits for no disk
}

// The program is told what it is about on its standard input, as the event says it.
void Api::run_step(const AlarmEvent& event, const json& data) {
  station_.run_command(event.step.command, dump(data) + "\n", [this, event](const std::string& words) {
    AuditRow row;
    row.time = station_.now().wall;
    row.act = "alarm command";
    row.on = "/v1/lines/" + event.alarm.cause.line_name;
    row.status = 200;
    row.note = note_of(event, "") + ": " + event.step.command.front() + " " + words;
    office_.log(row);
    office_.commit([](const auto&) {});
  });
}

void Api::ring_bells() {
  const MonotonicTime now = station_.now().monotonic;
  std::map<std::string, const Alarm*> ringing;  // by desk, the most urgent
  for (const Alarm* alarm : office_.alarms().all()) {
    if (!alarm->rings()) continue;
    ringing.try_emplace(alarm->cause.desk, alarm);
    for (const std::string& desk : called_desks(*alarm, office_.plan())) ringing.try_emplace(desk, alarm);
  }
  for (const auto& [desk, alarm] : ringing) {
    const DeskPlan::Desk& plan = office_.plan().at(desk);
    if (plan.bell.empty()) continue;
    const auto rung = bells_.find(desk);
    if (rung != bells_.end() && (rung->second.running || now - rung->second.last < plan.bell_every)) continue;
    bells_[desk] = {now, true};
    station_.run_command(plan.bell,
                         dump({{"change", "bell"}, {"alarm", alarm_view(*alarm, office_.plan())}}) + "\n",
                         [this, desk = desk](const std::string&) { bells_[desk].running = false; });
  }
}

Api::Refusal Api::get_alarms(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto may_read = reader_of(*call);
  json list = json::array();
  std::size_t ringing = 0;
  for (const Alarm* alarm : office_.alarms().all()) {
    if (may_read && is_content(alarm->cause) && !may_read(alarm->cause.line) &&
        !watches_one_of(call->standing->officer.name, called_desks(*alarm, office_.plan())))
      continue;
    list.push_back(alarm_view(*alarm, office_.plan()));
    ringing += alarm->rings() ? 1 : 0;
  }
  call->answer(200, {{"alarms", std::move(list)}, {"ringing", ringing}});
  return std::nullopt;
}

Api::Refusal Api::answer_alarm(const CallPtr& call) {
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  const auto number = plain_number(call->arguments[0]);
  const Alarm* alarm = number ? office_.alarms().find(*number) : nullptr;
  if (alarm == nullptr) return not_found("there is no alarm \"" + call->arguments[0] + "\"");
  if (call->standing && !roles_at(call->standing->officer.grants, alarm->cause.desk).has_any(kWatch))
    return role_needed(kWatch, alarm->cause.desk);
  const std::string by = call->standing ? call->standing->officer.name : std::string(kSocketHolder);
  const auto answered = office_.alarms().answer(*number, by, station_.now().wall);
  if (!answered) return error_of_desk(answered.error());
  call->note = fmt::format("alarm {}", *number);
  const json view = alarm_view(**answered, office_.plan());
  tell_alarms();
  answer_durable(call, 200, view);
  return std::nullopt;
}

// At each change of watch: whether the bell is heard.
Api::Refusal Api::test_alarm(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  const std::string by = call->standing ? call->standing->officer.name : std::string(kSocketHolder);
  const Alarm& alarm =
      office_.alarms().test(*line, line_name(*line), desk_of(*line), by, station_.now().wall);
  const json view = alarm_view(alarm, office_.plan());
  call->note = fmt::format("alarm {}", alarm.number);
  tell_alarms();
  ring_bells();
  answer_durable(call, 201, view);
  return std::nullopt;
}

}  // namespace openline::daemon
