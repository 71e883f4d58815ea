// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/hand_overs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/wire/assert.h"

namespace openline::daemon {

using Why = DeskRefusal::Why;

namespace {

// Whether this officer can take, or give, the watch of the desk; else why not.
Allowed<void> may_have(const std::string& name, const std::string& desk, const Accounts& accounts) {
  const Officer* officer = accounts.find(name);
  if (officer == nullptr) return deny(Why::kRefused, fmt::format("there is no officer \"{}\"", name), "to");
  if (officer->state != AccountState::kActive)
    return deny(Why::kRefused,
                fmt::format("the account of {} is {}", name,
                            officer->state == AccountState::kDisabled ? "disabled" : "not in use yet"),
                "to");
  if (!roles_at(officer->grants, desk).has_any(kWatch))
    return deny(
        Why::kRefused,
        fmt::format("{} has no role by which one attends the desk \"{}\" ({})", name, desk, kWatch.text()),
        "to");
  return {};
}

// Whether nothing is in `marks` that is not known, but for messages that wait for their turn.
bool moves_quietly(const std::vector<std::string>& marks, const std::vector<std::string>& known) {
  return std::ranges::all_of(marks, [&](const std::string& mark) {
    return mark.starts_with(HandOvers::kQuietMark) || std::ranges::binary_search(known, mark);
  });
}

}  // namespace

const char* hand_over_state_name(HandOverState state) {
  constexpr const char* kNames[] = {"open", "signed", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

bool HandOver::is_signed_by(std::string_view officer) const {
  return std::ranges::find(signatures, officer, &Signature::officer) != signatures.end();
}

HandOvers::HandOvers(std::vector<HandOver> rows) {
  for (HandOver& row : rows) {
    last_ = std::max(last_, row.number);
    const std::uint64_t number = row.number;
    hand_overs_.emplace(number, std::move(row));
  }
}

const HandOver* HandOvers::put(const HandOver& hand_over) {
  writes_.push_back(hand_over);
  return &hand_over;
}

// But for the last of each desk, which `last_at` shows.
void HandOvers::forget_old() {
  std::size_t over = 0;
  for (auto at = hand_overs_.end(); at != hand_overs_.begin();) {
    --at;
    const HandOver& one = at->second;
    if (one.state == HandOverState::kOpen || ++over <= kOverKept || &one == last_at(one.desk)) continue;
    at = hand_overs_.erase(at);
  }
}

Allowed<const HandOver*> HandOvers::open(Opening opening, const Actor& by, bool is_on_watch,
                                         const Accounts& accounts, WallTime now) {
  if (!is_on_watch)
    return deny(
        Why::kConflict,
        fmt::format("you are not on watch at the desk \"{}\": who attends it hands it over", opening.desk));
  if (opening.to == by.name) return deny(Why::kRefused, "nobody hands over to themselves", "to");
  if (auto may = may_have(opening.to, opening.desk, accounts); !may) return std::unexpected(may.error());
  if (const HandOver* other = open_at(opening.desk))
    return deny(Why::kConflict, fmt::format("hand-over {} from {} to {} is open at this desk", other->number,
                                            other->from, other->to));
  if (opening.remarks.size() > kMaxRemarks)
    return deny(Why::kRefused, fmt::format("remarks have at most {} bytes", kMaxRemarks), "remarks");
  HandOver made;
  made.number = ++last_;
  made.desk = std::move(opening.desk);
  made.from = by.name;
  made.to = std::move(opening.to);
  made.time = now;
  made.remarks = std::move(opening.remarks);
  made.opened_report = opening.report.json;
  made.report = std::move(opening.report.json);
  made.marks = std::move(opening.report.marks);
  for (std::string& text : opening.checklist) made.checklist.push_back({std::move(text), false, "", ""});
  const HandOver& placed = hand_overs_.emplace(made.number, std::move(made)).first->second;
  forget_old();
  return put(placed);
}

bool HandOvers::report(const std::string& desk, Report report, MonotonicTime now) {
  OPENLINE_ASSERT(std::ranges::is_sorted(report.marks));
  const auto found = std::ranges::find_if(hand_overs_, [&](const auto& one) {
    return one.second.desk == desk && one.second.state == HandOverState::kOpen;
  });
  if (found == hand_overs_.end()) return false;
  HandOver& one = found->second;
  one.report = std::move(report.json);
  const bool is_more = !std::ranges::includes(one.marks, report.marks);
  const bool is_less = report.marks.size() != one.marks.size();
  const bool is_quiet = moves_quietly(report.marks, one.marks);
  one.marks = std::move(report.marks);
  if (is_more) {
    ++one.version;
    std::erase_if(one.quiet_moves,
                  [&](const auto& move) { return !is_quiet || now - move.second > kJustRead; });
    if (is_quiet) one.quiet_moves.emplace_back(one.version, now);
    std::erase_if(one.signatures, [&](const HandOver::Signature& by) { return by.officer == one.to; });
  }
  if (is_more || is_less) put(one);
  return is_more;
}

// What came after that version came just now, and none of it is urgent.
bool HandOvers::may_be_signed(const HandOver& one, std::uint32_t version, MonotonicTime now) {
  if (version == one.version) return true;
  return std::ranges::any_of(one.quiet_moves, [&](const auto& move) {
    return move.first == version + 1 && now - move.second <= kJustRead;
  });
}

Allowed<HandOver*> HandOvers::open_one(std::uint64_t number) {
  const auto found = hand_overs_.find(number);
  if (found == hand_overs_.end())
    return deny(Why::kNotFound, fmt::format("there is no hand-over {} that is open", number));
  if (found->second.state != HandOverState::kOpen)
    return deny(Why::kConflict,
                fmt::format("hand-over {} is {}", number, hand_over_state_name(found->second.state)));
  return &found->second;
}

Allowed<const HandOver*> HandOvers::check(std::uint64_t number, std::size_t item, bool done,
                                          std::string remark, const std::string& by) {
  const auto open = open_one(number);
  if (!open) return std::unexpected(open.error());
  HandOver& one = **open;
  if (!one.is_for(by))
    return deny(Why::kForbidden, fmt::format("this hand-over is between {} and {}", one.from, one.to));
  if (item == 0 || item > one.checklist.size())
    return deny(Why::kRefused, fmt::format("the checklist has items 1 to {}", one.checklist.size()), "item");
  if (remark.size() > kMaxItemRemark)
    return deny(Why::kRefused, fmt::format("a remark has at most {} bytes", kMaxItemRemark), "remark");
  if (!one.signatures.empty())
    return deny(Why::kConflict,
                fmt::format("{} has signed for the checklist as it is: to change it, withdraw this "
                            "hand-over and open another",
                            one.signatures.front().officer));
  CheckItem& checked = one.checklist[item - 1];
  checked.done = done;
  checked.by = by;
  checked.remark = std::move(remark);
  return put(one);
}

Allowed<const HandOver*> HandOvers::sign(std::uint64_t number, std::uint32_t version, const std::string& by,
                                         bool is_taker_there, const Accounts& accounts, Now now) {
  // Who got no answer asks again.
  const HandOver* known = find(number);
  if (known != nullptr && known->state == HandOverState::kSigned && known->is_signed_by(by)) return known;
  const auto open = open_one(number);
  if (!open) return std::unexpected(open.error());
  HandOver& one = **open;
  if (!one.is_for(by))
    return deny(Why::kForbidden, fmt::format("this hand-over is between {} and {}", one.from, one.to));
  if (one.is_signed_by(by)) return &one;
  if (!may_be_signed(one, version, now.monotonic))
    return deny(
        Why::kConflict,
        fmt::format("the report is version {} now, and you saw {}: look at what came", one.version, version),
        "version");
  const auto unsettled =
      std::ranges::find_if(one.checklist, [](const CheckItem& item) { return !item.is_settled(); });
  if (unsettled != one.checklist.end())
    return deny(Why::kConflict,
                fmt::format("item {} of the checklist is not done, and has no remark that says why: {}",
                            unsettled - one.checklist.begin() + 1, unsettled->text));
  for (const std::string& officer : {one.from, one.to}) {
    if (auto may = may_have(officer, one.desk, accounts); !may)
      return deny(Why::kConflict, may.error().message + ": withdraw this hand-over");
  }
  if (!is_taker_there && (by == one.to || one.is_signed_by(one.to)))
    return deny(Why::kConflict,
                fmt::format("{} does not attend the desk: the watch passes to who is there", one.to));
  one.signatures.push_back({by, now.wall, version});
  if (one.signatures.size() == 2) {
    one.state = HandOverState::kSigned;
    one.closed_by = by;
    one.closed = now.wall;
  }
  return put(one);
}

Allowed<const HandOver*> HandOvers::withdraw(std::uint64_t number, const Actor& by, WallTime now) {
  const auto open = open_one(number);
  if (!open) return std::unexpected(open.error());
  HandOver& one = **open;
  if (!one.is_for(by.name) && !by.roles.has(Role::kSupervisor))
    return deny(Why::kForbidden,
                fmt::format("this hand-over is between {} and {}: they or a supervisor withdraw it", one.from,
                            one.to));
  one.state = HandOverState::kWithdrawn;
  one.closed_by = by.name;
  one.closed = now;
  return put(one);
}

const HandOver* HandOvers::find(std::uint64_t number) const {
  const auto found = hand_overs_.find(number);
  return found == hand_overs_.end() ? nullptr : &found->second;
}

const HandOver* HandOvers::open_at(std::string_view desk) const {
  for (const auto& [number, one] : hand_overs_) {
    if (one.desk == desk && one.state == HandOverState::kOpen) return &one;
  }
  return nullptr;
}

const HandOver* HandOvers::last_at(std::string_view desk) const {
  const HandOver* last = nullptr;
  for (const auto& [number, one] : hand_overs_) {
    if (one.desk == desk && one.state == HandOverState::kSigned) last = &one;
  }
  return last;
}

std::vector<std::string> HandOvers::open_desks() const {
  std::vector<std::string> desks;
  for (const auto& [number, one] : hand_overs_) {
    if (one.state == HandOverState::kOpen) desks.push_back(one.desk);
  }
  return desks;
}

void HandOvers::check_invariants() const {
  std::map<std::string, int> open;
  for (const auto& [number, one] : hand_overs_) {
    OPENLINE_ASSERT(number == one.number && number <= last_);
    OPENLINE_ASSERT(one.from != one.to);
    OPENLINE_ASSERT((one.state == HandOverState::kSigned) == (one.signatures.size() == 2));
    OPENLINE_ASSERT(one.signatures.size() < 2 || one.signatures[0].officer != one.signatures[1].officer);
    if (one.state == HandOverState::kOpen) OPENLINE_ASSERT(++open[one.desk] == 1);
  }
}

}  // namespace openline::daemon
