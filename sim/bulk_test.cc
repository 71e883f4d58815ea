// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/bulk_work.h"

namespace openline::sim {
namespace {

TEST(Bulk, FillsAPathOfAMeasuredRateAndKeepsItsQueueShort) {
  const BulkFigures figures =
      measure({.rate = 250'000, .queue = Milliseconds{800}, .declared = false, .size = 2 << 20});
  ASSERT_EQ(figures.failure, "");
  EXPECT_GT(figures.of_capacity, 0.85);
  EXPECT_LT(figures.queued, Milliseconds{40});
  EXPECT_LT(figures.loss, 0.01);
}

TEST(Bulk, TakesNoiseForNoise) {
  const BulkFigures figures = measure({.rate = 500'000, .loss = 0.3, .declared = false, .size = 4 << 20});
  ASSERT_EQ(figures.failure, "");
  EXPECT_GT(figures.of_capacity, 0.7);
  EXPECT_GT(figures.of_offered, 0.9);
}

TEST(Bulk, GoesOnSoonAfterAnOutage) {
  const BulkFigures figures = measure(
      {.rate = 250'000, .declared = false, .size = 2 << 20, .out_from = Seconds{3}, .out_for = Seconds{5}});
  ASSERT_EQ(figures.failure, "");
  EXPECT_LT(figures.taken, Seconds{9 + 5 + 4}) << "the file, the outage, and what it takes to notice its end";
}

TEST(Bulk, ASlowPathIsAskedForEachPartOnce) {
  const BulkFigures figures = measure({.rate = 1200,
                                       .delay = Milliseconds{300},
                                       .queue = Seconds{7},
                                       .packet_time = Milliseconds{500},
                                       .flashes = {Seconds{20}, Seconds{100}}});
  ASSERT_EQ(figures.failure, "");
  EXPECT_GT(figures.of_capacity, 0.88);
  EXPECT_GT(figures.of_offered, 0.88) << "a part takes longer than patience for one that does not come";
  for (const Microseconds flash : figures.flashes) EXPECT_LT(flash, Milliseconds{1200});
}

// Half a mebibyte of parts and more waits here. It is no reason to keep a message back, nor a FLASH that
// comes after one that was kept back.
TEST(Bulk, AMessageDoesNotWaitForPartsOfFilesAndNoFlashBehindIt) {
  const BulkFigures figures = measure({.rate = 100'000,
                                       .declared = false,
                                       .size = 2 << 20,
                                       .flashes = {Seconds{3}, Seconds{8}, Seconds{13}},
                                       .routine_before_flash = true});
  ASSERT_EQ(figures.failure, "");
  for (const Microseconds flash : figures.flashes)
    EXPECT_LT(flash, Seconds{1}) << "not the 8 s and more of the parts";
}

TEST(Bulk, APartThatCameBeforeTheLeavesIsKept) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const BulkFigures figures =
        measure({.seed = seed, .rate = 1200, .delay = Milliseconds{300}, .loss = 0.1, .queue = Seconds{7}});
    ASSERT_EQ(figures.failure, "");
    EXPECT_GT(figures.of_offered, 0.85) << "seed " << seed;
  }
}

TEST(Bulk, TheLastPartsDoNotWaitForEachOther) {
  for (const double loss : {0.1, 0.3, 0.5}) {
    const BulkFigures figures = measure({.rate = 1200,
                                         .delay = Milliseconds{300},
                                         .loss = loss,
                                         .queue = Seconds{7},
                                         .packet_time = Milliseconds{500}});
    ASSERT_EQ(figures.failure, "");
    EXPECT_GT(figures.of_capacity, 0.86) << "loss " << loss;
  }
}

// Where acknowledgements are lost a station calls anew, and what it asks for may go in its first message.
TEST(Bulk, WhatIsAskedForInAFirstMessageComes) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const BulkFigures figures =
        measure({.seed = seed, .rate = 1'250'000, .delay = Milliseconds{1}, .loss = 0.5, .size = 4 << 20});
    ASSERT_EQ(figures.failure, "");
    EXPECT_LT(figures.taken, Seconds{20}) << "seed " << seed << ": patience for a part is 30 s";
  }
}

TEST(Bulk, LossCostsWhatIsLost) {
  for (const double loss : {0.1, 0.3, 0.5}) {
    const BulkFigures figures = measure({.rate = 1'250'000, .loss = loss, .size = 4 << 20});
    ASSERT_EQ(figures.failure, "");
    EXPECT_GT(figures.of_offered, 0.9) << "loss " << loss;
    EXPECT_GT(figures.of_capacity, 0.88) << "loss " << loss;
  }
}

}  // namespace
}  // namespace openline::sim
