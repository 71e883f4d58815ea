// SPDX-License-Identifier: Apache-2.0
#include "sim/clock.h"

#include <gtest/gtest.h>

namespace openline::sim {
namespace {

constexpr WallTime kStart{Milliseconds{1'000'000}};
constexpr MonotonicTime after(Seconds time) { return MonotonicTime{time}; }

TEST(Clock, AGoodClockShowsTrueTime) {
  const Clock clock(kStart);
  EXPECT_EQ(clock.shows(after(Seconds{7})).monotonic, after(Seconds{7}));
  EXPECT_EQ(clock.shows(after(Seconds{7})).wall, kStart + Seconds{7});
  EXPECT_EQ(clock.when(after(Seconds{7})), after(Seconds{7}));
}

TEST(Clock, DriftGoesOnFromWhatWasShown) {
  Clock clock(kStart);
  clock.drift(1000, after(Seconds{100}));
  EXPECT_EQ(clock.shows(after(Seconds{200})).monotonic, after(Seconds{200}) + Milliseconds{100});
  clock.drift(-1000, after(Seconds{200}));
  EXPECT_EQ(clock.shows(after(Seconds{300})).monotonic, after(Seconds{300}));
  EXPECT_EQ(clock.when(after(Seconds{300})), after(Seconds{300}));
}

TEST(Clock, TheWallClockJumpsAndTheMonotonicOneDoesNot) {
  Clock clock(kStart);
  clock.jump(Seconds{-3600});
  EXPECT_EQ(clock.shows(after(Seconds{1})).wall, kStart - Seconds{3599});
  EXPECT_EQ(clock.shows(after(Seconds{1})).monotonic, after(Seconds{1}));
}

TEST(Clock, AStoppedWallClockGoesOnFromWhereItStood) {
  Clock clock(kStart);
  clock.stop(after(Seconds{10}));
  EXPECT_EQ(clock.shows(after(Seconds{60})).wall, kStart + Seconds{10});
  EXPECT_EQ(clock.shows(after(Seconds{60})).monotonic, after(Seconds{60}));
  clock.go_on(after(Seconds{60}));
  EXPECT_EQ(clock.shows(after(Seconds{61})).wall, kStart + Seconds{11});
}

}  // namespace
}  // namespace openline::sim
