// SPDX-License-Identifier: Apache-2.0
#include "core/link/sent_packets.h"

#include <gtest/gtest.h>

#include "core/link/ack_tracker.h"

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{10}};

MonotonicTime at(int milliseconds) { return kStart + Milliseconds{milliseconds}; }

struct Path {
  RoundTrip round_trip{Milliseconds{25}};
  SentPackets packets;
  explicit Path(std::uint32_t count) {
    round_trip.sample(Milliseconds{80}, {});
    for (std::uint32_t number = 0; number < count; ++number)
      packets.sent({number}, {at(static_cast<int>(number)), 100, {{number, {0, 1}}}});
  }
  auto acknowledge(std::uint32_t largest, std::vector<std::uint32_t> runs, int when = 80) {
    auto newly = packets.acknowledge({{0}, {largest}, {}, std::move(runs)}, at(when));
    packets.check_invariants();
    return newly;
  }
};

TEST(SentPackets, TellsWhatIsNewlyAcknowledged) {
  Path path(6);
  EXPECT_EQ(path.packets.in_flight(), 600U);
  const auto newly = path.acknowledge(4, {2, 2, 1});
  ASSERT_EQ(newly.acknowledged.size(), 3U);
  EXPECT_EQ(newly.largest_sent, at(4));
  EXPECT_EQ(path.packets.in_flight(), 300U);
  EXPECT_TRUE(path.acknowledge(4, {2, 2, 1}).acknowledged.empty());
  EXPECT_FALSE(path.acknowledge(4, {3}).largest_sent.has_value()) << "no second sample from one packet";
}

TEST(SentPackets, IgnoresNumbersThatWereNeverSent) {
  Path path(3);
  EXPECT_TRUE(path.acknowledge(3, {4}).acknowledged.empty());
  EXPECT_TRUE(path.acknowledge(INT32_MAX, {1U << 31}).acknowledged.empty());
  EXPECT_EQ(path.packets.in_flight(), 300U);
}

TEST(SentPackets, StatementsAreWaitedForLongerAndMeasureNoRoundTrip) {
  Path path(0);
  path.packets.sent({0}, {at(0), 100, {{0, {0, 1}}}, true});
  EXPECT_EQ(path.packets.waiting_since(), at(0) + AckTracker::kConvenience);
  path.packets.sent({1}, {at(10), 100, {{1, {0, 1}}}});
  EXPECT_EQ(path.packets.waiting_since(), at(10)) << "another packet is waited for as ever";
  path.packets.sent({2}, {at(20), 100, {{2, {0, 1}}}, true});
  EXPECT_FALSE(path.acknowledge(2, {3}, 900).largest_sent.has_value());
}

TEST(SentPackets, TakeAnAcknowledgementThatNamesAPacketWhichAskedForNone) {
  SentPackets packets;
  packets.sent({0}, {MonotonicTime{Seconds{1}}, 100, {}});
  packets.used({1});
  const auto newly = packets.acknowledge({{0}, {1}, Milliseconds{0}, {2}}, MonotonicTime{Seconds{2}});
  EXPECT_EQ(newly.acknowledged.size(), 1U);
  EXPECT_FALSE(newly.largest_sent) << "it says nothing about the round trip";
}

TEST(SentPackets, AreLostWhenOneSentThreeLaterCame) {
  Path path(5);
  (void)path.acknowledge(2, {1});
  EXPECT_TRUE(path.packets.find_lost(path.round_trip, at(81)).empty());
  (void)path.acknowledge(3, {1});
  EXPECT_EQ(path.packets.find_lost(path.round_trip, at(81)).size(), 1U);
  (void)path.acknowledge(4, {1});
  EXPECT_EQ(path.packets.find_lost(path.round_trip, at(81)).size(), 1U);
  EXPECT_EQ(path.packets.in_flight(), 0U);
}

TEST(SentPackets, AreLostNineEighthsOfARoundTripAfterTheyWereOvertaken) {
  Path path(2);
  EXPECT_EQ(path.packets.loss_due(path.round_trip), kNever) << "nothing overtook them";
  (void)path.acknowledge(1, {1});
  EXPECT_EQ(path.packets.loss_due(path.round_trip), at(90));
  EXPECT_TRUE(path.packets.find_lost(path.round_trip, at(90) - Microseconds{1}).empty());
  EXPECT_EQ(path.packets.find_lost(path.round_trip, at(90)).size(), 1U);
}

TEST(SentPackets, ThatWereGivenUpStillCountWhenTheyAreAcknowledgedLate) {
  Path path(4);
  EXPECT_EQ(path.packets.waiting_since(), at(0));
  EXPECT_EQ(path.packets.repeat_until(at(1)).size(), 2U);
  EXPECT_EQ(path.packets.in_flight(), 200U);
  EXPECT_EQ(path.packets.waiting_since(), at(2));
  const auto newly = path.acknowledge(1, {2}, 500);
  EXPECT_EQ(newly.acknowledged.size(), 2U);
  EXPECT_EQ(newly.largest_sent, at(1)) << "a slow path is measured all the same";
  EXPECT_EQ(path.packets.waiting_since(), at(500));
}

TEST(SentPackets, RememberABoundedNumberThatWasGivenUp) {
  Path path(5000);
  EXPECT_EQ(path.packets.repeat_until(at(5000)).size(), 5000U);
  path.packets.check_invariants();
  EXPECT_FALSE(path.packets.waiting_since().has_value());
}

TEST(RoundTrip, FollowsRfc9002) {
  RoundTrip round_trip(Milliseconds{25});
  EXPECT_EQ(round_trip.probe_timeout(0), Seconds{1});
  round_trip.sample(Milliseconds{100}, Milliseconds{20});
  EXPECT_EQ(round_trip.smoothed(), Milliseconds{100}) << "the first sample is taken as it is";
  EXPECT_EQ(round_trip.probe_timeout(0), Milliseconds{100 + 4 * 50 + 25});
  round_trip.sample(Milliseconds{140}, Milliseconds{20});
  EXPECT_EQ(round_trip.smoothed(), Microseconds{(7 * 100'000 + 120'000) / 8});
  round_trip.sample(Milliseconds{105}, Milliseconds{20});
  EXPECT_EQ(round_trip.smoothed(), Microseconds{(7 * 102'500 + 105'000) / 8})
      << "never below the least round trip";
}

TEST(RoundTrip, DoublesTheProbeTimeoutToItsLimit) {
  RoundTrip round_trip(Milliseconds{25});
  EXPECT_EQ(round_trip.probe_timeout(1), Seconds{2});
  EXPECT_EQ(round_trip.probe_timeout(1000), Seconds{10});
  round_trip.sample(Seconds{20}, {});
  EXPECT_GT(round_trip.probe_timeout(0), Seconds{20})
      << "a path that is slower than the limit is given its time";
}

}  // namespace
}  // namespace openline
