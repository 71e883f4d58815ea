// SPDX-License-Identifier: Apache-2.0
// Who may become an officer, or more than they were: two people say so, or the root key.
#include <fmt/format.h>

#include <algorithm>

#include "core/wire/assert.h"
#include "daemon/desk/accounts.h"

namespace openline::daemon {

using Why = DeskRefusal::Why;

namespace {

constexpr std::size_t kDecidedKept = 64;  // changes that are no longer open

Allowed<void> check_grants(const Grants& grants) {
  if (grants.empty()) return deny(Why::kRefused, "grants: at least one role at one desk", "grants");
  for (std::size_t i = 0; i < grants.size(); ++i) {
    if (grants[i].roles.empty())
      return deny(Why::kRefused, fmt::format("grants: no role at the desk \"{}\"", grants[i].desk), "grants");
    if (i > 0 && grants[i].desk <= grants[i - 1].desk)
      return deny(Why::kRefused, fmt::format("grants: the desk \"{}\" is there twice", grants[i].desk),
                  "grants");
  }
  return {};
}

// The desks at which two sets of grants differ.
Grants difference(const Grants& one, const Grants& other) {
  Grants result;
  for (const Grants* from : {&one, &other}) {
    for (const Grant& grant : *from) {
      const Grants& against = from == &one ? other : one;
      if (std::ranges::find(against, grant) == against.end()) result.push_back(grant);
    }
  }
  return result;
}

}  // namespace

const char* change_name(ChangeKind kind) {
  constexpr const char* kNames[] = {"add", "grants", "recover", "enable"};
  return kNames[static_cast<std::size_t>(kind)];
}

const char* change_state_name(ChangeState state) {
  constexpr const char* kNames[] = {"open", "confirmed", "refused", "expired"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* account_state_name(AccountState state) {
  constexpr const char* kNames[] = {"invited", "active", "disabled"};
  return kNames[static_cast<std::size_t>(state)];
}

Allowed<void> Accounts::may_supervise(const Officer& by, const Grants& grants) const {
  for (const Grant& grant : grants) {
    if (!roles_at(by.grants, grant.desk).has(Role::kSupervisor))
      return deny(Why::kForbidden,
                  grant.desk == kEveryDesk
                      ? std::string("this takes a supervisor of every desk")
                      : fmt::format("this takes a supervisor of the desk \"{}\"", grant.desk));
  }
  return {};
}

Allowed<Officer*> Accounts::officer_for(const std::string& name) {
  const auto found = officers_.find(name);
  if (found == officers_.end()) return deny(Why::kNotFound, fmt::format("no officer is called \"{}\"", name));
  return &found->second;
}

// There must always be somebody who can set things right.
bool Accounts::leaves_a_supervisor(const Officer& without, const Grants& grants) const {
  if (roles_anywhere(grants).has(Role::kSupervisor)) return true;
  return std::ranges::any_of(officers_, [&](const auto& one) {
    return one.second.name != without.name && one.second.state == AccountState::kActive &&
           roles_anywhere(one.second.grants).has(Role::kSupervisor);
  });
}

Allowed<const Officer*> Accounts::add_first(Officer officer) {
  OPENLINE_ASSERT(!peopled() && !officer.password.empty());
  if (auto good = check_grants(officer.grants); !good) return std::unexpected(good.error());
  if (!roles_at(officer.grants, kEveryDesk).has(Role::kSupervisor))
    return deny(Why::kRefused,
                "the first officer must be a supervisor of every desk: nobody else could add others",
                "grants");
  officer.state = AccountState::kActive;
  const std::string name = officer.name;
  const auto placed = officers_.emplace(name, std::move(officer)).first;
  put(placed->second);
  return &placed->second;
}

Allowed<void> Accounts::check_proposal(const Proposal& proposal) const {
  const Officer* officer = find(proposal.officer);
  if (proposal.kind == ChangeKind::kAdd) {
    if (officer != nullptr)
      return deny(Why::kConflict, fmt::format("there is an officer \"{}\" already", proposal.officer),
                  "name");
    if (officers_.size() >= limits_.officers) return deny(Why::kFull, "a station has at most 256 officers");
    return check_grants(proposal.grants);
  }
  if (officer == nullptr)
    return deny(Why::kNotFound, fmt::format("no officer is called \"{}\"", proposal.officer));
  if (proposal.kind == ChangeKind::kGrants) return check_grants(proposal.grants);
  const bool is_disabled = officer->state == AccountState::kDisabled;
  if (proposal.kind == ChangeKind::kEnable && !is_disabled)
    return deny(Why::kConflict, fmt::format("\"{}\" is not disabled", proposal.officer));
  return {};
}

// The desks that a proposal is about.
Grants Accounts::concerned(const Proposal& proposal) const {
  const Officer* officer = find(proposal.officer);
  if (officer == nullptr) return proposal.grants;
  return proposal.kind == ChangeKind::kGrants ? difference(proposal.grants, officer->grants)
                                              : officer->grants;
}

Allowed<Accounts::Proposed> Accounts::propose(const Proposal& proposal, const Officer& by, WallTime now) {
  if (auto good = check_proposal(proposal); !good) return std::unexpected(good.error());
  if (auto may = may_supervise(by, concerned(proposal)); !may) return std::unexpected(may.error());
  expire_changes(now);
  std::size_t open = 0;
  for (const auto& [number, change] : changes_) {
    if (change.state != ChangeState::kOpen) continue;
    ++open;
    if (change.officer == proposal.officer && change.kind == proposal.kind)
      return deny(Why::kConflict,
                  fmt::format("change {} of \"{}\" is waiting already", number, proposal.officer));
  }
  if (open >= limits_.open_changes) return deny(Why::kFull, "too many changes wait to be confirmed");

  PeopleChange change;
  change.number = ++last_change_;
  change.kind = proposal.kind;
  change.officer = proposal.officer;
  change.title = proposal.title;
  change.grants = proposal.grants;
  change.proposed_by = by.name;
  change.time = now;
  Proposed result;
  if (change.kind == ChangeKind::kAdd || change.kind == ChangeKind::kRecover) {
    result.code_half = draw_half();
    change.first_half = half_hash(result.code_half);
  }
  result.change = change;
  changes_.emplace(change.number, change);
  writes_.emplace_back(change);
  return result;
}

Allowed<PeopleChange*> Accounts::open_change(std::uint64_t number, WallTime now) {
  expire_changes(now);
  const auto found = changes_.find(number);
  if (found == changes_.end()) return deny(Why::kNotFound, fmt::format("there is no change {}", number));
  if (found->second.state != ChangeState::kOpen)
    return deny(Why::kConflict,
                fmt::format("change {} is {} already", number, change_state_name(found->second.state)));
  return &found->second;
}

Officer& Accounts::apply(const Proposal& proposal) {
  Officer& officer = officers_[proposal.officer];
  switch (proposal.kind) {
    case ChangeKind::kAdd:
      officer.name = proposal.officer;
      officer.title = proposal.title;
      officer.grants = proposal.grants;
      break;
    case ChangeKind::kGrants:
      officer.grants = proposal.grants;
      break;
    case ChangeKind::kRecover:  // who has the old password may be who took it
      officer.state = AccountState::kInvited;
      officer.password.clear();
      unlock(officer);
      sign_out_all(officer.name, std::nullopt);
      break;
    case ChangeKind::kEnable:
      officer.state = officer.password.empty() ? AccountState::kInvited : AccountState::kActive;
      break;
  }
  return officer;
}

Allowed<Accounts::Confirmed> Accounts::confirm(std::uint64_t number, const Officer& by, WallTime now) {
  const auto found = open_change(number, now);
  if (!found) return std::unexpected(found.error());
  PeopleChange& change = **found;
  if (by.name == change.proposed_by)
    return deny(Why::kForbidden, "it takes another than the one who proposed it");
  if (by.name == change.officer)
    return deny(Why::kForbidden, "it takes another than the one whom it is about");
  if (!roles_anywhere(by.grants).has_any(kWatch))
    return deny(Why::kForbidden, "it takes an officer, a releaser or a supervisor");
  const Proposal proposal{change.kind, change.officer, change.title, change.grants};
  if (auto good = check_proposal(proposal); !good) return std::unexpected(good.error());
  // As things stand now, not when it was proposed.
  const Officer* proposer = find(change.proposed_by);
  if (proposer == nullptr || proposer->state != AccountState::kActive)
    return deny(Why::kConflict,
                fmt::format("{}, who proposed it, is no longer an officer", change.proposed_by));
  if (auto may = may_supervise(*proposer, concerned(proposal)); !may) return std::unexpected(may.error());
  if (const Officer* before = find(change.officer);
      change.kind == ChangeKind::kGrants && !leaves_a_supervisor(*before, change.grants))
    return deny(Why::kConflict, "the station would have no supervisor");
  Officer& officer = apply(proposal);
  Confirmed result{&officer, ""};
  if (change.first_half) {
    result.code_half = draw_half();
    officer.first_half = change.first_half;
    officer.second_half = half_hash(result.code_half);
    officer.code_until = now + limits_.code_holds;
    officer.wrong_codes = 0;
  }
  change.state = ChangeState::kConfirmed;
  change.decided_by = by.name;
  change.first_half.reset();
  writes_.emplace_back(change);
  put(officer);
  return result;
}

Allowed<void> Accounts::refuse(std::uint64_t number, const Officer& by, WallTime now) {
  const auto found = open_change(number, now);
  if (!found) return std::unexpected(found.error());
  PeopleChange& change = **found;
  if (!roles_anywhere(by.grants).has_any(kWatch))
    return deny(Why::kForbidden, "it takes an officer, a releaser or a supervisor");
  change.state = ChangeState::kRefused;
  change.decided_by = by.name;
  change.first_half.reset();
  writes_.emplace_back(change);
  return {};
}

Allowed<Accounts::Confirmed> Accounts::do_by_root(const Proposal& proposal, WallTime now) {
  if (auto good = check_proposal(proposal); !good) return std::unexpected(good.error());
  const Officer* before = find(proposal.officer);
  if (proposal.kind == ChangeKind::kGrants && before->state == AccountState::kActive &&
      !leaves_a_supervisor(*before, proposal.grants)) {
    return deny(Why::kConflict, "the station would have no supervisor");
  }
  Officer& officer = apply(proposal);
  Confirmed result{&officer, ""};
  if (proposal.kind == ChangeKind::kAdd || proposal.kind == ChangeKind::kRecover) {
    const std::string first = draw_half(), second = draw_half();
    officer.first_half = half_hash(first);
    officer.second_half = half_hash(second);
    officer.code_until = now + limits_.code_holds;
    officer.wrong_codes = 0;
    result.code_half = first + "-" + second;
  }
  put(officer);
  return result;
}

Allowed<const Officer*> Accounts::take_away(const std::string& name, const Grants& grants,
                                            const Officer& by) {
  const auto officer = officer_for(name);
  if (!officer) return std::unexpected(officer.error());
  OPENLINE_ASSERT(!gives_more(grants, (*officer)->grants));
  if (auto may = may_supervise(by, difference(grants, (*officer)->grants)); !may)
    return std::unexpected(may.error());
  if (!leaves_a_supervisor(**officer, grants))
    return deny(Why::kConflict, "the station would have no supervisor");
  (*officer)->grants = grants;
  put(**officer);
  return *officer;
}

Allowed<const Officer*> Accounts::disable(const std::string& name, const Officer& by) {
  const auto officer = officer_for(name);
  if (!officer) return std::unexpected(officer.error());
  if (auto may = may_supervise(by, (*officer)->grants); !may) return std::unexpected(may.error());
  if (!leaves_a_supervisor(**officer, {}))
    return deny(Why::kConflict, "the station would have no supervisor");
  (*officer)->state = AccountState::kDisabled;
  (*officer)->first_half.reset();
  (*officer)->second_half.reset();
  put(**officer);
  sign_out_all(name, std::nullopt);
  return *officer;
}

Allowed<const Officer*> Accounts::unlock(const std::string& name, const Officer& by) {
  const auto officer = officer_for(name);
  if (!officer) return std::unexpected(officer.error());
  if (auto may = may_supervise(by, (*officer)->grants); !may) return std::unexpected(may.error());
  unlock(**officer);
  put(**officer);
  return *officer;
}

void Accounts::expire_changes(WallTime now) {
  std::size_t decided = 0;
  for (auto at = changes_.rbegin(); at != changes_.rend(); ++at) {
    PeopleChange& change = at->second;
    if (change.state == ChangeState::kOpen && now - change.time > limits_.code_holds) {
      change.state = ChangeState::kExpired;
      change.first_half.reset();
      writes_.emplace_back(change);
    }
    decided += change.state == ChangeState::kOpen ? 0 : 1;
  }
  for (auto at = changes_.begin(); at != changes_.end() && decided > kDecidedKept;) {
    const auto current = at++;
    if (current->second.state == ChangeState::kOpen) continue;
    changes_.erase(current);  // the log of acts has it for ever
    --decided;
  }
}

std::vector<const PeopleChange*> Accounts::changes(WallTime now) {
  expire_changes(now);
  std::vector<const PeopleChange*> result;
  for (const bool open : {true, false}) {
    for (const auto& [number, change] : changes_) {
      if ((change.state == ChangeState::kOpen) == open) result.push_back(&change);
    }
  }
  return result;
}

}  // namespace openline::daemon
