// SPDX-License-Identifier: Apache-2.0
#include "core/link/window.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/link/test_bottleneck.h"

namespace openline {
namespace {

using link_test::Bottleneck;
using link_test::GreedyFlow;
using link_test::WindowFlow;

constexpr MonotonicTime kStart{Seconds{10}};
constexpr Microseconds kTrip = Milliseconds{100};

MonotonicTime at(int milliseconds) { return kStart + Milliseconds{milliseconds}; }

// One round trip has passed, in which little was sent.
Window after_a_round(const LinkOptions& options) {
  Window window(options, 1200);
  for (int i = -100; i <= 0; i += 50) window.acknowledged(1200, 1200, kTrip, at(i));
  return window;
}

TEST(Window, GrowsByWhatIsAcknowledgedAndThenByTwoPacketsAndALittleWhileNoQueueShows) {
  LinkOptions options;
  Window window = after_a_round(options);
  const std::size_t start = window.bytes();
  window.acknowledged(start, start, kTrip, at(0));
  EXPECT_EQ(window.bytes(), 2 * start);
  for (int i = 0; i < 4; ++i) window.acknowledged(1200, 3600, 2 * kTrip, at(2));
  window.lost(at(1), at(5), 1200);
  const std::size_t shrunk = window.bytes();
  EXPECT_EQ(shrunk, 2 * start / 10 * 7) << "packets were waiting: it was the queue";
  for (std::size_t acknowledged = 0; acknowledged < shrunk; acknowledged += 1200)
    window.acknowledged(1200, shrunk, kTrip, at(6));
  EXPECT_NEAR(static_cast<double>(window.bytes()), static_cast<double>(shrunk) * 65 / 64 + 2400, 300);
}

TEST(Window, GrowsByOnePacketARoundTripWhileAQueueShows) {
  LinkOptions options;
  Window window(options, 1200);
  for (int i = 0; i < 6; ++i) window.acknowledged(1200, window.bytes(), i < 1 ? kTrip : 2 * kTrip, at(i));
  window.lost(at(5), at(6), 1200);
  const std::size_t shrunk = window.bytes();
  for (std::size_t acknowledged = 0; acknowledged < shrunk; acknowledged += 1200)
    window.acknowledged(1200, shrunk, 2 * kTrip, at(7));
  EXPECT_NEAR(static_cast<double>(window.bytes()), static_cast<double>(shrunk + 1200), 150);
}

TEST(Window, ShrinksOnceARoundTripAndNeverBelowItsFloor) {
  LinkOptions options;
  Window window = after_a_round(options);
  window.lost(at(1), at(5), 1200);
  const std::size_t once = window.bytes();
  window.lost(at(4), at(6), 1200);
  EXPECT_EQ(window.bytes(), once) << "sent before the last reaction";
  for (int i = 0; i < 4; ++i) window.acknowledged(1200, 3600, 2 * kTrip, at(6));
  for (int i = 10; i < 100; i += 2) window.lost(at(i), at(i + 1), 1200);
  EXPECT_EQ(window.bytes(), options.min_window) << "packets were waiting";
}

TEST(Window, HasAFloorOfSomeOfThePathsOwnPackets) {
  LinkOptions options;
  Window window(options, 16384);
  EXPECT_EQ(window.bytes(), 4 * 16384U) << "from the start";
  for (int i = 0; i < 20; ++i) window.unanswered(window.bytes(), at(i));
  EXPECT_EQ(window.bytes(), 4 * 16384U);
  EXPECT_TRUE(window.has_room_for_urgent(4 * 16384U + 3 * 16384)) << "a FLASH goes beyond it by as much";
  window.carries(1200);
  window.unanswered(window.bytes(), at(30));
  EXPECT_EQ(window.bytes(), 2 * 16384U) << "the path carries no more than small ones now";
  window.carries(65507);
  EXPECT_EQ(window.bytes(), 4 * 65507U);
}

// As on loopback: the least round trip was an idle one's, and at the rate since then there is room for half a
// packet in it.
TEST(Window, LeavesRoomForSomePacketsWhenItMakesAQueueShorter) {
  LinkOptions options;
  Window window(options, 16384);
  constexpr Microseconds kIdle{100};
  MonotonicTime now = kStart;
  for (int i = 0; i < 3; ++i, now += kIdle) window.acknowledged(16384, window.bytes(), kIdle, now);
  for (int i = 0; i < 40; ++i, now += Milliseconds{1}) {
    const Microseconds trip{
        std::max<std::int64_t>(kIdle.count(), static_cast<std::int64_t>(window.bytes() / 64))};
    window.acknowledged(64'000, window.bytes(), trip, now);
  }
  EXPECT_FALSE(window.in_slow_start());
  EXPECT_LT(window.bytes(), 8 * 16384U);
  EXPECT_GE(window.bytes(), 4 * 16384U);
}

TEST(Window, DoesNotGrowWhenItWasNotWhatHeldThingsBack) {
  LinkOptions options;
  Window window(options, 1200);
  window.acknowledged(1200, 1200, kTrip, at(0));
  EXPECT_EQ(window.bytes(), options.initial_window);
  for (int i = 0; i < 40; ++i) window.acknowledged(window.bytes(), window.bytes(), kTrip, at(i));
  EXPECT_EQ(window.bytes(), options.max_window);
}

TEST(Window, ShrinksForASilenceOnlyIfItWasWhatWasFull) {
  LinkOptions options;
  Window window(options, 1200);
  window.unanswered(1200, at(1));
  EXPECT_EQ(window.bytes(), options.initial_window) << "one lost heartbeat says nothing of a queue";
  window.unanswered(window.bytes(), at(2));
  EXPECT_EQ(window.bytes(), options.initial_window / 2);
  EXPECT_TRUE(window.in_slow_start()) << "it comes back quickly";
}

TEST(Window, PacesAWindowOverARoundTripAndALittleFaster) {
  LinkOptions options;
  Window window = after_a_round(options);
  EXPECT_EQ(window.pace(options.initial_window, kTrip), kTrip / 2) << "in slow start";
  window.lost(at(1), at(5), 1200);
  EXPECT_EQ(window.pace(window.bytes(), kTrip), kTrip * 4 / 5);
}

TEST(Window, FillsACleanPathAndKeepsItsQueueShort) {
  for (const std::size_t queue : {25'000U, 100'000U, 400'000U}) {
    WindowFlow flow;
    Bottleneck wire;
    wire.rate = 250e3, wire.queue = queue, wire.flows = {&flow};
    wire.run(Seconds{10});
    wire.waited = wire.packets = flow.arrived = 0;
    wire.run(Seconds{60});
    EXPECT_GT(flow.arrived, 0.95 * 250e3 * 60) << "queue of " << queue;
    EXPECT_LT(wire.mean_wait(), Milliseconds{40}) << "queue of " << queue;
  }
}

TEST(Window, TakesNoiseForNoise) {
  for (const double loss : {0.02, 0.1, 0.3, 0.5}) {
    WindowFlow flow;
    Bottleneck wire;
    wire.rate = 1e6, wire.queue = 200'000, wire.loss = loss, wire.flows = {&flow};
    wire.run(Seconds{60});
    EXPECT_GT(flow.arrived, 0.85 * 1e6 * 60 * (1 - loss)) << "loss " << loss;
    EXPECT_LT(wire.mean_wait(), Milliseconds{60}) << "loss " << loss;
  }
}

// Chance makes rounds differ: of one lossy round it must not conclude that all is different now.
TEST(Window, KeepsALossyPathBusy) {
  for (const double loss : {0.1, 0.3, 0.5}) {
    WindowFlow flow;
    Bottleneck wire;
    wire.rate = 1.25e6, wire.round_trip = Milliseconds{50}, wire.queue = 262'144, wire.loss = loss;
    wire.flows = {&flow};
    wire.run(Seconds{3});
    flow.arrived = 0;
    wire.run(Seconds{60});
    EXPECT_GT(flow.arrived, 0.94 * wire.rate * 60 * (1 - loss)) << "loss " << loss;
    EXPECT_LT(wire.mean_wait(), Milliseconds{15}) << "loss " << loss;
  }
}

TEST(Window, StartsQuicklyThoughPacketsAreLost) {
  WindowFlow flow;
  Bottleneck wire;
  wire.rate = 1.25e6, wire.round_trip = Milliseconds{50}, wire.queue = 262'144, wire.loss = 0.3;
  wire.flows = {&flow};
  wire.run(Seconds{2});
  EXPECT_GT(flow.arrived, 0.5 * wire.rate * 2 * 0.7);
}

TEST(Window, PutsBackACutOnWhichNothingWasLearned) {
  LinkOptions options;
  Window window = after_a_round(options);
  const std::size_t before = window.bytes();
  window.lost(at(1), at(5), 1200);
  EXPECT_LT(window.bytes(), before);
  for (int i = 50; i <= 400; i += 50) window.acknowledged(1200, 1200, kTrip, at(i));
  EXPECT_EQ(window.bytes(), before) << "there was little to send: it says nothing of the loss";
}

// As when a line was made in one room, and one station then went abroad.
TEST(Window, LearnsANewRoundTripWhileThereIsLittleToSend) {
  WindowFlow flow;
  for (int i = 0; i < 10; ++i) flow.window.acknowledged(1200, 1200, Microseconds{300}, at(i * 1000 - 20'000));
  for (int i = 0; i < 4; ++i) flow.window.acknowledged(1200, 2400, Milliseconds{50}, at(i * 1000 - 9'000));
  Bottleneck wire;
  wire.rate = 1.25e6, wire.round_trip = Milliseconds{50}, wire.queue = 262'144, wire.flows = {&flow};
  wire.run(Seconds{3});
  EXPECT_GT(flow.arrived, 0.8 * wire.rate * 3) << "it is no queue: it grows quickly";
}

TEST(Window, TakesAFullQueueForWhatItIs) {
  WindowFlow flow;
  Bottleneck wire;
  wire.rate = 250e3, wire.queue = 25'000, wire.flows = {&flow};
  wire.run(Seconds{30});
  EXPECT_FALSE(flow.window.takes_loss_for_noise());
  EXPECT_LT(flow.window.bytes(), 3 * 25'000U) << "what the path and its queue hold";
}

TEST(Window, GetsAShareBesideAFlowThatFillsQueues) {
  for (const std::size_t queue : {12'500U, 50'000U}) {
    for (const int later : {0, 5}) {  // the other was first by so many seconds
      WindowFlow flow;
      GreedyFlow greedy;
      Bottleneck wire;
      wire.rate = 250e3, wire.round_trip = Milliseconds{50}, wire.queue = queue, wire.flows = {&greedy};
      wire.run(Seconds{later});
      wire.flows = {&flow, &greedy};
      greedy.arrived = 0;
      wire.run(Seconds{60});
      const double share = flow.arrived / (flow.arrived + greedy.arrived);
      EXPECT_GT(share, 0.3) << "queue of " << queue << ", later by " << later;
      EXPECT_LT(share, 0.7) << "queue of " << queue << ", later by " << later;
    }
  }
}

TEST(Window, SharesWithAnotherOfItsKind) {
  for (const double loss : {0.0, 0.1}) {
    WindowFlow first, second;
    Bottleneck wire;
    wire.rate = 1e6, wire.queue = 200'000, wire.loss = loss, wire.flows = {&first};
    wire.run(Seconds{10});
    wire.flows = {&first, &second};
    wire.run(Seconds{20});
    first.arrived = second.arrived = 0;
    wire.run(Seconds{60});
    const double share = second.arrived / (first.arrived + second.arrived);
    EXPECT_GT(share, 0.3) << "loss " << loss;
    EXPECT_LT(share, 0.7) << "loss " << loss;
  }
}

TEST(Window, IsBackSoonAfterAnOutage) {
  WindowFlow flow;
  Bottleneck wire;
  wire.rate = 1e6, wire.queue = 100'000, wire.flows = {&flow};
  wire.out_from = kStart + Seconds{20}, wire.out_to = kStart + Seconds{40};
  wire.run(Seconds{40});
  EXPECT_EQ(flow.window.bytes(), flow.options.min_window);
  while (flow.silences > 0) wire.run(Milliseconds{10});
  wire.run(Seconds{1});
  flow.arrived = 0;
  wire.run(Seconds{10});
  EXPECT_GT(flow.arrived, 0.9 * 1e6 * 10);
}

TEST(Window, FindsARateThatChanged) {
  WindowFlow flow;
  Bottleneck wire;
  wire.rate = 250e3, wire.queue = 100'000, wire.flows = {&flow};
  wire.run(Seconds{20});
  wire.rate = 1e6;
  wire.run(Seconds{5});
  flow.arrived = 0;
  wire.run(Seconds{10});
  EXPECT_GT(flow.arrived, 0.85 * 1e6 * 10);
}

TEST(Window, FindsARoundTripThatChanged) {
  WindowFlow flow;
  Bottleneck wire;
  wire.rate = 500e3, wire.queue = 200'000, wire.round_trip = Milliseconds{40}, wire.flows = {&flow};
  wire.run(Seconds{20});
  wire.round_trip = Milliseconds{250};
  wire.loss = 0.1;
  wire.run(Seconds{15});
  flow.arrived = 0;
  wire.run(Seconds{30});
  EXPECT_GT(flow.arrived, 0.6 * 500e3 * 0.9 * 30) << "the old one is forgotten";
}

}  // namespace
}  // namespace openline
