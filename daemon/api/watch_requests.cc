// SPDX-License-Identifier: Apache-2.0
// Who is at the desks: those who attend are asked whether they are still there, and everybody is told
// (docs/api.md, "The watch").
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/watch_view.h"

namespace openline::daemon {

using nlohmann::json;
using What = WatchEvent::What;

namespace {

constexpr std::chrono::seconds kReportsEvery{1};

bool is_on_watch(const Watch::View& view) { return view.here && view.presence.state == WatchState::kOnWatch; }

const char* state_name(const Watch::View& view) {
  if (view.presence.state == WatchState::kLapsed) return "lapsed";
  if (view.presence.state == WatchState::kRelieved) return "relieved";
  return is_on_watch(view) ? "on-watch" : "away";
}

// Those for whom attendance begins or ends with it.
bool moves_attendance(What what) {
  return what == What::kLapsed || what == What::kReturned || what == What::kRelieved;
}

json still_there(const std::string& desk, const std::optional<WallTime>& by) {
  return {{"desk", desk}, {"by", by ? json(utc_text(*by)) : json(nullptr)}, {"lapsed", !by}};
}

}  // namespace

EventHub::Hooks Api::hooks() {
  EventHub::Hooks hooks;
  hooks.may_attend = [this](const EventHub::Follow& follow, const LineId& line) {
    return follow.officer.empty() || office_.watch().may_attend(follow.officer, desk_of(line));
  };
  // Who was asked before this window opened, or is not taken for present, sees it here too.
  hooks.greeting = [this](const EventHub::Follow& follow) {
    std::vector<Event> events;
    if (follow.officer.empty()) return events;
    for (const Watch::View& view : office_.watch().of(follow.officer, office_.plan())) {
      const bool is_lapsed = view.presence.state == WatchState::kLapsed;
      if (!view.asked && !is_lapsed) continue;
      const json data = still_there(view.presence.desk, is_lapsed ? std::nullopt : view.confirm_by);
      events.push_back({"still-there", std::nullopt, dump(data)});
    }
    return events;
  };
  hooks.attendance_changed = [this] { look_soon(); };
  return hooks;
}

void Api::was_here(const Call& call) {
  if (!call.standing || lacks_key(call)) return;
  office_.watch().acted(call.standing->officer.name, station_.now());
  look_soon();
}

void Api::look_at_watch(const StationStatus& status) {
  const Now now = station_.now();
  std::set<Watch::Attending> attending;
  events_.each_attendance([&](const EventHub::Follow& follow, const EventHub::Attendance& attendance) {
    const std::string desk = desk_of(attendance.line);
    if (!desk.empty()) attending.insert({follow.officer, desk});
  });
  std::set<std::string> desks;
  for (const LineStatus& line : status.lines) desks.insert(line.own_desk);
  office_.watch().look({attending.begin(), attending.end()}, {desks.begin(), desks.end()}, office_.plan(),
                       now);
  for (const std::string& desk : desks) {
    if (office_.watch().unmanned_for(desk, now)) continue;
    for (const Watch::View& view : office_.watch().at(desk, office_.plan())) {
      if (!is_on_watch(view)) continue;
      const std::string& officer = view.presence.officer;
      office_.alarms().manned(desk, officer.empty() ? std::string(kSocketHolder) : officer, now.wall);
    }
  }
  tell_watch();
  look_at_hand_overs(status, now.monotonic);
}

// So that both see it when something comes. Who signs has the report taken anew in any case.
void Api::look_at_hand_overs(const StationStatus& status, MonotonicTime now) {
  if (now - reports_seen_ < kReportsEvery) return;
  reports_seen_ = now;
  for (const std::string& desk : office_.hand_overs().open_desks()) {
    const bool moved = office_.hand_overs().report(
        desk,
        hand_over_report(desk, status, station_.paths(), office_.drafts(), office_.alarms(), office_.plan()),
        now);
    if (moved) tell_desk(desk);
  }
}

void Api::log_watch(const std::string& act, const std::string& officer, const std::string& desk,
                    std::string note) {
  AuditRow row;
  row.time = station_.now().wall;
  row.officer = officer;
  row.act = "watch " + act;
  row.on = "/v1/desks/" + desk + "/watch";
  row.status = 200;
  row.note = std::move(note);
  office_.log(std::move(row));
}

void Api::tell_desk(const std::string& desk) {
  events_.tell_if(
      [&](const EventHub::Follow& follow) {
        if (follow.line && desk_of(*follow.line) != desk) return false;
        if (!follow.session) return true;
        const Officer* officer = office_.accounts().find(follow.officer);
        return officer != nullptr && !roles_at(officer->grants, desk).empty();
      },
      "watch", {{"desk", desk}});
}

void Api::tell_watch() {
  const std::vector<WatchEvent> events = office_.watch().take_events();
  if (events.empty()) return;
  std::set<std::string> desks;
  bool moves = false;
  for (const WatchEvent& event : events) {
    desks.insert(event.desk);
    moves = moves || moves_attendance(event.what);
    if (event.what == What::kAsked || event.what == What::kLapsed) {
      const auto by = event.what == What::kAsked ? std::optional(event.by) : std::nullopt;
      events_.tell_if(
          [&](const EventHub::Follow& follow) { return follow.session && follow.officer == event.officer; },
          "still-there", still_there(event.desk, by));
    }
    if (moves_attendance(event.what) || event.what == What::kManned || event.what == What::kUnmanned)
      log_watch(watch_event_name(event.what), event.officer, event.desk,
                event.what == What::kLapsed ? "did not say that they are there" : "");
  }
  if (moves) events_.review();
  for (const std::string& desk : desks) tell_desk(desk);
  office_.commit([](const auto&) {});  // what fails goes with the next
}

std::vector<const Api::KnownLine*> Api::lines_of(const std::string& desk) {
  if (lines_.empty() || station_.now().monotonic - lines_since_ > Seconds{1}) refresh_lines();
  std::vector<const KnownLine*> lines;
  for (const KnownLine& line : lines_) {
    if (line.desk == desk) lines.push_back(&line);
  }
  return lines;
}

bool Api::may_read_desk(const Call& call, const std::string& desk) const {
  return !call.standing || roles_at(call.standing->officer.grants, desk).has_any(kReaders);
}

Api::Refusal Api::get_desks(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  refresh_lines();
  std::map<std::string, json> lines;
  for (const KnownLine& line : lines_) {
    json& list = lines.try_emplace(line.desk, json::array()).first->second;
    list.push_back(line.line.hex());
  }
  json desks = json::array();
  for (auto& [desk, list] : lines) {
    const Roles roles = call->standing ? roles_at(call->standing->officer.grants, desk) : Roles{};
    if (call->standing && roles.empty()) continue;
    desks.push_back({{"desk", desk}, {"lines", std::move(list)}, {"roles", roles.names()}});
  }
  call->answer(200, {{"desks", std::move(desks)}});
  return std::nullopt;
}

json Api::on_watch_view(const Watch::View& view, const std::string& desk) {
  const Officer* officer = office_.accounts().find(view.presence.officer);
  json one{{"since", utc_text(view.presence.since)}, {"confirmed", utc_text(view.presence.confirmed)}};
  if (view.confirm_by) one["confirm_by"] = utc_text(*view.confirm_by);
  if (view.asked) one["asked"] = true;
  if (officer != nullptr) {
    one["officer"] = officer->name;
    one["title"] = officer->title;
    one["roles"] = roles_at(officer->grants, desk).names();
    return one;
  }
  // Nobody signs in: what the request said that they are.
  std::string title;
  events_.each_attendance([&](const EventHub::Follow& follow, const EventHub::Attendance& attendance) {
    if (follow.officer == view.presence.officer && desk_of(attendance.line) == desk) title = attendance.role;
  });
  one["officer"] = nullptr;
  one["title"] = title;
  one["roles"] = json::array();
  return one;
}

Api::Refusal Api::get_watch(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const std::string& desk = call->arguments[0];
  if (lines_of(desk).empty()) return not_found("no line is at a desk \"" + desk + "\"");
  const DeskPlan::Desk& plan = office_.plan().at(desk);
  const WallTime now = station_.now().wall;
  json on_watch = json::array(), lapsed = json::array(), mine = nullptr;
  for (const Watch::View& view : office_.watch().at(desk, office_.plan())) {
    const std::string_view state = state_name(view);
    if (state == "on-watch") on_watch.push_back(on_watch_view(view, desk));
    if (state == "lapsed") lapsed.push_back(on_watch_view(view, desk));
    if (call->standing && call->standing->officer.name == view.presence.officer) mine = state;
  }
  HandOverReader reader{
      call->standing ? call->standing->officer.name : "", may_read_desk(*call, desk),
      call->standing && roles_at(call->standing->officer.grants, desk).has(Role::kSupervisor), false};
  const auto shift = [&](const Shift* one) {
    return one == nullptr ? json(nullptr) : shift_view(*one, plan.time_zone);
  };
  const auto hand_over = [&](const HandOver* one) {
    return one == nullptr ? json(nullptr) : hand_over_view(*one, reader);
  };
  const auto time = [](const std::optional<WallTime>& one) {
    return one ? json(utc_text(*one)) : json(nullptr);
  };
  const DeskWatch kept = office_.watch().desk(desk).value_or(DeskWatch{});
  call->answer(200, {{"desk", desk},
                     {"on_watch", std::move(on_watch)},
                     {"lapsed", std::move(lapsed)},
                     {"mine", mine},
                     {"unmanned_since", time(kept.unmanned_since)},
                     {"shift", shift(office_.roster().at(desk, now))},
                     {"next_shift", shift(office_.roster().after(desk, now))},
                     {"hand_over", hand_over(office_.hand_overs().open_at(desk))},
                     {"last_hand_over", hand_over(office_.hand_overs().last_at(desk))},
                     {"alarm_tested", time(kept.alarm_tested)},
                     {"checklist", plan.checklist},
                     {"confirm_every_s", plan.confirm_every.count()},
                     {"confirm_within_s", plan.confirm_within.count()},
                     {"time_zone", plan.time_zone ? json(plan.time_zone->name()) : json(nullptr)}});
  return std::nullopt;
}

// That the officer is there was noted when the request was admitted. With a desk: they take the watch there,
// also after somebody relieved them.
Api::Refusal Api::post_here(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const auto desk = reader.optional_text("desk", 64);
  if (auto wrong = reader.finish()) return wrong;
  if (desk && lines_of(*desk).empty()) return not_found("no line is at a desk \"" + *desk + "\"");
  json next = nullptr;
  if (call->standing) {
    const Officer& officer = call->standing->officer;
    if (desk && !roles_at(officer.grants, *desk).has_any(kWatch)) return role_needed(kWatch, *desk);
    if (desk) office_.watch().takes_up(officer.name, *desk, station_.now());
    std::optional<WallTime> earliest;
    for (const Watch::View& view : office_.watch().of(officer.name, office_.plan())) {
      if (view.confirm_by) earliest = std::min(earliest.value_or(WallTime::max()), *view.confirm_by);
    }
    if (earliest) next = utc_text(*earliest);
  }
  tell_watch();
  answer_durable(call, 200, {{"next", next}});
  return std::nullopt;
}

}  // namespace openline::daemon
