// SPDX-License-Identifier: Apache-2.0
#include "core/line/contacts.h"

#include <algorithm>

namespace openline {
namespace {

int rank(ContactState state) {
  switch (state) {
    case ContactState::kAccepted:
      return 4;
    case ContactState::kCountered:
      return 3;
    case ContactState::kDeferred:
      return 2;
    case ContactState::kDeclined:
      return 1;
    default:
      return 0;
  }
}

ContactState state_after(ContactAnswer answer) {
  constexpr ContactState kStates[] = {ContactState::kAccepted, ContactState::kDeclined,
                                      ContactState::kDeferred, ContactState::kCountered};
  return kStates[static_cast<std::size_t>(answer) & 3];
}

bool is_new_time(const ContactStatus::Change& change) {
  return change.body.change == ContactChange::kRescheduled;
}

// The requester set a new time after the one and before the other: they are of different times.
bool is_of_another_time(const Act& one, const Act& other, const ContactStatus& status) {
  return std::ranges::any_of(status.changes, [&](const ContactStatus::Change& change) {
    return is_new_time(change) && one.is_known_to(*change.act) && change.act->is_known_to(other);
  });
}

// The requester knew of it when it set a new time.
bool is_passed_over(const Act& act, const ContactStatus& status) {
  return std::ranges::any_of(status.changes, [&](const ContactStatus::Change& change) {
    return is_new_time(change) && act.is_known_to(*change.act);
  });
}

AnswerStanding standing_of(const Act& answer, const ContactStatus& status) {
  AnswerStanding standing = AnswerStanding::kInTime;
  for (const ContactStatus::Unanswered& claim : status.unanswered) {
    if (is_of_another_time(*claim.act, answer, status) || is_of_another_time(answer, *claim.act, status))
      continue;
    if (answer.is_known_to(*claim.act)) return AnswerStanding::kDenied;
    standing =
        std::max(standing, claim.act->is_known_to(answer) ? AnswerStanding::kLate : AnswerStanding::kCrossed);
  }
  return standing;
}

// What the answer says, once an agreement to its time is counted.
ContactState said_by(const ContactStatus::Answer& answer, const ContactStatus& status) {
  const ContactState state = state_after(answer.body.answer);
  const bool agreed = std::ranges::any_of(status.changes, [&](const ContactStatus::Change& change) {
    return change.body.change == ContactChange::kTimeAgreed && change.body.time == answer.body.time &&
           answer.act->is_known_to(*change.act);
  });
  return state == ContactState::kCountered && agreed ? ContactState::kAccepted : state;
}

// The acts by kind and by whose right they are.
ContactStatus sorted_out(const Matter& contact, const SameParty& same_party) {
  ContactStatus status;
  const StationKey& requester = contact.root().header.author;
  if (auto body = ContactRequestBody::decode(contact.root().body)) status.request = std::move(*body);
  for (const Act& act : contact.acts) {
    const bool own = same_party(act.header.author, requester);
    if (act.header.kind == Kind::kContactAnswer && !own) {
      if (auto body = ContactAnswerBody::decode(act.body))
        status.answers.push_back({&act, std::move(*body), {}, false});
    } else if (act.header.kind == Kind::kContactChange && own) {
      if (auto body = ContactChangeBody::decode(act.body)) status.changes.push_back({&act, std::move(*body)});
    } else if (act.header.kind == Kind::kContactUnanswered && own) {
      if (auto body = ContactUnansweredBody::decode(act.body))
        status.unanswered.push_back({&act, std::move(*body)});
    }
  }
  sort_acts(status.answers);
  sort_acts(status.changes);
  sort_acts(status.unanswered);
  return status;
}

}  // namespace

const char* contact_state_name(ContactState state) {
  constexpr const char* kNames[] = {"waiting",  "accepted",   "countered", "deferred",
                                    "declined", "unanswered", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* answer_standing_name(AnswerStanding standing) {
  constexpr const char* kNames[] = {"in time", "crossed", "late", "denied"};
  return kNames[static_cast<std::size_t>(standing)];
}

ContactStatus status_of(const Matter& contact, const SameParty& same_party) {
  ContactStatus status = sorted_out(contact, same_party);
  status.time = status.request.proposed;
  bool withdrawn = false;
  for (const ContactStatus::Change& change : status.changes) {
    withdrawn = withdrawn || change.body.change == ContactChange::kWithdrawn;
    if (is_new_time(change)) status.time = change.body.time;
  }
  const ContactStatus::Answer* stands = nullptr;
  for (ContactStatus::Answer& answer : status.answers) {
    answer.standing = standing_of(*answer.act, status);
    answer.superseded = is_passed_over(*answer.act, status) ||
                        std::ranges::any_of(status.answers, [&](const ContactStatus::Answer& other) {
                          return other.act != answer.act && answer.act->is_known_to(*other.act) &&
                                 same_party(answer.act->header.author, other.act->header.author);
                        });
    if (answer.superseded) continue;
    // On a line of several the answer that goes furthest.
    if (stands == nullptr || rank(said_by(answer, status)) > rank(said_by(*stands, status))) stands = &answer;
  }
  const bool claimed = std::ranges::any_of(status.unanswered, [&](const ContactStatus::Unanswered& claim) {
    return !is_passed_over(*claim.act, status);
  });
  if (stands != nullptr) {
    status.state = said_by(*stands, status);
    if (stands->body.time) status.time = stands->body.time;
  } else if (claimed) {
    status.state = ContactState::kUnanswered;
  }
  if (withdrawn) status.state = ContactState::kWithdrawn;
  return status;
}

}  // namespace openline
