// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/courier_key.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

TEST(CourierKey, PskIsTheSameAtBothEnds) {
  const CourierKey key{seed_of<CourierSecret>(1), 2};
  const StationKey one = station_of(1).key(), other = station_of(2).key();
  EXPECT_TRUE(psk_of(key, one, other) == psk_of(key, other, one));
}

TEST(CourierKey, PskDependsOnKeyGenerationAndBothStations) {
  const StationKey one = station_of(1).key(), other = station_of(2).key();
  const Psk psk = psk_of({seed_of<CourierSecret>(1), 2}, one, other);
  EXPECT_FALSE(psk == psk_of({seed_of<CourierSecret>(1), 3}, one, other));
  EXPECT_FALSE(psk == psk_of({seed_of<CourierSecret>(2), 2}, one, other));
  EXPECT_FALSE(psk == psk_of({seed_of<CourierSecret>(1), 2}, one, station_of(3).key()));
  EXPECT_FALSE(psk == psk_without_courier_key(one, other));
}

TEST(CourierKey, PskWithoutACourierKeyBindsThePair) {
  const StationKey one = station_of(1).key(), other = station_of(2).key();
  const Psk psk = psk_without_courier_key(one, other);
  EXPECT_TRUE(psk == psk_without_courier_key(other, one));
  EXPECT_FALSE(psk == psk_without_courier_key(one, station_of(3).key()));
  EXPECT_FALSE(psk == Psk{});
}

TEST(CourierKey, RoundTrips) {
  const CourierKey key{seed_of<CourierSecret>(1), 255};
  const auto decoded = CourierKey::decode(key.clone().encode());
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_TRUE(decoded->secret == key.secret);
  EXPECT_EQ(decoded->generation, 255);
}

TEST(CourierKey, RefusesOtherSizesAndGenerations) {
  const std::string secret(64, '1');
  const std::pair<std::string, const char*> cases[] = {
      {"a2015820" + secret + "0200", "generations count from 1 (at byte 37)"},
      {"a2015820" + secret + "02190100", "number is above its maximum of 255 (at byte 37)"},
      {"a201581f" + secret.substr(2) + "0201", "a courier key has 32 bytes (at byte 2)"},
      {"a2015821" + secret + "110201", "byte string is longer than 32 (at byte 2)"},
      {"a1015820" + secret, "key 2 is missing (at byte 36)"},
      {"a2015820" + secret + "020100", "1 bytes follow the last item (at byte 38)"}};
  for (const auto& [hex, rule] : cases) {
    const auto decoded = CourierKey::decode(unhex(hex));
    ASSERT_FALSE(decoded) << hex;
    EXPECT_EQ(decoded.error().text(), rule);
  }
}

}  // namespace
}  // namespace openline
