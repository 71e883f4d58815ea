// SPDX-License-Identifier: Apache-2.0
// Packet-size discovery between two stations: networks that carry less than one thinks, or less than before.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr std::size_t kLargest = 65507;

std::vector<LocalPath> paths_that_discover(std::optional<std::uint64_t> rate = {}) {
  return {{.name = "path0", .kind = "udp", .declared_rate = rate, .discover_up_to = kLargest}};
}

struct Pair {
  Network net;
  std::size_t carries = SIZE_MAX;  // packets above vanish
  std::size_t largest_seen = 0, tries = 0;
  Station &a, &b;
  explicit Pair(std::optional<std::uint64_t> rate = {})
      : a(net.add("A", {}, paths_that_discover(rate))), b(net.add("B", {}, paths_that_discover(rate))) {
    net.tap = [this](const Traffic& traffic) {
      largest_seen = std::max(largest_seen, traffic.bytes.size());
      tries += traffic.bytes.size() > 1200 ? 1 : 0;
    };
    net.drop = [this](const Traffic& traffic) { return traffic.bytes.size() > carries; };
  }
  void meet(Microseconds time = 10s) {
    net.introduce_both(a, b);
    net.run_for(time);
  }
  [[nodiscard]] PathStatus path() const { return net.status(a, b).paths.at(0); }
  [[nodiscard]] bool arrives(const Bytes& object, SendOptions how = {}) {
    net.send(a, b, object, how);
    return net.run_until([&] { return b.count_of(object) == 1; }, 30s);
  }
};

TEST(LinkSize, FindsTheLargestPacketWithinAFewRoundTrips) {
  Pair p;
  p.net.wires[0].delay = 50us;
  p.meet(100ms);
  EXPECT_EQ(p.path().packet_size, kLargest);
  EXPECT_TRUE(p.arrives(object_of(300'000, 1)));
  EXPECT_GT(p.largest_seen, 60'000U);
}

TEST(LinkSize, CarriesAMessageOverEveryNetwork) {
  for (const std::size_t carries : {1200UL, 1252UL, 1280UL, 1472UL, 9000UL}) {
    Pair p;
    p.carries = carries;
    p.meet();
    EXPECT_LE(p.path().packet_size, carries);
    EXPECT_GE(p.path().packet_size, std::min(carries, 1472UL) - 1472 / 16) << carries;
    EXPECT_TRUE(p.arrives(object_of(3000, 1))) << carries;
    EXPECT_EQ(p.path().packets_lost, 0U) << "what is tried is not lost";
    EXPECT_EQ(p.path().loss, 0.0);
  }
}

TEST(LinkSize, LosesNothingWhenTheNetworkCarriesLessInTheMiddleOfASession) {
  for (const bool flash : {false, true}) {
    Pair p;
    p.carries = 1472;
    p.meet();
    ASSERT_EQ(p.path().packet_size, 1472U);
    const SendOptions how{flash ? Precedence::kFlash : Precedence::kRoutine, 0, {}, false};
    p.net.send(p.a, p.b, object_of(200'000, 1), how);
    p.net.run_for(20ms);
    p.carries = 1272;
    for (std::uint64_t number = 2; number < 12; ++number)
      p.net.send(p.a, p.b, object_of(1350 + number, number), how);  // each was to travel whole
    EXPECT_TRUE(p.net.run_until([&] { return p.b.received.size() == 11; }, 10s));
    EXPECT_EQ(p.a.closed, 0U);
    p.net.run_for(10s);
    EXPECT_LE(p.path().packet_size, 1272U);
    EXPECT_GE(p.path().packet_size, 1200U);
  }
}

TEST(LinkSize, AMessageAfterASilenceGetsThroughAPathThatShrankMeanwhile) {
  Pair p;
  p.carries = 1472;
  p.meet();
  p.carries = 1272;
  EXPECT_TRUE(p.arrives(object_of(1400, 1)));
  EXPECT_TRUE(p.arrives(object_of(5000, 2)));
}

TEST(LinkSize, FindsOutThatTheNetworkCarriesMoreAgain) {
  Pair p;
  p.carries = 1200;
  p.meet();
  p.carries = SIZE_MAX;
  EXPECT_TRUE(p.arrives(object_of(50'000, 1)));
  EXPECT_EQ(p.path().packet_size, 1200U);
  p.net.run_for(700s);
  EXPECT_TRUE(p.arrives(object_of(50'000, 2)));
  p.net.run_for(1s);
  EXPECT_EQ(p.path().packet_size, kLargest);
}

TEST(LinkSize, TriesNothingWhereAirIsDear) {
  for (const std::uint64_t rate : {1'200UL, 31'999UL}) {
    Pair p(rate);
    p.meet(60s);
    EXPECT_EQ(p.tries, 0U);
    EXPECT_EQ(p.path().packet_size, 1200U);
  }
}

TEST(LinkSize, TriesOnADeclaredRateOnlyWithinTheBudgetForRepeats) {
  Pair p(100'000);
  std::size_t tried = 0, all = 0;
  p.net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station != "A") return;
    all += traffic.bytes.size();
    tried += traffic.bytes.size() > 1200 ? traffic.bytes.size() : 0;
    EXPECT_LE(tried, all);
  };
  p.carries = 1200;
  p.meet(1s);
  EXPECT_EQ(tried, 0U) << "too little was sent";
  EXPECT_TRUE(p.arrives(object_of(20'000, 1)));
  p.net.run_for(10s);
  EXPECT_GT(tried, 0U);
}

TEST(LinkSize, TriesNothingWhileSomethingUrgentWaits) {
  Pair p;
  p.net.wires[0].rate = 20'000;  // of the adapter
  bool quiet = false;
  p.net.tap = [&](const Traffic& traffic) {
    const bool counts = quiet && traffic.from_station == "A";
    EXPECT_TRUE(!counts || traffic.bytes.size() <= 1200);
  };
  p.net.introduce_both(p.a, p.b);
  p.net.send(p.a, p.b, object_of(100'000, 1), {Precedence::kPriority, 0, {}, false});
  quiet = true;
  ASSERT_TRUE(p.net.run_until([&] { return p.b.received.empty() && p.net.status(p.a, p.b).session; }, 5s));
  p.net.run_for(2s);
  EXPECT_TRUE(p.b.received.empty()) << "it is still under way";
  quiet = false;
  EXPECT_TRUE(p.net.run_until([&] { return p.path().packet_size > 1200; }, 60s));
}

TEST(LinkSize, BelievesAnAdapterThatRefuses) {
  Pair p;
  p.meet();
  ASSERT_EQ(p.path().packet_size, kLargest);
  p.carries = 1252;
  p.a.board->packet_refused({0}, {"B:0"}, 20'000, p.net.now());
  p.a.board->packet_refused({0}, {"nobody:1"}, 1'300, p.net.now());
  EXPECT_EQ(p.path().packet_size, 1200U);
  EXPECT_TRUE(p.arrives(object_of(20'000, 1)));
}

TEST(LinkSize, HoldsUnderHeavyLoss) {
  Pair p;
  p.carries = 1472;
  p.net.wires[0].loss = 0.3;
  p.meet(60s);
  for (std::uint64_t number = 0; number < 20; ++number) {
    EXPECT_TRUE(p.arrives(object_of(5'000, number)));
    EXPECT_LE(p.path().packet_size, 1472U);
  }
}

}  // namespace
}  // namespace openline::link_test
