// SPDX-License-Identifier: Apache-2.0
#include "core/link/goodput.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

struct Acknowledgements {
  Goodput goodput;
  MonotonicTime now{Seconds{100}};
  // One a tenth of a second.
  void come(std::size_t count, std::size_t bytes, bool kept_busy) {
    for (; count > 0; --count) {
      now += Milliseconds{100};
      goodput.acknowledged(bytes, kept_busy, Milliseconds{600}, now);
    }
  }
};

TEST(Goodput, IsWhatWasAcknowledgedASecondWhileThePathWasKeptBusy) {
  Acknowledgements acks;
  acks.come(50, 120, true);
  ASSERT_TRUE(acks.goodput.rate());
  EXPECT_NEAR(*acks.goodput.rate(), 1200, 1);
}

TEST(Goodput, IsUnknownUntilARoundIsOver) {
  Acknowledgements acks;
  acks.come(6, 120, true);
  EXPECT_FALSE(acks.goodput.rate());
  acks.come(1, 120, true);
  EXPECT_TRUE(acks.goodput.rate());
}

TEST(Goodput, APathThatHadLittleToCarryIsNotCalledSlow) {
  Acknowledgements acks;
  acks.come(50, 12, false);
  EXPECT_FALSE(acks.goodput.rate()) << "it was never kept busy";
  acks.come(50, 120, true);
  acks.come(50, 12, false);
  EXPECT_NEAR(*acks.goodput.rate(), 1200, 1);
}

TEST(Goodput, MoreThanWasKnownCountsEvenWhereThereWasLittleToCarry) {
  Acknowledgements acks;
  acks.come(50, 120, true);
  acks.come(14, 240, false);
  EXPECT_NEAR(*acks.goodput.rate(), 2400, 1);
}

TEST(Goodput, FollowsAPathThatBecomesSlower) {
  Acknowledgements acks;
  acks.come(50, 120, true);
  acks.come(300, 30, true);
  EXPECT_NEAR(*acks.goodput.rate(), 300, 10);
}

TEST(Goodput, ManyAcknowledgementsAtOnceAreNoRound) {
  Goodput goodput;
  for (int i = 0; i < 100; ++i)
    goodput.acknowledged(1200, true, Microseconds{100}, MonotonicTime{Seconds{5}});
  EXPECT_FALSE(goodput.rate());
}

}  // namespace
}  // namespace openline
