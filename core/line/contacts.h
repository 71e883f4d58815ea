// SPDX-License-Identifier: Apache-2.0
// What the record says of a request for contact (protocol.md section 9.8).
#pragma once

#include <optional>
#include <vector>

#include "core/line/matters.h"
#include "core/record/contact_bodies.h"

namespace openline {

enum class ContactState : std::uint8_t {
  kWaiting,
  kAccepted,
  kCountered,
  kDeferred,
  kDeclined,
  kUnanswered,
  kWithdrawn,
};
[[nodiscard]] const char* contact_state_name(ContactState state);

// How an answer stands to the requester's word that there was none.
enum class AnswerStanding : std::uint8_t {
  kInTime,   // there is no such word
  kCrossed,  // neither knew of the other
  kLate,     // its author knew of it
  kDenied,   // the requester knew of this answer when it said that there was none: its signatures prove it
};
[[nodiscard]] const char* answer_standing_name(AnswerStanding standing);

struct ContactStatus {
  struct Answer {
    const Act* act = nullptr;
    ContactAnswerBody body;
    AnswerStanding standing{};
    bool superseded = false;  // by its author's next answer, or by a new time that was set in its knowledge
  };
  struct Change {
    const Act* act = nullptr;
    ContactChangeBody body;
  };
  struct Unanswered {
    const Act* act = nullptr;
    ContactUnansweredBody body;
  };
  ContactRequestBody request;
  ContactState state{};
  std::optional<WallTime> time;  // agreed, proposed instead, deferred until, or asked for: by state
  std::vector<Answer> answers;   // ancestors first, then by id
  std::vector<Change> changes;   // likewise
  std::vector<Unanswered> unanswered;
};

// Answers count from others than the requester's party, the rest from it.
[[nodiscard]] ContactStatus status_of(const Matter& contact, const SameParty& same_party);

}  // namespace openline
