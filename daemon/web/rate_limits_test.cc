// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/rate_limits.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr RateLimits::Clock::time_point kStart{1h};

TEST(RateLimits, LetsABurstPassAndThenTheRate) {
  RateLimits limits({.a_second = 0.5, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limits.ask("a", kStart));
  EXPECT_EQ(limits.ask("a", kStart), 2);
  EXPECT_EQ(limits.ask("a", kStart + 1s), 1);
  EXPECT_FALSE(limits.ask("a", kStart + 2s));
  EXPECT_TRUE(limits.ask("a", kStart + 2s));
}

TEST(RateLimits, WhoWasQuietHasNoMoreThanTheBurst) {
  RateLimits limits({.a_second = 10, .burst = 2});
  EXPECT_FALSE(limits.ask("a", kStart));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(limits.ask("a", kStart + 1h));
  EXPECT_TRUE(limits.ask("a", kStart + 1h));
}

TEST(RateLimits, OneAskerDoesNotSpendAnothersRequests) {
  RateLimits limits({.a_second = 1, .burst = 1});
  EXPECT_FALSE(limits.ask("a", kStart));
  EXPECT_TRUE(limits.ask("a", kStart));
  EXPECT_FALSE(limits.ask("b", kStart));
}

TEST(RateLimits, ForgetsWhoAskedLongestAgoWhenThereAreTooMany) {
  RateLimits limits({.a_second = 0.001, .burst = 1});
  EXPECT_FALSE(limits.ask("first", kStart));
  EXPECT_FALSE(limits.ask("second", kStart + 1s));
  for (std::size_t i = 0; i < RateLimits::kMaxAskers - 1; ++i)
    EXPECT_FALSE(limits.ask("flood " + std::to_string(i), kStart + 2s));
  EXPECT_TRUE(limits.ask("second", kStart + 3s));
  EXPECT_FALSE(limits.ask("first", kStart + 3s));
}

}  // namespace
}  // namespace openline::daemon
