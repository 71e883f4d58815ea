// SPDX-License-Identifier: Apache-2.0
#include "core/link/delivery_estimate.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

using namespace std::chrono_literals;

// 1,000 bytes a second, a third of a second away, one packet 1,000 bytes of object and 50 around them.
PathOutlook path_of(double goodput, Microseconds delay = 300ms) {
  return {.up = true,
          .goodput = goodput,
          .delay = delay,
          .loss_shows = 2 * delay + 100ms,
          .room = 1000,
          .overhead = 50};
}
Shipment unsent(Rank rank, std::size_t bytes, std::uint32_t group = 0) {
  Shipment shipment{.rank = rank, .group = group, .missing = bytes, .unsent = bytes};
  if (rank == Rank::kFlash) shipment.lanes = {bytes, bytes};
  return shipment;
}
double seconds(const std::optional<Arrival>& arrival) {
  EXPECT_TRUE(arrival);
  return arrival ? static_cast<double>(arrival->in.count()) / 1e6 : -1;
}

TEST(DeliveryEstimate, IsTimeOnAirAndTheWayThere) {
  const DeliveryEstimate estimate({path_of(1000)}, {unsent(Rank::kRoutine, 950)});
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 1.3, 0.01);
  EXPECT_EQ(estimate.arrival_of(0)->path, 0U);
}

TEST(DeliveryEstimate, WithoutAPathThereIsNone) {
  PathOutlook down = path_of(1000);
  down.up = false;
  EXPECT_FALSE(DeliveryEstimate({down}, {unsent(Rank::kFlash, 100)}).arrival_of(0));
  EXPECT_FALSE(DeliveryEstimate({}, {unsent(Rank::kRoutine, 100)}).arrival_of(0));
  EXPECT_FALSE(DeliveryEstimate({down}, {unsent(Rank::kRoutine, 100)}).queue_time(0));
}

TEST(DeliveryEstimate, WhereNoRateIsKnownThereIsNone) {
  PathOutlook fresh = path_of(1000);
  fresh.goodput.reset();
  EXPECT_FALSE(DeliveryEstimate({fresh}, {unsent(Rank::kRoutine, 100)}).arrival_of(0));
  const DeliveryEstimate beside({fresh, path_of(1000)}, {unsent(Rank::kRoutine, 950)});
  EXPECT_EQ(beside.arrival_of(0)->path, 1U);
}

TEST(DeliveryEstimate, TheUrgentWaitsForNothingAndTheRestForIt) {
  const DeliveryEstimate estimate(
      {path_of(1000)}, {unsent(Rank::kFlash, 450), unsent(Rank::kRoutine, 950), unsent(Rank::kBulk, 95'000)});
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 0.8, 0.01);
  EXPECT_NEAR(seconds(estimate.arrival_of(1)), 1.8, 0.01);
  EXPECT_NEAR(seconds(estimate.arrival_of(2)), 1.5 + 99.75 + 0.3, 0.1);
  EXPECT_EQ(estimate.queued_bytes(0), 450U + 950 + 95'000);
  EXPECT_NEAR(static_cast<double>(estimate.queue_time(0)->count()) / 1e6, 101.55, 0.1);
}

TEST(DeliveryEstimate, WithinAGroupTheOlderGoesFirst) {
  const DeliveryEstimate estimate({path_of(1000)},
                                  {unsent(Rank::kRoutine, 950), unsent(Rank::kRoutine, 950)});
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 1.3, 0.01);
  EXPECT_NEAR(seconds(estimate.arrival_of(1)), 2.3, 0.01);
}

TEST(DeliveryEstimate, LinesTakeTurns) {
  const DeliveryEstimate estimate({path_of(1000)},
                                  {unsent(Rank::kRoutine, 9500, 1), unsent(Rank::kRoutine, 950, 2)});
  EXPECT_NEAR(seconds(estimate.arrival_of(1)), 2.3, 0.01) << "one packet of the other line, then its own";
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 10.0 + 1 + 0.3, 0.1);
}

TEST(DeliveryEstimate, OnANarrowPathWhatIsAheadTakesItsTime) {
  PathOutlook hf = path_of(9.4, 1s);  // 75 bit/s
  hf.room = 40;
  hf.overhead = 24;
  hf.busy = 5s;
  const DeliveryEstimate estimate({hf}, {unsent(Rank::kImmediate, 200), unsent(Rank::kRoutine, 400)});
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 6 + (200 + 5 * 24) / 9.4, 0.5);
  EXPECT_NEAR(seconds(estimate.arrival_of(1)), 6 + (600 + 15 * 24) / 9.4, 0.5);
}

