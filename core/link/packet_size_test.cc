// SPDX-License-Identifier: Apache-2.0
#include "core/link/packet_size.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

using namespace std::chrono_literals;

const std::vector<std::size_t> kSteps = {1472, 8972, 65507};

// A path that carries packets up to a size, and what trying costs on it.
struct Path {
  std::size_t carries = SIZE_MAX;
  std::size_t system = SIZE_MAX;  // what our own system sends
  PacketSize size{1200, 65507, kSteps};
  MonotonicTime now = MonotonicTime{Seconds{1000}};
  double loss = 0;  // as measured
  std::uint32_t number = 0;
  std::vector<std::size_t> tried{};

  void answer(PacketNumber probe) { size.acknowledged({{0}, probe, Milliseconds{0}, {1}}, now); }
  // Until there is nothing to try.
  void search() {
    while (const auto wanted = size.wanted()) {
      tried.push_back(*wanted);
      size.probe_sent({++number}, now + 100ms);
      size.check_invariants();
      now += 10ms;
      if (*wanted > system) {
        size.refused(*wanted, now);
      } else if (*wanted <= carries) {
        answer({number});
      } else {
        now = size.due();
        size.run(loss, now);
      }
      size.check_invariants();
    }
  }
  void send(std::size_t bytes) {  // that carry something
    const MonotonicTime sent = now += 10ms;
    bytes <= carries ? size.arrived(bytes, sent, now) : size.lost(bytes, sent, loss, now);
    size.check_invariants();
  }
};

TEST(PacketSize, StaysAsItIsWhenThereIsNothingToFind) {
  const PacketSize fixed(1400, 0, {});
  EXPECT_EQ(fixed.known(), 1400U);
  EXPECT_TRUE(fixed.is_fixed());
  EXPECT_FALSE(fixed.wanted());
  EXPECT_EQ(fixed.due(), kNever);
}

TEST(PacketSize, FindsTheUsualSizesInAFewSteps) {
  Path loopback;
  loopback.search();
  EXPECT_EQ(loopback.size.known(), 65507U);
  EXPECT_EQ(loopback.tried, kSteps);
  Path ethernet{.carries = 1472, .system = 1472};
  ethernet.search();
  EXPECT_EQ(ethernet.size.known(), 1472U);
}

TEST(PacketSize, FindsWhatLiesBetweenWithinASixteenth) {
  for (const std::size_t carries : {1252UL, 1392UL, 1464UL, 1471UL}) {
    Path tunnel{.carries = carries, .system = 1472};
    tunnel.search();
    EXPECT_LE(tunnel.size.known(), carries);
    EXPECT_GE(tunnel.size.known(), carries - carries / 16);
  }
  Path jumbo{.carries = 4000, .system = 4324};
  jumbo.search();
  EXPECT_GE(jumbo.size.known(), 1472U)
      << "what the path itself swallows above the first step is not searched";
  Path known_jumbo{.carries = 4324, .system = 4324};
  known_jumbo.search();
  EXPECT_GE(known_jumbo.size.known(), 4324U - 4324U / 16);
}

TEST(PacketSize, GivesASizeUpAfterThreeProbesAndMoreOnAPathThatLoses) {
  Path path{.carries = 1200};
  path.search();
  EXPECT_EQ(path.size.known(), 1200U);
  EXPECT_EQ(std::ranges::count(path.tried, 1472U), 3);
  Path lossy{.carries = 1200, .loss = 0.5};
  lossy.search();
  EXPECT_EQ(std::ranges::count(lossy.tried, 1472U), 10);
}

TEST(PacketSize, AnAnswerToAnotherPacketSaysNothing) {
  Path path;
  path.size.probe_sent({7}, path.now + 1s);
  path.size.acknowledged({{0}, {9}, Milliseconds{0}, {2, 1, 5}}, path.now);  // 9, 8, and 6 to 2
  EXPECT_EQ(path.size.known(), 1200U);
  path.answer({7});
  EXPECT_EQ(path.size.known(), 1472U);
}

TEST(PacketSize, FallsBackWhenTheLargeAreLostAndTheSmallArrive) {
  Path path{.carries = 1472, .system = 1472};
  path.search();
  path.carries = 1272;
  for (int i = 0; i < 3; ++i) path.send(1472);
  EXPECT_EQ(path.size.known(), 1472U) << "that may be an outage";
  path.send(100);
  EXPECT_EQ(path.size.known(), 1200U);
  path.search();
  EXPECT_EQ(path.size.known(), 1268U);
}

TEST(PacketSize, FallsBackFromTheLargestToWhatIsStillCarried) {
  Path path;
  path.search();
  path.carries = 1472;
  path.send(65000);
  path.send(1400);
  path.send(65000);
  path.send(65000);
  path.send(1400);
  path.search();
  EXPECT_EQ(path.size.known(), 1472U);
}

TEST(PacketSize, TakesAnOutageAndABurstForWhatTheyAre) {
  Path path{.carries = 1472};
  path.search();
  path.carries = 0;
  for (int i = 0; i < 20; ++i) path.send(1472);
  path.carries = 1472;
  path.send(1472);
  path.send(100);
  EXPECT_EQ(path.size.known(), 1472U);
  // Later packets are acknowledged before earlier ones are found to be lost.
  const MonotonicTime before = path.now;
  path.send(1472);
  for (int i = 0; i < 20; ++i) path.size.lost(1472, before, 0, path.now);
  path.send(100);
  EXPECT_EQ(path.size.known(), 1472U);
}

TEST(PacketSize, TriesAgainAfterTenMinutesWhenThereWasUseForMore) {
  Path path{.carries = 1252, .system = 1472};
  path.search();
  path.tried.clear();
  path.send(300);
  EXPECT_EQ(path.size.due(), kNever) << "small packets need no larger ones";
  path.send(path.size.known());
  ASSERT_NE(path.size.due(), kNever);
  EXPECT_GT(path.size.due(), path.now + 590s);
  path.now = path.size.due();
  path.carries = 1472;
  path.size.run(0, path.now);
  path.search();
  EXPECT_EQ(path.size.known(), 1472U);
}

TEST(PacketSize, BelievesItsOwnSystem) {
  Path path;
  path.search();
  path.system = 1420 - 28;
  path.size.refused(60000, path.now);
  EXPECT_EQ(path.size.known(), 1200U);
  path.search();
  EXPECT_GT(path.size.known(), 1200U);
  EXPECT_LE(path.size.known(), path.system);
  path.size.refused(1200, path.now);
  EXPECT_GE(path.size.known(), 1200U) << "the base size is taken for granted";
}

TEST(PacketSize, TriesAgainWhatANewSessionNeverAnswers) {
  Path path;
  path.size.probe_sent({1}, path.now + 1s);
  EXPECT_FALSE(path.size.wanted());
  path.size.forget_probe();
  EXPECT_EQ(path.size.wanted(), 1472U);
}

}  // namespace
}  // namespace openline
