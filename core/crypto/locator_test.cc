// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/locator.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

template <class Change>
std::string refusal(Change change) {
  Locator locator = locator_of(1, 2);
  change(locator);
  const auto decoded = Locator::decode(locator.encode());
  return decoded ? "" : decoded.error().message;
}

TEST(Locator, RoundTrips) {
  const auto decoded = Locator::decode(locator_of(1, 2).encode());
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(*decoded, locator_of(1, 2));
}

TEST(Locator, TakesTheLimitsAndRefusesWhatIsBeyondThem) {
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses.clear(); }), "");
  EXPECT_EQ(refusal([](Locator& locator) { locator.counter = UINT64_MAX; }), "");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses.assign(8, locator.addresses[0]); }), "");
  EXPECT_EQ(refusal([](Locator& locator) {
              locator.addresses[0] = {std::string(32, 'p'), "tcp", std::string(255, 'e')};
            }),
            "");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses.assign(9, locator.addresses[0]); }),
            "array has too many elements");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].path.clear(); }),
            "the path of an address has no name");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].path = std::string(33, 'p'); }),
            "text is longer than 32 bytes");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].kind = "UDP"; }),
            "the kind of an address is 1 to 8 of a-z");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].kind.clear(); }),
            "the kind of an address is 1 to 8 of a-z");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].endpoint.clear(); }),
            "an address has no endpoint");
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].endpoint = std::string(256, 'e'); }),
            "text is longer than 255 bytes");
}

TEST(Locator, NamesTheEditionsOfDictionariesInOrder) {
  Locator locator = locator_of(1, 2);
  const std::size_t without = locator.encode().size();
  locator.dictionaries = {1, 2, UINT32_MAX};
  EXPECT_EQ(Locator::decode(locator.encode()).value(), locator);
  EXPECT_LE(locator.encode().size(), without + 9);
  EXPECT_EQ(refusal([](Locator& changed) { changed.dictionaries = {1, 2, 3, 4, 5, 6, 7, 8}; }), "");
  EXPECT_EQ(refusal([](Locator& changed) { changed.dictionaries = {1, 2, 3, 4, 5, 6, 7, 8, 9}; }),
            "array has too many elements");
  for (const std::vector<std::uint32_t>& editions : {std::vector<std::uint32_t>{1, 1}, {2, 1}})
    EXPECT_EQ(refusal([&](Locator& changed) { changed.dictionaries = editions; }),
              "editions must ascend and not repeat");
  Bytes empty = locator_of(1, 2).encode();
  empty[0] = 0xa5;
  append(empty, Bytes{5, 0x80});
  EXPECT_EQ(Locator::decode(empty).error().message, "a station that holds no dictionary does not list them");
}

TEST(Locator, KeepsKindsThatAreNotKnownYet) {
  for (const char* kind : {"serial", "exec", "carrier", "abcdefgh"}) {
    EXPECT_EQ(refusal([&](Locator& locator) { locator.addresses[1].kind = kind; }), "") << kind;
  }
  EXPECT_EQ(refusal([](Locator& locator) { locator.addresses[1].kind = "abcdefghi"; }),
            "text is longer than 8 bytes");
}

TEST(SignedLocator, RoundTripsAndRefusesAnyAlteredByte) {
  const Bytes good = SignedLocator::sign(locator_of(1, 2), station_of(1)).encode();
  const auto decoded = SignedLocator::decode(good);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->locator, locator_of(1, 2));
  EXPECT_EQ(decoded->encode(), good);
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes altered = good;
    altered[at] ^= 1;
    EXPECT_FALSE(SignedLocator::decode(altered)) << at;
  }
}

TEST(SignedLocator, OnlyItsOwnStationSignsIt) {
  EXPECT_DEATH(static_cast<void>(SignedLocator::sign(locator_of(1, 2), station_of(3))), "");
  SignedLocator forged = SignedLocator::sign(locator_of(1, 2), station_of(1));
  forged.signature = station_of(3).sign({kLocatorLabel, std::nullopt, forged.bytes});
  EXPECT_EQ(SignedLocator::decode(forged.encode()).error().message,
            "the locator's signature does not verify");
}

}  // namespace
}  // namespace openline
