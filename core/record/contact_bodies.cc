// SPDX-License-Identifier: Apache-2.0
#include "core/record/contact_bodies.h"

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMostRoles = 8, kMostSigned = 32;

// Whether an answer or a change says a time: always, never, or as it likes.
enum class Need : std::uint8_t { kMustNot, kMay, kMust };
Need need_of_time(ContactAnswer answer) {
  if (answer == ContactAnswer::kCountered) return Need::kMust;
  return answer == ContactAnswer::kDeclined ? Need::kMustNot : Need::kMay;
}
Need need_of_time(ContactChange change) {
  return change == ContactChange::kWithdrawn ? Need::kMustNot : Need::kMust;
}
bool satisfies(Need need, bool there) { return need == Need::kMay || (need == Need::kMust) == there; }

}  // namespace

const char* contact_answer_name(ContactAnswer answer) {
  constexpr const char* kNames[] = {"accepted", "declined", "deferred", "countered"};
  return kNames[static_cast<std::size_t>(answer) & 3];
}

const char* contact_change_name(ContactChange change) {
  constexpr const char* kNames[] = {"withdrawn", "rescheduled", "time agreed"};
  const auto number = static_cast<std::size_t>(change);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

const char* contact_reach_name(ContactReach reach) {
  constexpr const char* kNames[] = {"never reached them", "reached an empty desk",
                                    "an officer had it and did not answer"};
  const auto number = static_cast<std::size_t>(reach);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

Bytes ContactRequestBody::encode() const {
  OPENLINE_ASSERT(!to_roles.empty() && to_roles.size() <= kMostRoles);
  cbor::MapEncoder map;
  write_role(map.field(1), from_role);
  cbor::Encoder& roles = map.field(2).array(to_roles.size());
  for (const std::string& role : to_roles) write_role(roles, role);
  write_words(map.field(3), subject);
  if (proposed) write_time(map.field(4), *proposed);
  if (repeats) map.field(5).bytes(repeats->view());
  return map.take();
}

Result<ContactRequestBody> ContactRequestBody::decode(ByteView body) {
  FieldDecoder decoder(body, "request for contact");
  ContactRequestBody found;
  decoder.begin_map();
  decoder.key(1, "from role");
  found.from_role = decoder.text_within(1, kMaxRole);
  decoder.key(2, "to roles");
  for (auto left = decoder.array_within(1, kMostRoles); left > 0 && decoder.ok(); --left) {
    found.to_roles.push_back(decoder.text_within(1, kMaxRole));
  }
  decoder.key(3, "subject");
  found.subject = read_words(decoder);
  found.proposed = read_optional_time(decoder, 4);
  if (decoder.optional_key(5, "repeats")) found.repeats = decoder.fixed<EntryId>();
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes ContactAnswerBody::encode() const {
  OPENLINE_ASSERT(satisfies(need_of_time(answer), time.has_value()));
  OPENLINE_ASSERT(reason || !courtesy);
  cbor::MapEncoder map;
  map.field(1).bytes(request.view());
  map.field(2).number(static_cast<std::uint64_t>(answer));
  write_role(map.field(3), role);
  if (time) write_time(map.field(4), *time);
  if (reason) write_words(map.field(5), *reason);
  if (courtesy) write_words(map.field(6), *courtesy);
  return map.take();
}

Result<ContactAnswerBody> ContactAnswerBody::decode(ByteView body) {
  FieldDecoder decoder(body, "answer to a request");
  ContactAnswerBody found;
  decoder.begin_map();
  found.request = read_about(decoder, "request");
  decoder.key(2, "answer");
  found.answer = static_cast<ContactAnswer>(decoder.number(3));
  decoder.key(3, "role");
  found.role = decoder.text_within(1, kMaxRole);
  const std::size_t at = decoder.offset();
  found.time = read_optional_time(decoder, 4);
  decoder.refuse_unless(
      satisfies(need_of_time(found.answer), found.time.has_value()), at,
      found.time ? "an answer that declines names no time" : "a counter-proposal names a time");
  found.reason = read_optional_words(decoder, 5, "reason");
  if (found.reason) found.courtesy = read_optional_words(decoder, 6, "courtesy translation");
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes ContactChangeBody::encode() const {
  OPENLINE_ASSERT(satisfies(need_of_time(change), time.has_value()));
  cbor::MapEncoder map;
  map.field(1).bytes(request.view());
  map.field(2).number(static_cast<std::uint64_t>(change));
  write_role(map.field(3), role);
  if (time) write_time(map.field(4), *time);
  if (reason) write_words(map.field(5), *reason);
  return map.take();
}

Result<ContactChangeBody> ContactChangeBody::decode(ByteView body) {
  FieldDecoder decoder(body, "change of a request");
  ContactChangeBody found;
  decoder.begin_map();
  found.request = read_about(decoder, "request");
  decoder.key(2, "change");
  found.change = static_cast<ContactChange>(decoder.number(2));
  decoder.key(3, "role");
  found.role = decoder.text_within(1, kMaxRole);
  const std::size_t at = decoder.offset();
  found.time = read_optional_time(decoder, 4);
  decoder.refuse_unless(satisfies(need_of_time(found.change), found.time.has_value()), at,
                        found.time ? "a withdrawal names no time" : "a new time is missing");
  found.reason = read_optional_words(decoder, 5, "reason");
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes ContactUnansweredBody::encode() const {
  OPENLINE_ASSERT(signed_there.size() <= kMostSigned);
  cbor::MapEncoder map;
  map.field(1).bytes(request.view());
  map.field(2).number(static_cast<std::uint64_t>(reach));
  write_time(map.field(3), since);
  write_time(map.field(4), until);
  cbor::Encoder& observed = map.field(5).array(4);
  for (const Seconds span : {path_up, path_down, unobserved}) write_seconds(observed, span);
  observed.number(times_silent);
  if (!signed_there.empty()) {
    cbor::Encoder& list = map.field(6).array(signed_there.size());
    for (const EntryId& id : signed_there) list.bytes(id.view());
  }
  return map.take();
}

Result<ContactUnansweredBody> ContactUnansweredBody::decode(ByteView body) {
  FieldDecoder decoder(body, "unanswered request");
  ContactUnansweredBody found;
  decoder.begin_map();
  found.request = read_about(decoder, "request");
  decoder.key(2, "reach");
  found.reach = static_cast<ContactReach>(decoder.number(2));
  decoder.key(3, "since");
  found.since = decoder.time();
  decoder.key(4, "until");
  found.until = decoder.time();
  decoder.key(5, "observed");
  decoder.array_within(4, 4);
  found.path_up = decoder.seconds();
  found.path_down = decoder.seconds();
  found.unobserved = decoder.seconds();
  found.times_silent = decoder.number();
  if (decoder.optional_key(6, "signed there")) {
    for (auto left = decoder.array_within(1, kMostSigned); left > 0 && decoder.ok(); --left) {
      found.signed_there.push_back(decoder.fixed<EntryId>());
    }
  }
  decoder.end_map();
  return decoder.result(std::move(found));
}

}  // namespace openline
