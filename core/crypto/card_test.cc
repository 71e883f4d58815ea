// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/card.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/crypto/hash.h"
#include "core/crypto/test_identity.h"

namespace openline {
namespace {

Card full_card() {
  Card card = card_of(1, 2);
  card.edition = 3;
  card.stations.push_back(
      {station_of(3).key(), "reserve", {{{LineId{{1}}, EntryId{{2}}}, {LineId{{3}}, EntryId{{4}}}}}});
  card.previous = Hash{{5}};
  card.next_root = hash_of(root_of(9).key().view());
  return card;
}

// What decode says of full_card() after a change.
template <class Change>
std::string refusal(Change change) {
  Card card = full_card();
  change(card);
  const auto decoded = Card::decode(card.encode());
  return decoded ? "" : decoded.error().message;
}

TEST(Card, RoundTripsWithAndWithoutItsOptionalParts) {
  for (const Card& card : {full_card(), card_of(1, 2)}) {
    const auto decoded = Card::decode(card.encode());
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(*decoded, card);
  }
  const Card card = full_card();
  EXPECT_EQ(card.station(station_of(3).key()), &card.stations[1]);
  EXPECT_EQ(card.station(station_of(4).key()), nullptr);
}

TEST(Card, TakesTheLimitsOfTheFormat) {
  EXPECT_EQ(refusal([](Card& card) { card.code = "A9"; }), "");
  EXPECT_EQ(refusal([](Card& card) { card.code = "ABCDEFGHI-01"; }), "");
  EXPECT_EQ(refusal([](Card& card) { card.name = std::string(100, 'x'); }), "");
  EXPECT_EQ(refusal([](Card& card) { card.edition = UINT32_MAX; }), "");
  EXPECT_EQ(refusal([](Card& card) { card.languages.assign(8, "en"); }), "");
  EXPECT_EQ(refusal([](Card& card) { card.stations[1].revoked->clear(); }), "");
  EXPECT_EQ(refusal([](Card& card) {
              card.stations.clear();
              for (std::uint8_t i = 0; i < 16; ++i)
                card.stations.push_back({station_of(i).key(), "s", std::nullopt});
            }),
            "");
}

TEST(Card, RefusesEachBrokenRuleByName) {
  const auto small_order = RootKey{{1}};
  EXPECT_EQ(refusal([&](Card& card) { card.root = small_order; }), "not a valid Ed25519 public key");
  EXPECT_EQ(refusal([&](Card& card) { card.stations[0].key.value = small_order.value; }),
            "not a valid Ed25519 public key");
  EXPECT_EQ(refusal([](Card& card) { card.edition = 0; }), "editions count from 1");
  EXPECT_EQ(refusal([](Card& card) { card.code = "A"; }), "text is shorter than 2 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.code = "ABCDEFGHIJKLM"; }), "text is longer than 12 bytes");
  for (const char* code : {"north", "NORTH 1", "N_1", "NORD\xc3\x96"}) {
    EXPECT_EQ(refusal([&](Card& card) { card.code = code; }), "a code has only A-Z, 0-9 and -") << code;
  }
  EXPECT_EQ(refusal([](Card& card) { card.name.clear(); }), "text is shorter than 1 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.name = std::string(101, 'x'); }), "text is longer than 100 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.languages.clear(); }), "array must not be empty");
  EXPECT_EQ(refusal([](Card& card) { card.languages.assign(9, "en"); }), "array has too many elements");
  EXPECT_EQ(refusal([](Card& card) { card.languages[0] = "e"; }), "text is shorter than 2 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.languages[0] = std::string(17, 'e'); }),
            "text is longer than 16 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.stations.clear(); }), "array must not be empty");
  EXPECT_EQ(refusal([](Card& card) { card.stations.resize(17, card.stations[0]); }),
            "array has too many elements");
  EXPECT_EQ(refusal([](Card& card) { card.stations[1].key = card.stations[0].key; }),
            "a station is on the card twice");
  EXPECT_EQ(refusal([](Card& card) { card.stations[0].name.clear(); }), "text is shorter than 1 bytes");
  EXPECT_EQ(refusal([](Card& card) { card.stations[0].name = std::string(65, 'x'); }),
            "text is longer than 64 bytes");
  constexpr const char* kPrevious = "exactly the editions after the first name the previous one";
  EXPECT_EQ(refusal([](Card& card) { card.previous.reset(); }), kPrevious);
  EXPECT_EQ(refusal([](Card& card) { card.edition = 1; }), kPrevious);
}

TEST(SignedCard, KeepsTheBytesThatWereSigned) {
  const SignedCard card = SignedCard::sign(full_card(), root_of(1));
  const auto decoded = SignedCard::decode(card.encode());
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->card, full_card());
  EXPECT_EQ(decoded->bytes, card.bytes);
  EXPECT_EQ(decoded->hash(), hash_of(full_card().encode()));
}

TEST(SignedCard, RefusesAnyAlteredByte) {
  const Bytes good = SignedCard::sign(full_card(), root_of(1)).encode();
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes altered = good;
    altered[at] ^= 1;
    EXPECT_FALSE(SignedCard::decode(altered)) << at;
    EXPECT_FALSE(SignedCard::decode(ByteView(good).first(at))) << at;
  }
}

TEST(SignedCard, CountsOffsetsFromTheStartOfTheWhole) {
  SignedCard card = SignedCard::sign(card_of(1, 2), root_of(1));
  card.bytes[1] = 9;  // key 1 of the card, which stands behind a map head, a key and a byte string's head
  EXPECT_EQ(SignedCard::decode(card.encode()).error().text(), "key 1 is missing (at byte 5)");
}

TEST(SignedCard, SigningABadCardOrWithAnotherKeyIsABrokenInvariant) {
  Card card = card_of(1, 2);
  EXPECT_DEATH(static_cast<void>(SignedCard::sign(card, root_of(3))), "");
  card.code = "n";
  EXPECT_DEATH(static_cast<void>(SignedCard::sign(card, root_of(1))), "");
}

}  // namespace
}  // namespace openline
