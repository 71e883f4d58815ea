// SPDX-License-Identifier: Apache-2.0
// Stations whose address changes while something is under way, and others who make it look so (protocol.md
// section 5.6).
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr SendOptions kFlash{Precedence::kFlash, 0, std::nullopt, false};

// `a` is behind a NAT: `b` cannot call it, and reaches it only where it last came from.
struct BehindNat {
  Network net;
  std::map<std::string, std::size_t> bytes_to;  // by address, from b
  Station &a, &b;
  explicit BehindNat(std::vector<LocalPath> paths = {}, std::uint64_t seed = 1)
      : net(seed), a(net.add("A", {}, std::move(paths))), b(net.add("B")) {
    net.tap = [this](const Traffic& traffic) {
      if (traffic.from_station == "B") bytes_to[traffic.to.text] += traffic.bytes.size();
    };
    net.drop = [this](const Traffic& traffic) {
      return traffic.from_station == "B" && traffic.to.text != now_at();
    };
    net.introduce(b, a, {}, false);
    net.introduce(a, b);
    net.run_for(10s);
    bytes_to.clear();
  }
  [[nodiscard]] std::string now_at() const {
    const auto found = net.translated.find("A:0");
    return found == net.translated.end() ? "A:0" : found->second;
  }
  void rebind(const std::string& to) { net.translated["A:0"] = to; }
  [[nodiscard]] std::vector<std::string> addresses_of_a() const {
    std::vector<std::string> all;
    for (const PathStatus& path : net.status(b, a).paths) all.push_back(path.remote.text);
    return all;
  }
};

