// SPDX-License-Identifier: Apache-2.0
#include "core/record/entry.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "core/record/fields.h"
#include "core/record/test_encoding.h"

namespace openline {
namespace {

template <class Fixed>
Fixed filled(std::uint8_t value) {
  Fixed fixed;
  fixed.value.fill(value);
  return fixed;
}

Position position(std::uint8_t incarnation, std::uint64_t sequence, std::uint8_t id) {
  return {filled<Incarnation>(incarnation), {sequence}, filled<EntryId>(id)};
}

Header first_header() {
  Header header;
  header.line = filled<LineId>(1);
  header.author = filled<StationKey>(2);
  header.incarnation = filled<Incarnation>(3);
  header.origin = position(4, 7, 5);
  header.parents = {position(6, 1, 7), position(6, 2, 7)};
  header.kind = Kind::kText;
  header.precedence = Precedence::kFlash;
  header.entry_class = Class::kExercise;
  header.exercise = "NORTHERN STAR";
  header.time = WallTime{Milliseconds{1'760'000'000'000}};
  return header;
}

Header later_header() {
  Header header = first_header();
  header.sequence = {9};
  header.previous = filled<EntryId>(8);
  header.origin.reset();
  header.parents.clear();
  header.entry_class = Class::kLive;
  header.exercise.clear();
  return header;
}

Bytes encoded_with(std::uint64_t key, const Bytes& value) {
  // The later header's fields, one of them replaced.
  const Bytes original = later_header().encode();
  cbor::Decoder reader(original);
  cbor::MapEncoder map;
  for (std::size_t left = reader.map(64); left > 0; --left) {
    const std::uint64_t found = reader.number();
    const ByteView item = reader.item();
    map.field(found).raw(found == key ? ByteView(value) : item);
  }
  return map.take();
}

Bytes number(std::uint64_t value) { return cbor::Encoder().number(value).take(); }

TEST(EntryTest, HeaderHasOneEncoding) {
  for (const Header& header : {first_header(), later_header()}) {
    expect_one_encoding(header.encode(), Header::decode);
    EXPECT_EQ(Header::decode(header.encode()).value(), header);
  }
}

TEST(EntryTest, IdIsTheHashOfTheHeaderAndCoversTheBody) {
  const Entry entry = Entry::make(first_header(), copy_of(view_of("hello")));
  EXPECT_EQ(entry.id.value, hash_of(entry.header.encode()).value);
  EXPECT_EQ(entry.header.body_hash, hash_of(view_of("hello")));
  EXPECT_EQ(entry.header.body_size, 5U);
  EXPECT_NE(Entry::make(first_header(), copy_of(view_of("hellp"))).id, entry.id);
}

TEST(EntryTest, TakesValuesAtTheirLimits) {
  Header header = later_header();
  header.sequence = {kMaxSequence};
  header.time = kLastWallTime;
  header.body_size = kMaxBody;
  header.kind = static_cast<Kind>(65535);
  EXPECT_EQ(Header::decode(header.encode()).value(), header);
}

TEST(EntryTest, RefusesValuesBeyondTheirLimitsNamingTheField) {
  expect_refused(Header::decode(encoded_with(4, number(kMaxSequence + 1))),
                 "header, sequence: number is above");
  expect_refused(Header::decode(encoded_with(8, number(65536))), "header, kind: number is above");
  expect_refused(Header::decode(encoded_with(9, number(4))), "header, precedence: number is above");
  expect_refused(Header::decode(encoded_with(10, number(4))), "header, class: number is above");
  expect_refused(Header::decode(encoded_with(12, number(253'402'300'800'000))),
                 "header, time: number is above");
  expect_refused(Header::decode(encoded_with(14, number(kMaxBody + 1))),
                 "header, body size: number is above");
  expect_refused(Header::decode(encoded_with(1, number(0))),
                 "header, line: expected a byte string (at byte 2)");
}

TEST(EntryTest, RefusesWhatContradictsItsPlaceInTheChain) {
  expect_refused(Header::decode(encoded_with(4, number(0))),
                 "the previous entry is named in every sequence but 0");
  Header start = first_header();
  start.parents.clear();
  start.origin.reset();
  EXPECT_TRUE(Header::decode(start.encode()));  // the very first of an author
}

TEST(EntryTest, RefusesAnExerciseWithoutANameAndANameWithoutAnExercise) {
  expect_refused(Header::decode(encoded_with(10, number(1))), "has the exercise's name");
  Bytes named = first_header().encode();
  const Bytes class_exercise = {0x0a, 0x01}, class_live = {0x0a, 0x00};
  const auto at = std::ranges::search(named, class_exercise).begin();
  std::ranges::copy(class_live, at);
  expect_refused(Header::decode(named), "has the exercise's name");
}

TEST(EntryTest, RefusesParentsOutOfOrder) {
  Bytes encoded = first_header().encode();
  // Both parents differ in the sequence only: 1 and 2.
  const Bytes first = {0x83, 0x48, 6, 6, 6, 6, 6, 6, 6, 6, 0x01};
  const auto at = std::ranges::search(encoded, first).begin();
  *(at + 10) = 0x02;
  expect_refused(Header::decode(encoded), "header, parents: positions must ascend and not repeat");
}

TEST(EntryTest, NamesKindsAndClasses) {
  EXPECT_STREQ(kind_name(Kind::kText), "text");
  EXPECT_STREQ(kind_name(Kind::kObservation), "observation");
  EXPECT_STREQ(kind_name(Kind::kContactUnanswered), "contact unanswered");
  EXPECT_STREQ(kind_name(Kind::kDisregard), "disregard");
  EXPECT_STREQ(kind_name(static_cast<Kind>(27)), "unknown");
  EXPECT_STREQ(class_name(Class::kExercise), "exercise");
}

TEST(EntryTest, FlashReceiptsAnswersAndActsAreSignedSingly) {
  EXPECT_TRUE(is_signed_singly(Kind::kText, Precedence::kFlash));
  EXPECT_FALSE(is_signed_singly(Kind::kText, Precedence::kImmediate));
  for (const Kind kind :
       {Kind::kShown, Kind::kAcknowledged, Kind::kTestAnswer, Kind::kSuspend, Kind::kAmendment,
        Kind::kContactRequest, Kind::kContactAnswer, Kind::kContactChange, Kind::kContactUnanswered}) {
    EXPECT_TRUE(is_signed_singly(kind, Precedence::kRoutine)) << kind_name(kind);
  }
  EXPECT_FALSE(is_signed_singly(Kind::kObservation, Precedence::kRoutine));
}

}  // namespace
}  // namespace openline
