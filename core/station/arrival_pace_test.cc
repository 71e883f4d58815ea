// SPDX-License-Identifier: Apache-2.0
#include "core/station/arrival_pace.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kStart{Seconds{100}};

TEST(ArrivalPace, SaysNothingBeforeTwoPartsCame) {
  ArrivalPace pace;
  EXPECT_FALSE(pace.time_for(10, kStart));
  pace.came(kStart);
  EXPECT_FALSE(pace.time_for(10, kStart + 1s));
}

TEST(ArrivalPace, TheRestTakesAsLongAPartAsTheLastOnesDid) {
  ArrivalPace pace;
  for (int part = 0; part <= 4; ++part) pace.came(kStart + 55s * part);
  EXPECT_EQ(pace.time_for(10, kStart + 220s), 550s);
  EXPECT_EQ(pace.time_for(10, kStart + 250s), 520s);
  EXPECT_EQ(pace.time_for(0, kStart + 220s), 0s);
}

TEST(ArrivalPace, ForgetsHowFastItWasLongAgo) {
  ArrivalPace pace;
  for (int part = 0; part < 20; ++part) pace.came(kStart + 1s * part);
  for (int part = 0; part < 20; ++part) pace.came(kStart + 20s + 10s * part);
  EXPECT_EQ(pace.time_for(3, kStart + 210s), 30s);
}

TEST(ArrivalPace, SaysNothingOnceNothingComesAnyMore) {
  ArrivalPace pace;
  pace.came(kStart);
  pace.came(kStart + 10s);
  EXPECT_TRUE(pace.time_for(1, kStart + 50s));
  EXPECT_FALSE(pace.time_for(1, kStart + 51s));
}

}  // namespace
}  // namespace openline
