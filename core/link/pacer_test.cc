// SPDX-License-Identifier: Apache-2.0
#include "core/link/pacer.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{10}};
constexpr Microseconds kTakes = Milliseconds{10};

// How many packets may leave at that moment.
int burst(Pacer& pacer, MonotonicTime now, Microseconds make_up, Microseconds ahead = {}) {
  int count = 0;
  for (; pacer.is_free(now, ahead); ++count) pacer.sent(kTakes, make_up, now);
  return count;
}

TEST(Pacer, SpreadsPackets) {
  Pacer pacer;
  (void)burst(pacer, kStart, {});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(burst(pacer, pacer.free_at(), {}), 1);
  EXPECT_EQ(pacer.free_at(), kStart + 11 * kTakes);
}

TEST(Pacer, MakesUpForALatenessOfSoMuchAndNoMore) {
  Pacer pacer;
  EXPECT_EQ(burst(pacer, kStart, 3 * kTakes), 4) << "after a pause";
  EXPECT_EQ(burst(pacer, kStart + 3 * kTakes, 3 * kTakes), 3);
  EXPECT_EQ(burst(pacer, kStart + 100 * kTakes, 3 * kTakes), 4);
}

TEST(Pacer, LetsWhatIsSoonDueLeaveAtOnce) {
  Pacer pacer;
  EXPECT_EQ(burst(pacer, kStart, {}, 5 * kTakes), 6);
  EXPECT_EQ(burst(pacer, pacer.free_at(), {}, 5 * kTakes), 6) << "one wake for six";
}

TEST(Pacer, ReckonsTheTimeOfBytesAtARate) {
  EXPECT_EQ(time_to_send(1200, 1200), Seconds{1});
  EXPECT_EQ(time_to_send(1200, 0), Microseconds{});
}

}  // namespace
}  // namespace openline
