// SPDX-License-Identifier: Apache-2.0
// Requests for contact and what becomes of them (protocol.md section 9.8; CDDL: contact-request-body and
// following).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/entry.h"
#include "core/record/words.h"

namespace openline {

struct ContactRequestBody {
  std::string from_role;
  std::vector<std::string> to_roles;  // 1..8: whom it asks for, then delegates in the order to try
  Words subject;
  std::optional<WallTime> proposed;  // when to speak; absent: as soon as possible
  std::optional<EntryId> repeats;    // an earlier request
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ContactRequestBody> decode(ByteView body);
};

enum class ContactAnswer : std::uint8_t { kAccepted = 0, kDeclined = 1, kDeferred = 2, kCountered = 3 };
[[nodiscard]] const char* contact_answer_name(ContactAnswer answer);  // "accepted", ...
struct ContactAnswerBody {
  EntryId request;
  ContactAnswer answer{};
  std::string role;
  // Accepted: when, if that is agreed. Deferred: until when, if that is known. Countered: the time proposed
  // instead, always there. Declined: never there.
  std::optional<WallTime> time;
  std::optional<Words> reason;
  std::optional<Words> courtesy;  // the reason in another language, marked as no more than a courtesy
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ContactAnswerBody> decode(ByteView body);
};

// What the requester does with a request afterwards. A repeat is a new request that names this one.
enum class ContactChange : std::uint8_t { kWithdrawn = 0, kRescheduled = 1, kTimeAgreed = 2 };
[[nodiscard]] const char* contact_change_name(ContactChange change);  // "withdrawn", ...
struct ContactChangeBody {
  EntryId request;
  ContactChange change{};
  std::string role;
  std::optional<WallTime> time;  // rescheduled: always there. Time agreed: the one countered. Else never
  std::optional<Words> reason;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ContactChangeBody> decode(ByteView body);
};

// How far a request came that nobody answered, as its requester saw it.
enum class ContactReach : std::uint8_t { kNotReached = 0, kEmptyDesk = 1, kOfficer = 2 };
[[nodiscard]] const char* contact_reach_name(ContactReach reach);  // "never reached them", ...
// By the requester's station when the agreement's time is over: one side's claim. What the far side signed
// stands beside it, by id.
struct ContactUnansweredBody {
  EntryId request;
  ContactReach reach{};
  WallTime since, until;  // by the requester's clock
  // What its station observed in between. The three are as long as the interval together.
  Seconds path_up{}, path_down{}, unobserved{};  // unobserved: the station itself was down
  std::uint64_t times_silent = 0;                // how often the last path went down
  std::vector<EntryId> signed_there;             // shown, acknowledged, attendance: at most 32
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ContactUnansweredBody> decode(ByteView body);
};

}  // namespace openline