TEST(DeliveryEstimate, PathsShareWhatIsLargeByWhatTheyCarry) {
  const DeliveryEstimate one({path_of(1000)}, {unsent(Rank::kBulk, 95'000)});
  const DeliveryEstimate both({path_of(1000), path_of(3000)}, {unsent(Rank::kBulk, 95'000)});
  EXPECT_NEAR(seconds(both.arrival_of(0)), seconds(one.arrival_of(0)) / 4, 0.5);
  EXPECT_EQ(both.arrival_of(0)->path, 1U);
}

TEST(DeliveryEstimate, ASlowPathBesideAFastOneDoesNoHarm) {
  const std::vector<PathOutlook> paths = {path_of(10, 5s), path_of(10'000, 20ms)};
  const DeliveryEstimate small(paths, {unsent(Rank::kRoutine, 500)});
  EXPECT_LT(seconds(small.arrival_of(0)), 0.1);
  EXPECT_EQ(small.arrival_of(0)->path, 1U);
  const DeliveryEstimate flash(paths, {unsent(Rank::kFlash, 500)});
  EXPECT_LT(seconds(flash.arrival_of(0)), 0.1);
  EXPECT_EQ(flash.arrival_of(0)->path, 1U);
}

TEST(DeliveryEstimate, AFlashIsThereWhenTheFirstPathBroughtIt) {
  Shipment flash = unsent(Rank::kFlash, 950);
  flash.lanes = {950, 0};  // on its way by the second
  flash.sent_ago = 1s;
  flash.sent_by = 1;
  const DeliveryEstimate estimate({path_of(1000), path_of(1000)}, {flash});
  EXPECT_NEAR(seconds(estimate.arrival_of(0)), 0.3, 0.01);
  EXPECT_EQ(estimate.arrival_of(0)->path, 1U);
}

TEST(DeliveryEstimate, WhatIsOnItsWayHasTheRestOfItsWayLeft) {
  Shipment sent{.rank = Rank::kRoutine, .missing = 950, .unsent = 0, .sent_ago = 900ms};
  EXPECT_NEAR(seconds(DeliveryEstimate({path_of(1000)}, {sent}).arrival_of(0)), 0.4, 0.01);
  sent.sent_ago = 1500ms;
  EXPECT_EQ(seconds(DeliveryEstimate({path_of(1000)}, {sent}).arrival_of(0)), 0) << "any moment";
  sent.repeated_ago = 200ms;
  EXPECT_NEAR(seconds(DeliveryEstimate({path_of(1000)}, {sent}).arrival_of(0)), 1.1, 0.01)
      << "no answer came in time: what counts is the copy";
}

TEST(DeliveryEstimate, LossOfManyPacketsTakesRoundsToMend) {
  PathOutlook clean = path_of(1000), lossy = path_of(1000);
  lossy.loss = 0.2;
  const Shipment large = unsent(Rank::kRoutine, 10'000), small = unsent(Rank::kRoutine, 950);
  const double without = seconds(DeliveryEstimate({clean}, {large}).arrival_of(0));
  const double with = seconds(DeliveryEstimate({lossy}, {large}).arrival_of(0));
  EXPECT_GE(with, without);
  EXPECT_LE(with, without + 8 * 0.7);
  // A single packet more likely arrives at once than not; it is not on air for longer than it is.
  EXPECT_LE(seconds(DeliveryEstimate({lossy}, {small}).arrival_of(0)),
            seconds(DeliveryEstimate({clean}, {small}).arrival_of(0)));
}

TEST(DeliveryEstimate, NumbersThatMakeNoSenseStayFinite) {
  PathOutlook odd = path_of(0);
  odd.loss = 7;
  odd.room = 0;
  const DeliveryEstimate estimate({odd}, {unsent(Rank::kRoutine, SIZE_MAX / 4)});
  const auto arrival = estimate.arrival_of(0);
  ASSERT_TRUE(arrival);
  EXPECT_GE(arrival->in, Microseconds{});
  EXPECT_LE(arrival->in, std::chrono::hours{24 * 366 * 11});
}

}  // namespace
}  // namespace openline
