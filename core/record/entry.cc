// SPDX-License-Identifier: Apache-2.0
#include "core/record/entry.h"

#include "core/crypto/hash.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

bool ascends(const std::vector<Position>& positions) {
  return std::ranges::adjacent_find(positions, std::greater_equal<>{}) == positions.end();
}

void check(const Header& header) {
  OPENLINE_ASSERT(header.previous.has_value() == (header.sequence.value != 0));
  OPENLINE_ASSERT(!header.origin || header.sequence.value == 0);
  OPENLINE_ASSERT(header.sequence.value <= kMaxSequence);
  OPENLINE_ASSERT(header.parents.size() <= kMaxParents && ascends(header.parents));
  OPENLINE_ASSERT(header.precedence <= Precedence::kFlash && header.entry_class <= Class::kService);
  OPENLINE_ASSERT(header.exercise.empty() == (header.entry_class != Class::kExercise));
  OPENLINE_ASSERT(header.exercise.size() <= kMaxExercise);
  OPENLINE_ASSERT(header.body_size <= kMaxBody);
}

}  // namespace

const char* class_name(Class value) {
  constexpr const char* kNames[] = {"live", "exercise", "test", "service"};
  return kNames[static_cast<std::uint8_t>(value) & 3];
}

const char* kind_name(Kind kind) {
  constexpr const char* kNames[] = {"unknown",
                                    "text",
                                    "shown",
                                    "acknowledged",
                                    "test",
                                    "test answer",
                                    "attendance",
                                    "amendment",
                                    "amendment signature",
                                    "amendment refusal",
                                    "suspend",
                                    "resume",
                                    "observation",
                                    "contact request",
                                    "contact answer",
                                    "contact change",
                                    "contact unanswered",
                                    "notice",
                                    "visit",
                                    "visit act",
                                    "visit outcome",
                                    "call",
                                    "call act",
                                    "readout",
                                    "readout answer",
                                    "translation",
                                    "disregard"};
  const auto number = static_cast<std::uint16_t>(kind);
  return number < std::size(kNames) ? kNames[number] : kNames[0];
}

bool is_signed_singly(Kind kind, Precedence precedence) {
  if (precedence == Precedence::kFlash) return true;
  switch (kind) {
    case Kind::kShown:
    case Kind::kAcknowledged:
    case Kind::kTestAnswer:
    case Kind::kAmendment:
    case Kind::kAmendmentSignature:
    case Kind::kAmendmentRefusal:
    case Kind::kSuspend:
    case Kind::kResume:
    case Kind::kContactRequest:
    case Kind::kContactAnswer:
    case Kind::kContactChange:
    case Kind::kContactUnanswered:
    case Kind::kNotice:
    case Kind::kVisit:
    case Kind::kVisitAct:
    case Kind::kVisitOutcome:
    case Kind::kCall:
    case Kind::kCallAct:
    case Kind::kReadout:
    case Kind::kReadoutAnswer:
    case Kind::kDisregard:
      return true;
    default:
      return false;
  }
}

Bytes Header::encode() const {
  check(*this);
  cbor::MapEncoder map;
  write_place(map, *this);
  if (!parents.empty()) {
    cbor::Encoder& list = map.field(7).array(parents.size());
    for (const Position& parent : parents) write_position(list, parent);
  }
  map.field(8).number(static_cast<std::uint64_t>(kind));
  map.field(9).number(static_cast<std::uint64_t>(precedence));
  map.field(10).number(static_cast<std::uint64_t>(entry_class));
  if (!exercise.empty()) map.field(11).text(exercise);
  write_time(map.field(12), time);
  map.field(13).bytes(body_hash.view());
  map.field(14).number(body_size);
  return map.take();
}

Result<Header> Header::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "header");
  Header header;
  decoder.begin_map();
  read_place(decoder, header);
  if (decoder.optional_key(7, "parents")) header.parents = read_parents(decoder);
  read_nature(decoder, header, 8);
  decoder.key(13, "body hash");
  header.body_hash = decoder.fixed<Hash>();
  decoder.key(14, "body size");
  header.body_size = static_cast<std::uint32_t>(decoder.number(kMaxBody));
  decoder.end_map();
  return decoder.result(std::move(header));
}

void write_place(cbor::MapEncoder& to, const Header& header) {
  to.field(1).bytes(header.line.view());
  to.field(2).bytes(header.author.view());
  to.field(3).bytes(header.incarnation.view());
  to.field(4).number(header.sequence.value);
  if (header.previous) to.field(5).bytes(header.previous->view());
  if (header.origin) write_position(to.field(6), *header.origin);
}

void read_place(FieldDecoder& decoder, Header& header) {
  decoder.key(1, "line");
  header.line = decoder.fixed<LineId>();
  decoder.key(2, "author");
  header.author = decoder.fixed<StationKey>();
  decoder.key(3, "incarnation");
  header.incarnation = decoder.fixed<Incarnation>();
  decoder.key(4, "sequence");
  header.sequence = decoder.sequence();
  const std::size_t at = decoder.offset();
  if (decoder.optional_key(5, "previous")) header.previous = decoder.fixed<EntryId>();
  decoder.refuse_unless(header.previous.has_value() == (header.sequence.value != 0), at,
                        "the previous entry is named in every sequence but 0");
  if (decoder.optional_key(6, "origin")) {
    decoder.refuse_unless(header.sequence.value == 0, at, "only sequence 0 names an origin");
    header.origin = decoder.position();
  }
}

std::vector<Position> read_parents(FieldDecoder& decoder) {
  std::vector<Position> parents;
  for (std::size_t left = decoder.array_within(1, kMaxParents); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    parents.push_back(decoder.position());
    decoder.refuse_unless(parents.size() < 2 || parents[parents.size() - 2] < parents.back(), at,
                          "positions must ascend and not repeat");
  }
  return parents;
}

void read_nature(FieldDecoder& decoder, Header& header, std::uint64_t first_key) {
  decoder.key(first_key, "kind");
  header.kind = static_cast<Kind>(decoder.number(UINT16_MAX));
  decoder.key(first_key + 1, "precedence");
  header.precedence = static_cast<Precedence>(decoder.number(3));
  decoder.key(first_key + 2, "class");
  header.entry_class = static_cast<Class>(decoder.number(3));
  const std::size_t at = decoder.offset();
  if (decoder.optional_key(first_key + 3, "exercise")) {
    header.exercise = decoder.text_within(1, kMaxExercise);
  }
  decoder.refuse_unless(header.exercise.empty() == (header.entry_class != Class::kExercise), at,
                        "the class exercise, and no other, has the exercise's name");
  decoder.key(first_key + 4, "time");
  header.time = decoder.time();
}

Entry Entry::make(Header header, Bytes body) {
  OPENLINE_ASSERT(body.size() <= kMaxBody);
  header.body_hash = hash_of(body);
  header.body_size = static_cast<std::uint32_t>(body.size());
  const EntryId id = *EntryId::from(hash_of(header.encode()).view());
  return {std::move(header), id, std::move(body), std::nullopt};
}

}  // namespace openline
