// SPDX-License-Identifier: Apache-2.0
#include "core/record/run.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/record/fields.h"
#include "core/record/test_encoding.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

std::vector<Entry> sealed_run(std::size_t size) {
  TestRecord record;
  record.say("CHN", "Good morning.");
  for (std::size_t i = 0; i < size; ++i) {
    record.write("USA", Kind::kText, Precedence::kRoutine,
                 TextBody{std::to_string(i), "en", {}, ""}.encode());
  }
  record.seal("USA");
  return record.runs().back();
}

// Encoding of a decoded run, for expect_one_encoding.
struct Encodable {
  Run run;
  [[nodiscard]] Bytes encode() const { return openline::Run::encode(run.entries); }
};
Result<Encodable> decode_run(ByteView bytes) {
  auto run = openline::Run::decode(bytes);
  if (!run) return fail(run.error());
  return Encodable{std::move(*run)};
}

TEST(RunTest, RebuildsHeadersIdsAndTheSignature) {
  for (const std::size_t size : {1U, 2U, 16U}) {
    const std::vector<Entry> entries = sealed_run(size);
    const auto run = openline::Run::decode(openline::Run::encode(entries));
    ASSERT_TRUE(run) << run.error().text();
    ASSERT_EQ(run->entries.size(), size);
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_EQ(run->entries[i].header, entries[i].header);
      EXPECT_EQ(run->entries[i].id, entries[i].id);
      EXPECT_EQ(run->entries[i].body, entries[i].body);
      EXPECT_EQ(run->entries[i].signature.has_value(), i + 1 == size);
    }
    EXPECT_TRUE(run->signature_holds());
  }
}

TEST(RunTest, HasOneEncoding) { expect_one_encoding(openline::Run::encode(sealed_run(2)), decode_run); }

TEST(RunTest, SignatureCoversEveryByteOfEveryEntry) {
  const Bytes encoded = openline::Run::encode(sealed_run(2));
  for (std::size_t bit = 0; bit < encoded.size() * 8; ++bit) {
    Bytes changed = encoded;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << (bit % 8));
    const auto run = openline::Run::decode(changed);
    EXPECT_FALSE(run && run->signature_holds()) << "bit " << bit;
  }
}

TEST(RunTest, SignatureIsForThisLineAndThisAuthor) {
  std::vector<Entry> entries = sealed_run(1);
  const TestParty other("CHN", 2);
  entries[0].signature = other.station.sign({kRunLabel, entries[0].header.line, entries[0].id.view()});
  EXPECT_FALSE(openline::Run{entries}.signature_holds());
  const TestParty author("USA", 'U' - 'A');
  entries[0].signature = author.station.sign({kRunLabel, std::nullopt, entries[0].id.view()});
  EXPECT_FALSE(openline::Run{entries}.signature_holds());
  entries[0].signature = author.station.sign({kHeadsLabel, entries[0].header.line, entries[0].id.view()});
  EXPECT_FALSE(openline::Run{entries}.signature_holds());
  entries[0].signature = author.station.sign({kRunLabel, entries[0].header.line, entries[0].id.view()});
  EXPECT_TRUE(openline::Run{entries}.signature_holds());
}

TEST(RunTest, DecodesARunWithoutSignatureThatThenDoesNotHold) {
  std::vector<Entry> entries = sealed_run(3);
  entries.back().signature.reset();
  const auto run = openline::Run::decode(openline::Run::encode(entries));
  ASSERT_TRUE(run);
  EXPECT_FALSE(run->signature_holds());
}

// A run whose head is that of `first`, with so many entries of an empty body.
Bytes raw_run(const Header& first, std::size_t count, std::size_t body_size = 0) {
  cbor::MapEncoder map;
  write_place(map, first);
  cbor::Encoder& list = map.field(7).array(count);
  for (std::size_t i = 0; i < count; ++i) {
    list.map(5).number(2).number(1).number(3).number(0).number(4).number(0).number(6).number(5);
    list.number(7).bytes(Bytes(body_size));
  }
  return map.take();
}