TEST(LinkMoves, ANatThatRebindsInTheMiddleOfAnObjectCostsNothingOfIt) {
  BehindNat p;
  const Bytes object = object_of(300'000, 1);
  p.net.send(p.a, p.b, object);
  p.net.run_for(30ms);
  ASSERT_TRUE(p.b.received.empty()) << "fragments are under way";
  p.rebind("nat:77");
  EXPECT_TRUE(p.net.run_until([&] { return p.b.count_of(object) == 1; }, 5s));
  EXPECT_EQ(p.a.closed + p.b.closed, 0U);
  EXPECT_EQ(p.a.opened.size(), 1U) << "the session goes on";
  p.net.send(p.b, p.a, object_of(5'000, 2));
  EXPECT_TRUE(p.net.run_until([&] { return p.a.received.size() == 1; }, 2s));
}

TEST(LinkMoves, AnAddressThatWasLeftGetsAFewChallengesAndThenNothing) {
  BehindNat p;
  p.rebind("nat:77");
  p.net.send(p.a, p.b, object_of(100'000, 1));
  ASSERT_TRUE(p.net.run_until([&] { return p.b.received.size() == 1; }, 5s));
  ASSERT_EQ(p.net.status(p.b, p.a).paths.back().state, PathState::kUp);
  p.bytes_to.clear();
  p.net.send(p.b, p.a, object_of(100'000, 2), kFlash);
  p.net.run_for(10s);
  EXPECT_EQ(p.a.received.size(), 1U);
  EXPECT_LE(p.bytes_to["A:0"], 150U);
  EXPECT_EQ(p.addresses_of_a(), std::vector<std::string>{"nat:77"});
  p.bytes_to.clear();
  p.net.run_for(600s);
  EXPECT_EQ(p.bytes_to["A:0"], 0U);
}

TEST(LinkMoves, FollowsANatThatRebindsAgainAndAgain) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    BehindNat p({}, seed);
    p.net.wires[0].loss = 0.1;
    for (std::uint64_t number = 0; number < 20; ++number) {
      p.rebind("nat:" + std::to_string(number));
      p.net.send(p.a, p.b, object_of(20'000, number), number % 2 == 0 ? kFlash : SendOptions{});
      p.net.run_for(Milliseconds{static_cast<std::int64_t>(p.net.random.below(3000))});
    }
    EXPECT_TRUE(p.net.run_until([&] { return p.b.received.size() == 20; }, 60s)) << seed;
    p.net.send(p.b, p.a, object_of(100, 99));
    EXPECT_TRUE(p.net.run_until([&] { return p.a.received.size() == 1; }, 60s)) << seed;
  }
}

// What is on its way to a station whose NAT forgot it waits for that station's next sign of life.
TEST(LinkMoves, AKeepaliveBringsAForgottenStationBackBeforeAHeartbeatWould) {
  std::map<bool, Microseconds> waited;
  for (const bool keeps_alive : {false, true}) {
    LocalPath path{.name = "path0", .kind = "udp"};
    if (keeps_alive) path.nat_keepalive = 25s;
    BehindNat p({path});
    p.net.run_for(1s);
    p.rebind("nat:77");
    const MonotonicTime start = p.net.time;
    p.net.send(p.b, p.a, object_of(3000, 1));
    ASSERT_TRUE(p.net.run_until([&] { return p.a.received.size() == 1; }, 120s));
    waited[keeps_alive] = p.net.time - start;
  }
  EXPECT_LE(waited[true], 26s);
  EXPECT_GT(waited[false], 26s);
}

TEST(LinkMoves, KeepaliveGoesOnlyWhenNothingElseWasSent) {
  LocalPath path{.name = "path0", .kind = "udp"};
  path.nat_keepalive = 25s;
  BehindNat p({path});
  std::size_t packets = 0;
  p.net.run_for(100s);
  p.net.tap = [&](const Traffic& traffic) { packets += traffic.from_station == "A" ? 1 : 0; };
  p.net.run_for(250s);
  EXPECT_EQ(packets, 10U) << "the far end answers these and so needs none of its own";
  for (std::uint64_t number = 0; number < 13; ++number) {  // each 20 s
    packets = 0;
    p.net.send(p.a, p.b, object_of(50, number));
    p.net.run_for(20s);
    EXPECT_LE(packets, 2U);
  }
}

// RFC 9000 section 9.3.3. Somebody on the way sends a packet on from an address of his own, before the
// original arrives.
struct Mallory {
  BehindNat p;
  bool relays_to_a = false;  // what b sends to his address
  std::vector<Bytes> held;
  Mallory() {
    const auto drop = p.net.drop;
    p.net.drop = [this, drop](const Traffic& traffic) {
      if (traffic.to.text == "mallory:1" && relays_to_a) held.push_back(traffic.bytes);
      return drop(traffic);
    };
  }
  void send_on() {  // one packet of a
    std::optional<Bytes> taken;
    const auto drop = p.net.drop;
    p.net.drop = [&](const Traffic& traffic) {
      if (traffic.from_station != "A" || taken) return drop(traffic);
      taken = traffic.bytes;
      return true;
    };
    p.net.send(p.a, p.b, object_of(10, 77));
    p.net.run_for(1ms);
    p.net.drop = drop;
    ASSERT_TRUE(taken.has_value());
    p.net.inject(p.b, {0}, {"mallory:1"}, *taken);
    sent_on = taken->size();
  }
  void run_for(Microseconds time) {
    for (const MonotonicTime end = p.net.time + time; p.net.time < end;) {
      p.net.run_for(10ms);
      for (const Bytes& packet : std::exchange(held, {})) p.net.inject(p.a, {0}, {"B:0"}, packet);
    }
  }
  std::size_t sent_on = 0;
};

TEST(LinkMoves, WhoSendsAPacketOnGetsAtMostThreeTimesItsBytesAndMovesNothing) {
  Mallory mallory;
  BehindNat& p = mallory.p;
  mallory.send_on();
  p.net.send(p.b, p.a, object_of(200'000, 1), kFlash);
  EXPECT_TRUE(p.net.run_until([&] { return p.a.received.size() == 1; }, 3s)) << "by the address that it had";
  mallory.run_for(10s);
  EXPECT_GT(p.bytes_to["mallory:1"], 0U) << "a challenge";
  EXPECT_LE(p.bytes_to["mallory:1"], 3 * mallory.sent_on);
  EXPECT_EQ(p.addresses_of_a(), std::vector<std::string>{"A:0"});
  EXPECT_EQ(p.b.closed, 0U);
}

TEST(LinkMoves, WhoRelaysTheChallengeTooDoesNotTakeTheOldAddressAway) {
  Mallory mallory;
  BehindNat& p = mallory.p;
  mallory.relays_to_a = true;
  mallory.send_on();
  mallory.run_for(5s);
  const auto addresses = p.addresses_of_a();
  EXPECT_TRUE(std::ranges::count(addresses, "mallory:1") == 1) << "it was answered for";
  EXPECT_TRUE(std::ranges::count(addresses, "A:0") == 1) << "and so was the old one";
  mallory.relays_to_a = false;
  for (std::uint64_t number = 0; number < 10; ++number) {
    const bool flash = number % 2 == 0;
    p.net.send(p.b, p.a, object_of(5'000, number), flash ? kFlash : SendOptions{});
    EXPECT_TRUE(p.net.run_until([&] { return p.a.received.size() == number + 1; }, 2s)) << number;
  }
  p.net.run_for(300s);
  EXPECT_EQ(p.addresses_of_a(), std::vector<std::string>{"A:0"}) << "who is silent is forgotten";
  EXPECT_EQ(p.b.closed, 0U);
}

TEST(LinkMoves, AReplayFromAnotherAddressIsNotAnswered) {
  BehindNat p;
  std::vector<Bytes> packets;
  p.net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station == "A") packets.push_back(traffic.bytes);
    if (traffic.from_station == "B") p.bytes_to[traffic.to.text] += traffic.bytes.size();
  };
  p.net.send(p.a, p.b, object_of(50'000, 1));
  p.net.run_for(5s);
  for (const Bytes& packet : packets) p.net.inject(p.b, {0}, {"mallory:1"}, packet);
  p.net.run_for(60s);
  EXPECT_EQ(p.bytes_to["mallory:1"], 0U);
  EXPECT_EQ(p.addresses_of_a(), std::vector<std::string>{"A:0"});
}

// A station whose interface has another address now, and whose new locator has not arrived yet.
TEST(LinkMoves, AStationThatMovesWithItsMessageUnderWayIsAnsweredAtItsNewAddress) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  const Bytes there = object_of(200'000, 1), back = object_of(200'000, 2);
  net.send(a, b, there);
  net.send(b, a, back);
  net.run_for(25ms);
  ASSERT_TRUE(a.received.empty() && b.received.empty());
  a.addresses[0] = "A:moved";  // nobody is at A:0 any more
  EXPECT_TRUE(net.run_until([&] { return a.count_of(back) == 1 && b.count_of(there) == 1; }, 10s));
  a.locator_counter = 2;
  net.introduce(b, a);  // the new locator
  net.run_for(300s);
  ASSERT_EQ(net.status(b, a).paths.size(), 1U);
  EXPECT_EQ(net.status(b, a).paths[0].remote.text, "A:moved");
  EXPECT_EQ(a.closed + b.closed, 0U);
}

}  // namespace
}  // namespace openline::link_test
