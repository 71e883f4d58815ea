// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/roster.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/wire/assert.h"

namespace openline::daemon {

using Why = DeskRefusal::Why;

namespace {

std::string time_text(WallTime time) {
  const auto seconds = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

bool overlap(const Span& a, const Span& b) { return a.from < b.to && b.from < a.to; }

auto begins_first(const Shift* a, const Shift* b) {
  return std::tie(a->span.from, a->number) < std::tie(b->span.from, b->number);
}

}  // namespace

Roster::Roster(std::vector<Shift> rows, RosterLimits limits) : limits_(limits) {
  for (Shift& shift : rows) {
    last_ = std::max(last_, shift.number);
    const std::uint64_t number = shift.number;
    shifts_.emplace(number, std::move(shift));
  }
}

Allowed<void> Roster::check_span(const Span& span, const std::string& field, WallTime now) const {
  const auto refuse = [&](const char* part, std::string words) {
    return deny(Why::kRefused, fmt::format("{}{}: {}", field, part, words), field + part);
  };
  if (span.to <= span.from)
    return refuse(".to", fmt::format("it would end at {}, before it begins at {}", time_text(span.to),
                                     time_text(span.from)));
  if (span.to - span.from < limits_.shortest)
    return refuse(".to", fmt::format("a shift has at least {} s", limits_.shortest.count()));
  if (span.to - span.from > limits_.longest)
    return refuse(".to", fmt::format("a shift has at most {} h", limits_.longest.count() / 3600));
  if (span.from < now - limits_.past)
    return refuse(".from", fmt::format("{} is more than {} h ago: what was planned then stays",
                                       time_text(span.from), limits_.past.count() / 3600));
  if (span.to > now + limits_.future)
    return refuse(".to", fmt::format("{} is more than {} days ahead", time_text(span.to),
                                     limits_.future.count() / 86400));
  return {};
}

Allowed<void> Roster::check_officers(const std::string& desk, const Plan& shift, const std::string& field,
                                     const Accounts& accounts) const {
  const std::string where = field + ".officers";
  const auto refuse = [&](std::string words) {
    return deny(Why::kRefused, fmt::format("{}: {}", where, words), where);
  };
  if (shift.officers.empty()) return refuse("a shift needs somebody");
  if (shift.officers.size() > limits_.officers_of_shift)
    return refuse(fmt::format("a shift has at most {} officers", limits_.officers_of_shift));
  std::set<std::string_view> names;
  for (const std::string& name : shift.officers) {
    const Officer* officer = accounts.find(name);
    if (officer == nullptr) return refuse(fmt::format("there is no officer \"{}\"", name));
    if (officer->state == AccountState::kDisabled)
      return refuse(fmt::format("the account of {} is disabled", name));
    if (!roles_at(officer->grants, desk).has_any(kWatch))
      return refuse(
          fmt::format("{} has no role by which one attends the desk \"{}\" ({})", name, desk, kWatch.text()));
    if (!names.insert(name).second) return refuse(fmt::format("{} is there twice", name));
  }
  return {};
}

// One person is at one desk at a time.
Allowed<void> Roster::check_overlap(const Shifts& others, const Plan& shift, const std::string& field) {
  for (const auto& [number, other] : others) {
    if (!overlap(other.span, shift.span)) continue;
    for (const std::string& name : shift.officers) {
      if (std::ranges::find(other.officers, name) == other.officers.end()) continue;
      return deny(Why::kConflict, fmt::format("{}: {} is in another shift at that time", field, name), field);
    }
  }
  return {};
}

// The oldest make room, once nobody asks for them any more.
void Roster::forget_old(Shifts& shifts, std::size_t room, WallTime now) {
  while (shifts.size() + room > limits_.shifts) {
    const auto oldest =
        std::ranges::min_element(shifts, {}, [](const auto& one) { return one.second.span.to; });
    if (oldest == shifts.end() || oldest->second.span.to > now - limits_.kept) return;
    writes_.emplace_back(ShiftRemoved{oldest->first});
    shifts_.erase(oldest->first);
    shifts.erase(oldest);
  }
}

Allowed<Roster::Planned> Roster::plan(const std::string& desk, const std::vector<Plan>& shifts,
                                      const std::optional<Span>& instead_of, const Accounts& accounts,
                                      const std::string& by, WallTime now) {
  if (shifts.size() > limits_.shifts_at_once)
    return deny(Why::kRefused, fmt::format("shifts: at most {} at once", limits_.shifts_at_once), "shifts");
  if (shifts.empty() && !instead_of) return deny(Why::kRefused, "shifts: there is none", "shifts");
  if (instead_of) {
    if (instead_of->to <= instead_of->from)
      return deny(Why::kRefused, "instead_of.to: it would end before it begins", "instead_of.to");
    if (instead_of->from < now - limits_.past)
      return deny(Why::kRefused,
                  fmt::format("instead_of.from: what was planned more than {} h ago stays",
                              limits_.past.count() / 3600),
                  "instead_of.from");
  }
  Planned result;
  Shifts after = shifts_;
  for (const auto& [number, shift] : shifts_) {
    if (!instead_of || shift.desk != desk || shift.span.from < instead_of->from ||
        shift.span.from >= instead_of->to)
      continue;
    result.removed.push_back(shift);
    after.erase(number);
  }
  forget_old(after, shifts.size(), now);
  if (after.size() + shifts.size() > limits_.shifts)
    return deny(Why::kFull, fmt::format("the roster has room for {} shifts", limits_.shifts), "shifts");
  std::uint64_t last = last_;
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const std::string field = fmt::format("shifts[{}]", i);
    auto good = check_span(shifts[i].span, field, now);
    if (good) good = check_officers(desk, shifts[i], field, accounts);
    if (good) good = check_overlap(after, shifts[i], field);
    if (!good) return std::unexpected(good.error());
    const Shift added{++last, desk, shifts[i].officers, shifts[i].span, by, now};
    after.emplace(added.number, added);
    result.added.push_back(added);
  }
  shifts_ = std::move(after);
  last_ = last;
  for (const Shift& shift : result.removed) writes_.emplace_back(ShiftRemoved{shift.number});
  for (const Shift& shift : result.added) writes_.emplace_back(shift);
  return result;
}

std::vector<const Shift*> Roster::between(std::string_view desk, const Span& span) const {
  std::vector<const Shift*> result;
  for (const auto& [number, shift] : shifts_) {
    if (shift.desk == desk && overlap(shift.span, span)) result.push_back(&shift);
  }
  std::ranges::sort(result, begins_first);
  return result;
}

const Shift* Roster::at(std::string_view desk, WallTime time) const {
  const auto now = between(desk, {time, time + Milliseconds{1}});
  return now.empty() ? nullptr : now.back();
}

const Shift* Roster::after(std::string_view desk, WallTime time) const {
  const Shift* next = nullptr;
  for (const auto& [number, shift] : shifts_) {
    if (shift.desk == desk && shift.span.from > time && (next == nullptr || begins_first(&shift, next)))
      next = &shift;
  }
  return next;
}

void Roster::check_invariants() const {
  OPENLINE_ASSERT(shifts_.size() <= limits_.shifts);
  for (const auto& [number, shift] : shifts_) {
    OPENLINE_ASSERT(number == shift.number && number <= last_);
    OPENLINE_ASSERT(shift.span.from < shift.span.to && !shift.officers.empty());
    for (const auto& [other, one] : shifts_) {
      if (other <= number || !overlap(one.span, shift.span)) continue;
      for (const std::string& name : one.officers)
        OPENLINE_ASSERT(std::ranges::find(shift.officers, name) == shift.officers.end());
    }
  }
}

}  // namespace openline::daemon