TEST(RunTest, RefusesTooManyEntriesNoneAndTooLongBodies) {
  const Header first = sealed_run(1)[0].header;
  EXPECT_TRUE(openline::Run::decode(raw_run(first, 16)));
  expect_refused(openline::Run::decode(raw_run(first, 17)), "run, entries: array has too many elements");
  expect_refused(openline::Run::decode(raw_run(first, 0)), "run, entries: array has fewer than 1 elements");
  EXPECT_TRUE(openline::Run::decode(raw_run(first, 1, kMaxBody)));
  expect_refused(openline::Run::decode(raw_run(first, 1, kMaxBody + 1)),
                 "run, body: byte string is longer than 65536");
}

TEST(RunTest, RefusesARunPastTheLastSequence) {
  Header first = sealed_run(1)[0].header;
  first.previous = EntryId{};
  first.sequence = {kMaxSequence - 1};
  EXPECT_TRUE(openline::Run::decode(raw_run(first, 2)));
  expect_refused(openline::Run::decode(raw_run(first, 3)),
                 "run, entries: sequences end before this run does");
}

TEST(RunTest, RefusesAnOriginInTheMiddleOfAChain) {
  Header first = sealed_run(1)[0].header;
  first.previous = EntryId{};
  first.origin = Position{};
  EXPECT_TRUE(first.sequence.value == 0);
  expect_refused(openline::Run::decode(raw_run(first, 1)),
                 "run, previous: the previous entry is named in every sequence but 0");
  first.sequence = {1};
  expect_refused(openline::Run::decode(raw_run(first, 1)), "run, origin: only sequence 0 names an origin");
}

rc::Gen<Header> any_header() {
  return rc::gen::exec([] {
    Header header;
    const auto fill = [](auto& fixed) {
      for (auto& byte : fixed.value) byte = *rc::gen::arbitrary<std::uint8_t>();
    };
    fill(header.line), fill(header.author), fill(header.incarnation);
    header.sequence.value = *rc::gen::inRange<std::uint64_t>(0, 4);
    const auto any_position = [&] {
      Position position;
      fill(position.incarnation), fill(position.id);
      position.sequence.value = *rc::gen::inRange<std::uint64_t>(0, 1000);
      return position;
    };
    if (header.sequence.value > 0) fill(header.previous.emplace());
    if (header.sequence.value == 0 && *rc::gen::arbitrary<bool>()) header.origin = any_position();
    const auto parents = *rc::gen::inRange<std::size_t>(0, 5);
    for (std::size_t i = 0; i < parents; ++i) header.parents.push_back(any_position());
    std::ranges::sort(header.parents);
    header.parents.erase(std::ranges::unique(header.parents).begin(), header.parents.end());
    header.kind = static_cast<Kind>(*rc::gen::arbitrary<std::uint16_t>());
    header.precedence = static_cast<Precedence>(*rc::gen::inRange(0, 4));
    header.entry_class = static_cast<Class>(*rc::gen::inRange(0, 4));
    if (header.entry_class == Class::kExercise) header.exercise = "N";
    header.time = WallTime{Milliseconds{*rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000)}};
    return header;
  });
}

RC_GTEST_PROP(RunTest, EveryHeaderComesBackFromItsBytes, ()) {
  const Header header = *any_header();
  const auto decoded = Header::decode(header.encode());
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == header);
}

RC_GTEST_PROP(RunTest, EveryRunComesBackFromItsBytes, ()) {
  std::vector<Entry> entries;
  Header header = *any_header();
  const auto count = *rc::gen::inRange<std::size_t>(1, kMaxRun + 1);
  while (entries.size() < count) {
    entries.push_back(Entry::make(header, *rc::gen::arbitrary<Bytes>()));
    Header next = *any_header();
    next.line = header.line, next.author = header.author, next.incarnation = header.incarnation;
    next.sequence = entries.back().header.sequence.next();
    next.previous = entries.back().id;
    next.origin.reset();
    header = next;
  }
  const auto run = openline::Run::decode(openline::Run::encode(entries));
  RC_ASSERT(run.has_value());
  RC_ASSERT(run->entries.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT(run->entries[i].header == entries[i].header);
    RC_ASSERT(run->entries[i].id == entries[i].id);
    RC_ASSERT(run->entries[i].body == entries[i].body);
  }
}

}  // namespace
}  // namespace openline
