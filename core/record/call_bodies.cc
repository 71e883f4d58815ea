// SPDX-License-Identifier: Apache-2.0
#include "core/record/call_bodies.h"

#include "core/wire/assert.h"

namespace openline {
namespace {

std::optional<std::string> problem_of(const CallStatement& said) {
  if (said.stage > CallStage::kEnded) return "no such stage of a call";
  if (said.time < WallTime{} || said.time > kLastWallTime) return "a time lies between 1970 and 9999";
  if (said.participants.size() > kMaxParticipants) return "at most 32 participants";
  for (const Participant& one : said.participants) {
    if (!is_code(one.party)) return "a participant has its party's code";
    if (!has_size(one.role, 1, kMaxRole)) return "a participant's role has 1 to 64 bytes";
  }
  return std::nullopt;
}

std::optional<std::string> problem_of(const std::optional<Words>& words) {
  if (words && (!has_size(words->text, 1, kMaxWords) || !has_size(words->language, 2, 16)))
    return "words have 1 to 1,000 bytes and a language";
  return std::nullopt;
}

// [stage, time, [[party, role] ...]]
void write_statement(cbor::Encoder& to, const CallStatement& said) {
  to.array(3).number(static_cast<std::uint64_t>(said.stage));
  write_time(to, said.time);
  to.array(said.participants.size());
  for (const Participant& one : said.participants) to.array(2).text(one.party).text(one.role);
}

CallStatement read_statement(FieldDecoder& decoder) {
  CallStatement said;
  decoder.array_within(3, 3);
  said.stage = static_cast<CallStage>(decoder.number(2));
  said.time = decoder.time();
  for (auto left = decoder.array_within(0, kMaxParticipants); left > 0 && decoder.ok(); --left) {
    decoder.array_within(2, 2);
    Participant one;
    one.party = decoder.code();
    one.role = decoder.text_within(1, kMaxRole);
    said.participants.push_back(std::move(one));
  }
  return said;
}

}  // namespace

const char* call_stage_name(CallStage stage) {
  constexpr const char* kNames[] = {"agreed", "started", "ended"};
  const auto number = static_cast<std::size_t>(stage);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

std::optional<std::string> CallBody::problem() const {
  if (!has_size(role, 1, kMaxRole)) return "a role is needed, of at most 64 bytes";
  if (said.stage == CallStage::kEnded) return "a call is agreed or started before it ends";
  if (auto wrong = problem_of(said)) return wrong;
  return problem_of(subject);
}

Bytes CallBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  write_role(map.field(1), role);
  write_statement(map.field(2), said);
  if (request) map.field(3).bytes(request->view());
  if (subject) write_words(map.field(4), *subject);
  return map.take();
}

Result<CallBody> CallBody::decode(ByteView body) {
  FieldDecoder decoder(body, "call");
  CallBody found;
  decoder.begin_map();
  found.role = read_role(decoder, 1);
  decoder.key(2, "statement");
  found.said = read_statement(decoder);
  if (decoder.optional_key(3, "request")) found.request = decoder.fixed<EntryId>();
  found.subject = read_optional_words(decoder, 4, "subject");
  decoder.end_map();
  if (decoder.ok()) {
    if (const auto problem = found.problem()) decoder.refuse(*problem);
  }
  return decoder.result(std::move(found));
}

std::optional<std::string> CallActBody::problem() const {
  if (act > CallAct::kDenies) return "no such act";
  if (!has_size(role, 1, kMaxRole)) return "a role is needed, of at most 64 bytes";
  if ((act == CallAct::kSays) != said.has_value() || (act == CallAct::kSays) == statement.has_value())
    return "a call's act says something of its own, or names the statement that it signs or denies";
  if (said) {
    if (said->stage == CallStage::kAgreed) return "it says that the call started or ended";
    if (auto wrong = problem_of(*said)) return wrong;
  }
  return problem_of(reason);
}

Bytes CallActBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(call.view());
  map.field(2).number(static_cast<std::uint64_t>(act));
  write_role(map.field(3), role);
  if (said) write_statement(map.field(4), *said);
  if (statement) map.field(5).bytes(statement->view());
  if (reason) write_words(map.field(6), *reason);
  return map.take();
}

Result<CallActBody> CallActBody::decode(ByteView body) {
  FieldDecoder decoder(body, "act on a call");
  CallActBody found;
  decoder.begin_map();
  found.call = read_about(decoder, "call");
  decoder.key(2, "act");
  found.act = static_cast<CallAct>(decoder.number(2));
  found.role = read_role(decoder, 3);
  if (decoder.optional_key(4, "statement")) found.said = read_statement(decoder);
  if (decoder.optional_key(5, "statement's id")) found.statement = decoder.fixed<EntryId>();
  found.reason = read_optional_words(decoder, 6, "reason");
  decoder.end_map();
  if (decoder.ok()) {
    if (const auto problem = found.problem()) decoder.refuse(*problem);
  }
  return decoder.result(std::move(found));
}

}  // namespace openline
