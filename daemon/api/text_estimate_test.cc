// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/text_estimate.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using enum Precedence;

const LineId kLine = *LineId::from(Bytes(32, 1)), kOther = *LineId::from(Bytes(32, 2));

struct OneLink {
  OneLink() {
    PathStatus path;
    path.name = "hf";
    path.state = PathState::kUp;
    path.round_trip = 1s;
    path.declared_rate = 100;  // bytes a second
    path.packet_size = 256;
    peer.links.emplace_back().session = true;
    peer.links[0].paths.push_back(path);
    peer.traffic.emplace_back().queues.emplace_back();
  }
  PathStatus& path(std::size_t at = 0) { return peer.links[0].paths[at]; }
  void queue(Precedence precedence, std::size_t bytes, const LineId& line = kLine) {
    Consignment one;
    one.object.precedence = precedence;
    one.object.size = one.object.missing = bytes;
    one.cargo = RunCargo{line, {}, {}, {}, {}};
    auto& all = peer.traffic[0].on_the_way;
    const auto behind = std::ranges::find_if(
        all, [&](const Consignment& other) { return other.object.precedence < precedence; });
    all.insert(behind, std::move(one));
  }
  [[nodiscard]] double seconds(Precedence precedence, std::size_t text = 800) const {
    const auto estimate = estimate_text(peer, kLine, precedence, text);
    return estimate ? static_cast<double>(estimate->in.count()) / 1e6 : -1;
  }
  PeerStatus peer;
};

TEST(TextEstimate, TakesAsLongAsThePathTakesForItsBytes) {
  const OneLink link;
  // 1,000 bytes with what is around them at 100 a second, in five or six packets with their own.
  EXPECT_GT(link.seconds(kRoutine), 10);
  EXPECT_LT(link.seconds(kRoutine), 15);
  EXPECT_EQ(estimate_text(link.peer, kLine, kRoutine, 800)->path, "hf");
  EXPECT_LT(link.seconds(kRoutine, 0), link.seconds(kRoutine));
}

TEST(TextEstimate, WhatIsAtLeastAsUrgentGoesBeforeIt) {
  OneLink link;
  const double alone = link.seconds(kImmediate);
  link.queue(kRoutine, 5000);
  EXPECT_NEAR(link.seconds(kImmediate), alone, 0.1);
  EXPECT_NEAR(link.seconds(kFlash), alone, 3);
  link.queue(kImmediate, 2000);
  EXPECT_GT(link.seconds(kImmediate), alone + 19);
  EXPECT_GT(link.seconds(kRoutine), alone + 69);
  EXPECT_NEAR(link.seconds(kFlash), alone, 3);
}

TEST(TextEstimate, AnotherLineOfTheSamePrecedenceTakesTurns) {
  OneLink link;
  const double alone = link.seconds(kRoutine);
  link.queue(kRoutine, 50'000, kOther);
  EXPECT_LT(link.seconds(kRoutine), 2 * alone + 3) << "it waits for no more than its own turns";
  EXPECT_GT(link.seconds(kRoutine), alone + 5);
}

TEST(TextEstimate, WhatIsBeyondTheListCounts) {
  OneLink link;
  const double alone = link.seconds(kRoutine);
  link.queue(kRoutine, 1000);
  link.peer.traffic[0].more = 30;
  link.peer.traffic[0].queues[0].bytes = 31'000;
  EXPECT_GT(link.seconds(kRoutine), alone + 15);
  EXPECT_NEAR(link.seconds(kFlash), alone, 3);
}

TEST(TextEstimate, WithoutAPathOrAnythingKnownThereIsNone) {
  OneLink link;
  link.path().declared_rate.reset();
  EXPECT_GT(link.seconds(kRoutine), 0) << "by what may leave in a round trip";
  EXPECT_LT(link.seconds(kRoutine), 3);
  link.path().measured_rate = 100;
  EXPECT_GT(link.seconds(kRoutine), 10) << "by what was measured";
  link.path().measured_rate.reset();
  link.path().round_trip.reset();
  EXPECT_EQ(link.seconds(kRoutine), -1);
  OneLink down;
  down.path().state = PathState::kDown;
  EXPECT_EQ(down.seconds(kFlash), -1);
  OneLink closed;
  closed.peer.links[0].session = false;
  EXPECT_EQ(closed.seconds(kFlash), -1);
  EXPECT_FALSE(estimate_text(PeerStatus{}, kLine, kFlash, 1));
}

TEST(TextEstimate, AFlashGoesByTheFirstPathThatBringsIt) {
  OneLink link;
  PathStatus fibre = link.path();
  fibre.name = "fibre";
  fibre.declared_rate = 1'000'000;
  fibre.round_trip = 10ms;
  link.peer.links[0].paths.push_back(fibre);
  EXPECT_EQ(estimate_text(link.peer, kLine, kFlash, 800)->path, "fibre");
  EXPECT_LT(link.seconds(kFlash), 0.5);
}

}  // namespace
}  // namespace openline::daemon
