// SPDX-License-Identifier: Apache-2.0
#include "core/link/ack_tracker.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr Milliseconds kDelay{25};
constexpr MonotonicTime kStart{Seconds{10}};

using Runs = std::vector<std::uint32_t>;

TEST(AckTracker, WaitsForASecondPacketOrTheDelay) {
  AckTracker tracker;
  EXPECT_FALSE(tracker.owes());
  tracker.received({0}, Wish::kSoon, kStart, kDelay);
  EXPECT_EQ(tracker.due(), kStart + kDelay);
  tracker.received({1}, Wish::kSoon, kStart + Milliseconds{3}, kDelay);
  EXPECT_EQ(tracker.due(), kStart + Milliseconds{3});
}

TEST(AckTracker, IsDueAtOnceOutOfOrderAndForAHeartbeat) {
  AckTracker tracker;
  tracker.received({1}, Wish::kSoon, kStart, kDelay);
  EXPECT_EQ(tracker.due(), kStart);
  (void)tracker.report({0}, kStart, 64);
  tracker.received({2}, Wish::kAtOnce, kStart, kDelay);
  EXPECT_EQ(tracker.due(), kStart);
}

TEST(AckTracker, OwesNothingForWhatAsksForNothing) {
  AckTracker tracker;
  tracker.received({0}, Wish::kNone, kStart, kDelay);
  tracker.received({9}, Wish::kNone, kStart, kDelay);
  EXPECT_FALSE(tracker.owes());
}

TEST(AckTracker, AStatementWaitsForAPacketThatIsSentAnyway) {
  AckTracker tracker;
  tracker.received({0}, Wish::kWhenConvenient, kStart, kDelay);
  tracker.received({1}, Wish::kWhenConvenient, kStart, kDelay);
  tracker.received({5}, Wish::kWhenConvenient, kStart, kDelay);
  EXPECT_EQ(tracker.due(), kStart + AckTracker::kConvenience) << "neither a second one nor a gap hurries it";
  EXPECT_TRUE(tracker.may_repeat()) << "but it rides along";
  tracker.received({6}, Wish::kSoon, kStart, kDelay);
  EXPECT_EQ(tracker.due(), kStart + kDelay);
}

TEST(AckTracker, ReportsRunsFromTheLargestDown) {
  AckTracker tracker;
  for (const std::uint32_t number : {0U, 1U, 2U, 5U, 6U, 9U})
    tracker.received({number}, Wish::kSoon, kStart, kDelay);
  const Acknowledgement ack = tracker.report({3}, kStart + Milliseconds{7}, 64);
  EXPECT_EQ(ack.path.value, 3);
  EXPECT_EQ(ack.largest.value, 9U);
  EXPECT_EQ(ack.delay, Milliseconds{7});
  EXPECT_EQ(ack.runs, (Runs{1, 2, 2, 2, 3}));
  EXPECT_FALSE(tracker.owes());
}

TEST(AckTracker, LeavesTheOldestOutWhenThereIsLittleRoom) {
  AckTracker tracker;
  for (const std::uint32_t number : {0U, 2U, 4U, 6U}) tracker.received({number}, Wish::kSoon, kStart, kDelay);
  EXPECT_EQ(tracker.report({0}, kStart, 1).runs, (Runs{1}));
  EXPECT_EQ(tracker.report({0}, kStart, 4).runs, (Runs{1, 1, 1})) << "it never ends with missing ones";
}

TEST(AckTracker, RemembersABoundedNumberOfRanges) {
  AckTracker tracker;
  for (std::uint32_t number = 0; number < 1000; number += 2)
    tracker.received({number}, Wish::kSoon, kStart, kDelay);
  const Acknowledgement ack = tracker.report({0}, kStart, Acknowledgement::kMaxRuns);
  EXPECT_EQ(ack.runs.size(), 2 * AckTracker::kMaxRanges - 1);
  EXPECT_EQ(ack.largest.value, 998U);
}

// The reports before it named higher numbers, and said nothing of it.
TEST(AckTracker, SaysWhatCameLateAsOftenAsAnythingElse) {
  AckTracker tracker;
  tracker.received({0}, Wish::kSoon, kStart, kDelay);
  for (std::uint32_t number = 2; number < 12; ++number) {
    tracker.received({number}, Wish::kSoon, kStart, kDelay);
    EXPECT_TRUE(covers(tracker.report({0}, kStart, 64), {number}));
  }
  tracker.received({1}, Wish::kSoon, kStart, kDelay);
  for (std::size_t time = 0; time < AckTracker::kTold; ++time)
    EXPECT_TRUE(covers(tracker.report({0}, kStart, 64), {1})) << time;
  EXPECT_FALSE(covers(tracker.report({0}, kStart, 64), {1}));
}

TEST(AckTracker, AReportWithoutRoomForAllDoesNotCountAsSayingIt) {
  AckTracker tracker;
  for (const std::uint32_t number : {0U, 2U, 4U}) tracker.received({number}, Wish::kSoon, kStart, kDelay);
  for (std::size_t time = 0; time < 2 * AckTracker::kTold; ++time) {
    const Acknowledgement ack = tracker.report({0}, kStart, 1);
    EXPECT_TRUE(covers(ack, {4}) && !covers(ack, {2}));
  }
  const Acknowledgement ack = tracker.report({0}, kStart, 64);
  EXPECT_TRUE(covers(ack, {0}) && covers(ack, {2}) && covers(ack, {4}));
}

}  // namespace
}  // namespace openline
