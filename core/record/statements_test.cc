// SPDX-License-Identifier: Apache-2.0
#include "core/record/statements.h"

#include <gtest/gtest.h>

#include "core/record/fields.h"
#include "core/record/test_encoding.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

Head head(std::uint8_t author, std::uint64_t sequence) {
  Head result;
  result.author.value.fill(author);
  result.position.sequence = {sequence};
  return result;
}

Heads some_heads() { return {7, {head(1, 3), head(1, 4), head(2, 0)}, {EntryId{}}}; }

Presence attended() {
  return {9, true, "watch officer", Seconds{60}, WallTime{Milliseconds{1'760'000'000'000}}};
}

LineId some_line() {
  LineId line;
  line.value.fill(5);
  return line;
}

TEST(StatementsTest, HeadsHaveOneEncoding) {
  expect_one_encoding(some_heads().encode(), Heads::decode);
  expect_one_encoding(Heads{}.encode(), Heads::decode);
  EXPECT_EQ(Heads::decode(some_heads().encode()).value(), some_heads());
}

TEST(StatementsTest, PresenceHasOneEncoding) {
  expect_one_encoding(attended().encode(), Presence::decode);
  EXPECT_EQ(Presence::decode(attended().encode()).value(), attended());
}

TEST(StatementsTest, SignedStatementsHaveOneEncoding) {
  const TestParty usa("USA", 1);
  for (const bool attested : {true, false}) {
    const auto heads = SignedHeads::make(some_line(), some_heads(), usa.station, attested);
    EXPECT_EQ(heads.signature.has_value(), attested);
    EXPECT_EQ(heads.signature_holds(), attested);
    expect_one_encoding(heads.encode(), SignedHeads::decode);
  }
}

TEST(StatementsTest, SignatureCoversLineSignerAndStatement) {
  const TestParty usa("USA", 1);
  const Bytes encoded = SignedPresence::make(some_line(), attended(), usa.station, true).encode();
  ASSERT_TRUE(SignedPresence::decode(encoded)->signature_holds());
  for (std::size_t bit = 0; bit < encoded.size() * 8; ++bit) {
    Bytes changed = encoded;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << (bit % 8));
    const auto decoded = SignedPresence::decode(changed);
    EXPECT_FALSE(decoded && decoded->signature_holds()) << "bit " << bit;
  }
}

TEST(StatementsTest, HeadsDoNotPassAsPresence) {
  const TestParty usa("USA", 1);
  const auto presence = SignedPresence::make(some_line(), attended(), usa.station, true);
  EXPECT_FALSE(SignedHeads::decode(presence.encode()));
  SignedHeads forged = SignedHeads::make(some_line(), some_heads(), usa.station, true);
  forged.signature = usa.station.sign({kPresenceLabel, some_line(), forged.bytes});
  EXPECT_FALSE(forged.signature_holds());
}

TEST(StatementsTest, RefusesHeadsOutOfOrderOrRepeated) {
  Bytes encoded = Heads{7, {head(1, 3), head(1, 4)}, {}}.encode();
  const std::size_t sequence_at = 5 + 1 + 34 + 9;  // of the first head
  ASSERT_EQ(encoded[sequence_at], 3);
  encoded[sequence_at] = 4;
  expect_refused(Heads::decode(encoded), "heads, heads: heads must ascend and not repeat (at byte 84)");
}

TEST(StatementsTest, RefusesARoleAtAnEmptyDeskAndADeskWithoutRole) {
  cbor::Encoder encoder;
  encoder.map(5).number(1).number(1).number(2).boolean(false).number(3).text("officer");
  encoder.number(4).number(60).number(5).number(0);
  expect_refused(Presence::decode(encoder.result()), "presence, role: a role is named exactly when");
}

TEST(StatementsTest, NamesTheFieldAndTheByteInsideASignedStatement) {
  const TestParty usa("USA", 1);
  Bytes encoded = SignedHeads::make(some_line(), Heads{7, {}, {}}, usa.station, true).encode();
  const std::size_t counter_at =
      1 + 34 + 34 + 1 + 2;  // after array, line, signer, byte string's head, map and key
  ASSERT_EQ(encoded[counter_at], 7);
  encoded[counter_at] = 0x27;  // a negative number
  expect_refused(SignedHeads::decode(encoded),
                 "heads, counter: expected an unsigned integer (at byte " + std::to_string(counter_at) + ")");
}

TEST(StatementsTest, RefusesASignatureOfTheWrongSize) {
  cbor::Encoder encoder;
  encoder.array(4)
      .bytes(some_line().view())
      .bytes(StationKey{}.view())
      .bytes(Heads{}.encode())
      .bytes(Bytes(63));
  expect_refused(SignedHeads::decode(encoder.result()),
                 "heads, signature: a signature has 64 bytes, or none");
}

}  // namespace
}  // namespace openline
