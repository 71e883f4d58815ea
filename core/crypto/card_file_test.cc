// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/card_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/crypto/test_identity.h"
#include "core/wire/cbor.h"

namespace openline {
namespace {

CardFile sample() {
  const SignedCard first = SignedCard::sign(card_of(1, 2), root_of(1));
  const SignedCard second = SignedCard::sign(successor_of(first), root_of(1));
  return {CardChain::from({first, second}).value(), {SignedLocator::sign(locator_of(2, 4), station_of(2))}};
}

std::string refusal(const Bytes& bytes) {
  const auto decoded = CardFile::decode(bytes);
  return decoded ? "" : decoded.error().text();
}

std::string armour_refusal(std::string_view text) {
  const auto bytes = remove_armour(kCardArmour, view_of(text));
  return bytes ? "" : bytes.error().text();
}

TEST(CardFile, RoundTripsThroughArmourAndBare) {
  const Bytes bytes = sample().encode();
  const std::string armoured = armour(kCardArmour, bytes);
  for (const ByteView form : {ByteView(bytes), view_of(armoured)}) {
    const auto decoded = CardFile::decode(remove_armour(kCardArmour, form).value());
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(decoded->encode(), bytes);
    EXPECT_EQ(decoded->cards.newest().edition, 2U);
    EXPECT_EQ(decoded->locators.at(0).locator, locator_of(2, 4));
  }
}

TEST(CardFile, RefusesABadPartWhereItIs) {
  Bytes bytes = sample().encode();
  // Key 1 of the second card, which stands behind a map head, a key and a byte string's head.
  const std::size_t key = 3 + sample().cards.editions()[0].encode().size() + 5;
  bytes[key] = 9;
  EXPECT_EQ(refusal(bytes), "key 1 is missing (at byte " + std::to_string(key) + ")");
  bytes = sample().encode();
  bytes[bytes.size() - 1] ^= 1;  // the locator's signature
  const std::size_t locator = bytes.size() - sample().locators[0].encode().size();
  EXPECT_EQ(refusal(bytes),
            "the locator's signature does not verify (at byte " + std::to_string(locator) + ")");
}

TEST(CardFile, RefusesWhatDoesNotBelongTogether) {
  CardFile file = sample();
  file.locators = {SignedLocator::sign(locator_of(5, 4), station_of(5))};
  EXPECT_EQ(refusal(file.encode()), "a locator is of a station that is not on the newest card");
  cbor::Encoder no_cards;
  no_cards.map(2).number(1).array(0).number(2).array(0);
  EXPECT_EQ(refusal(no_cards.result()), "a card chain has at least one edition");
  cbor::Encoder from_second;
  from_second.map(2).number(1).array(1).raw(sample().cards.editions()[1].encode()).number(2).array(0);
  EXPECT_EQ(refusal(from_second.result()), "a card chain starts at edition 1, this is edition 2");
}

TEST(Armour, HasLinesOf64AndItsMarkers) {
  const std::string text = armour(kCourierKeyArmour, Bytes(49));
  EXPECT_EQ(text, "-----BEGIN OPENLINE COURIER KEY-----\n" + std::string(64, 'A') +
                      "\nAA==\n-----END OPENLINE COURIER KEY-----\n");
}

TEST(Armour, SurvivesWhatMailDoesToIt) {
  EXPECT_EQ(remove_armour(kCardArmour,
                          view_of("Dear all,\r\n\r\n  -----BEGIN OPENLINE CARD-----  \r\nAQ\r\nI\r\n\r\nD\r\n"
                                  "-----END OPENLINE CARD-----\r\nRegards")),
            (Bytes{1, 2, 3}));
  EXPECT_EQ(remove_armour(kCardArmour, view_of("-----BEGIN OPENLINE CARD-----\n-----END OPENLINE CARD-----")),
            Bytes{});
}

TEST(Armour, NamesTheLineThatIsWrong) {
  const std::string begin = "-----BEGIN OPENLINE CARD-----\n", end = "-----END OPENLINE CARD-----\n";
  EXPECT_EQ(armour_refusal(begin + "AQID\nAQ*D\n" + end), "line 3: this is not base64");
  EXPECT_EQ(armour_refusal(begin + "AQID\nAQ D\n" + end), "line 3: this is not base64");
  EXPECT_EQ(armour_refusal(begin + "AQ==\nAQID\n" + end), "line 3: this is not base64");
  EXPECT_EQ(armour_refusal(begin + "A=ID\n" + end), "line 2: this is not base64");
  EXPECT_EQ(armour_refusal(begin + "AQI\n" + end), "line 3: the base64 before this line is cut off");
  EXPECT_EQ(armour_refusal(begin + "AR==\n" + end), "line 3: the base64 before this line is cut off");
  EXPECT_EQ(armour_refusal(begin + "AQID\n"), "line 2: the text ends without -----END OPENLINE CARD-----");
  EXPECT_EQ(armour_refusal("x\n" + armour(kCourierKeyArmour, Bytes(3))),
            "line 2: expected -----BEGIN OPENLINE CARD-----");
}

TEST(Armour, ACardThatQuotesArmourIsStillBare) {
  Card card = card_of(1, 2);
  card.name = "\n-----BEGIN OPENLINE CARD-----\nAQID\n-----END OPENLINE CARD-----\n";
  const Bytes bytes = card.encode();
  EXPECT_EQ(remove_armour(kCardArmour, bytes), bytes);
}

RC_GTEST_PROP(Armour, RoundTripsAnyBytesAndTakesAnyTextWithoutHarm,
              (const Bytes& bytes, const std::string& text)) {
  RC_ASSERT(remove_armour(kCardArmour, view_of(armour(kCardArmour, bytes))).value() == bytes);
  RC_ASSERT(
      !remove_armour(kCardArmour, view_of("-----BEGIN OPENLINE CARD-----\n" + text)));  // nothing ends it
}

}  // namespace
}  // namespace openline
