// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/watch.h"

#include <algorithm>
#include <set>

#include "core/wire/assert.h"

namespace openline::daemon {

using What = WatchEvent::What;

namespace {

// By the monotonic clock, of what is kept by the wall's, which may have been put back meanwhile.
MonotonicTime monotonic_of(WallTime time, Now now) {
  return now.monotonic - std::max(Milliseconds{0}, now.wall - time);
}

}  // namespace

const char* watch_event_name(What what) {
  constexpr const char* kNames[] = {"came",     "went",     "asked",  "confirmed", "lapsed",
                                    "returned", "relieved", "manned", "unmanned"};
  return kNames[static_cast<std::size_t>(what)];
}

Watch::Watch(Rows rows) {
  for (Presence& presence : rows.presences) {
    Key key{presence.desk, presence.officer};
    entries_[std::move(key)].kept = std::move(presence);
  }
  for (DeskWatch& desk : rows.desks) {
    Desk& placed = desks_[desk.desk];
    placed.kept = std::move(desk);
    placed.told = placed.kept.unmanned_since.has_value();
  }
}

// What was kept has no monotonic times: they come with the first that is told.
void Watch::settle(Now now) {
  if (std::exchange(settled_, true)) return;
  for (auto& [key, entry] : entries_) {
    entry.confirmed = monotonic_of(entry.kept.confirmed, now);
    entry.left = now.monotonic;
  }
  for (auto& [name, desk] : desks_) {
    if (desk.kept.unmanned_since) desk.since = monotonic_of(*desk.kept.unmanned_since, now);
  }
}

void Watch::tell(What what, const Entry& entry) {
  events_.push_back({what, entry.kept.officer, entry.kept.desk, entry.by});
}

void Watch::put(const Entry& entry) {
  if (!entry.kept.officer.empty()) writes_.emplace_back(entry.kept);
}

void Watch::set_state(Entry& entry, WatchState state, WallTime now) {
  entry.kept.state = state;
  entry.kept.since = now;
}

void Watch::confirm(Entry& entry, Now now) {
  entry.confirmed = now.monotonic;
  entry.kept.confirmed = now.wall;
  const bool was_asked = std::exchange(entry.asked, std::nullopt).has_value();
  if (entry.kept.state == WatchState::kLapsed) {
    set_state(entry, WatchState::kOnWatch, now.wall);
    tell(What::kReturned, entry);
  } else if (was_asked) {
    tell(What::kConfirmed, entry);
  }
  put(entry);
}

void Watch::acted(const std::string& officer, Now now) {
  settle(now);
  for (auto& [key, entry] : entries_) {
    if (key.second == officer) confirm(entry, now);
  }
}

void Watch::takes_up(const std::string& officer, const std::string& desk, Now now) {
  acted(officer, now);
  for (auto& [key, entry] : entries_) {
    if (key.second != officer || (!desk.empty() && key.first != desk)) continue;
    if (entry.kept.state != WatchState::kRelieved) continue;
    set_state(entry, WatchState::kOnWatch, now.wall);
    tell(What::kReturned, entry);
    put(entry);
  }
}

void Watch::passed(const std::string& from, const std::string& to, const std::string& desk, Now now) {
  settle(now);
  const auto entry_of = [&](const std::string& officer) -> Entry& {
    Entry& entry = entries_[{desk, officer}];
    entry.kept.officer = officer;
    entry.kept.desk = desk;
    entry.kept.confirmed = now.wall;
    entry.confirmed = now.monotonic;
    entry.asked.reset();
    return entry;
  };
  Entry& outgoing = entry_of(from);
  set_state(outgoing, WatchState::kRelieved, now.wall);
  tell(What::kRelieved, outgoing);
  put(outgoing);
  Entry& incoming = entry_of(to);
  set_state(incoming, WatchState::kOnWatch, now.wall);
  put(incoming);
}

void Watch::alarm_tested(const std::string& desk, WallTime now) {
  Desk& placed = desks_[desk];
  placed.kept.desk = desk;
  placed.kept.alarm_tested = now;
  writes_.emplace_back(placed.kept);
}

void Watch::see_who_came(const std::vector<Attending>& attending, Now now) {
  for (const Attending& one : attending) {
    const auto [place, is_new] = entries_.try_emplace({one.desk, one.officer});
    Entry& entry = place->second;
    if (entry.here) continue;
    if (is_new) {
      entry.kept = {one.officer, one.desk, WatchState::kOnWatch, now.wall, now.wall};
      entry.confirmed = now.monotonic;
    } else if (entry.kept.state == WatchState::kOnWatch && now.monotonic - entry.left > kSameWatch) {
      entry.kept.since = now.wall;
    }
    entry.here = true;
    tell(What::kCame, entry);
    put(entry);
  }
}

void Watch::see_who_went(const std::vector<Attending>& attending, MonotonicTime now) {
  const std::set<Attending> here(attending.begin(), attending.end());
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto current = at++;
    Entry& entry = current->second;
    if (here.contains({entry.kept.officer, entry.kept.desk})) continue;
    if (entry.here) {
      entry.here = false;
      entry.left = now;
      entry.asked.reset();
      tell(What::kWent, entry);
    }
    const bool is_known = !entry.kept.officer.empty();
    if (is_known && now - entry.left <= kForgotten) continue;
    if (is_known) writes_.emplace_back(PresenceEnded{entry.kept.officer, entry.kept.desk});
    entries_.erase(current);
  }
}

void Watch::ask(Entry& entry, const DeskPlan::Desk& plan, Now now) {
  if (!entry.on_watch() || entry.kept.officer.empty()) return;
  if (!entry.asked) {
    if (now.monotonic - entry.confirmed < plan.confirm_every) return;
    entry.asked = now.monotonic;
    entry.by = now.wall + plan.confirm_within;
    return tell(What::kAsked, entry);
  }
  if (now.monotonic - *entry.asked < plan.confirm_within) return;
  entry.asked.reset();
  set_state(entry, WatchState::kLapsed, now.wall);
  tell(What::kLapsed, entry);
  put(entry);
}

bool Watch::is_manned(const std::string& desk) const {
  return std::ranges::any_of(
      entries_, [&](const auto& one) { return one.first.first == desk && one.second.on_watch(); });
}

void Watch::see_desk(const std::string& name, Now now) {
  const bool is_manned_now = is_manned(name);
  const auto [place, is_new] = desks_.try_emplace(name);
  Desk& desk = place->second;
  const bool was_manned = !is_new && !desk.kept.unmanned_since;
  if (is_new) desk.kept.desk = name;
  if (is_manned_now != was_manned || is_new) {
    desk.kept.unmanned_since = is_manned_now ? std::nullopt : std::optional(now.wall);
    desk.since = now.monotonic;
    if (is_manned_now && desk.told && !is_new) events_.push_back({What::kManned, "", name, {}});
    desk.told = is_new && !is_manned_now;  // nobody was ever there: that is no news
    writes_.emplace_back(desk.kept);
  }
  if (is_manned_now || desk.told) return;
  const bool lapsed = std::ranges::any_of(events_, [&](const WatchEvent& event) {
    return event.desk == name && (event.what == What::kLapsed || event.what == What::kRelieved);
  });
  if (!lapsed && now.monotonic - desk.since < kSettle) return;
  desk.told = true;
  events_.push_back({What::kUnmanned, "", name, {}});
}

void Watch::look(const std::vector<Attending>& attending, const std::vector<std::string>& desks,
                 const DeskPlan& plan, Now now) {
  settle(now);
  see_who_came(attending, now);
  see_who_went(attending, now.monotonic);
  for (auto& [key, entry] : entries_) ask(entry, plan.at(key.first), now);
  for (const std::string& name : desks) see_desk(name, now);
}

bool Watch::may_attend(const std::string& officer, const std::string& desk) const {
  const auto found = entries_.find({desk, officer});
  return found == entries_.end() || found->second.kept.state == WatchState::kOnWatch;
}

bool Watch::is_on_watch(const std::string& officer, const std::string& desk) const {
  const auto found = entries_.find({desk, officer});
  return found != entries_.end() && found->second.on_watch();
}

Watch::View Watch::view(const Entry& entry, const DeskPlan& plan) const {
  View view{entry.kept, entry.here, std::nullopt, entry.asked.has_value()};
  if (!entry.on_watch() || entry.kept.officer.empty()) return view;
  const DeskPlan::Desk& desk = plan.at(entry.kept.desk);
  view.confirm_by = entry.asked ? entry.by : entry.kept.confirmed + desk.confirm_every + desk.confirm_within;
  return view;
}

std::vector<Watch::View> Watch::at(std::string_view desk, const DeskPlan& plan) const {
  std::vector<View> views;
  for (const auto& [key, entry] : entries_) {
    if (key.first == desk) views.push_back(view(entry, plan));
  }
  return views;
}

std::vector<Watch::View> Watch::of(std::string_view officer, const DeskPlan& plan) const {
  std::vector<View> views;
  for (const auto& [key, entry] : entries_) {
    if (key.second == officer) views.push_back(view(entry, plan));
  }
  return views;
}

std::optional<Seconds> Watch::unmanned_for(const std::string& desk, Now now) const {
  const auto found = desks_.find(desk);
  if (found == desks_.end() || !found->second.kept.unmanned_since) return std::nullopt;
  return std::chrono::floor<Seconds>(now.monotonic - found->second.since);
}

std::optional<DeskWatch> Watch::desk(const std::string& name) const {
  const auto found = desks_.find(name);
  return found == desks_.end() ? std::nullopt : std::optional(found->second.kept);
}

void Watch::check_invariants() const {
  for (const auto& [key, entry] : entries_) {
    OPENLINE_ASSERT(key == Key(entry.kept.desk, entry.kept.officer));
    OPENLINE_ASSERT(!entry.asked || entry.on_watch());
  }
}

}  // namespace openline::daemon
