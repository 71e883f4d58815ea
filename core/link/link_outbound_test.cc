// SPDX-License-Identifier: Apache-2.0
// What a link says of itself, against what then happens on the wire.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr std::uint64_t kRate = 1000;  // bytes a second

struct Pair {
  explicit Pair(std::size_t paths = 1, bool declared = true) : net(1, paths) {
    std::vector<LocalPath> own;
    for (std::size_t at = 0; at < paths; ++at) {
      own.push_back({.name = "path" + std::to_string(at), .kind = "udp", .max_packet = 500});
      if (declared) own.back().declared_rate = kRate;
      net.wires[at].delay = 300ms;
      net.wires[at].rate = kRate;
    }
    net.add("a", {}, own);
    net.add("b", {}, own);
    net.introduce_both(a(), b());
  }
  Station& a() { return *net.stations[0]; }
  Station& b() { return *net.stations[1]; }
  void open() {
    (void)net.send(a(), b(), object_of(50, 99));
    ASSERT_TRUE(net.run_until([&] { return b().count_of(object_of(50, 99)) == 1; }, 60s));
    net.run_for(5s);
  }
  Outbound outbound(std::size_t most = 64) { return a().board->outbound(b().id(), most, net.now()).value(); }
  PathStatus path(std::size_t at = 0) { return net.status(a(), b()).paths.at(at); }
  Network net;
};

TEST(LinkOutbound, WithoutAPathNothingIsPromised) {
  Pair pair;
  pair.net.wires[0].cut = true;
  const auto object = pair.net.send(pair.a(), pair.b(), object_of(300, 1));
  const Outbound outbound = pair.outbound();
  ASSERT_EQ(outbound.objects.size(), 1U);
  EXPECT_EQ(outbound.objects[0].object, object);
  EXPECT_EQ(outbound.objects[0].missing, 300U);
  EXPECT_EQ(outbound.objects[0].since, pair.net.time);
  EXPECT_FALSE(outbound.objects[0].due);
  EXPECT_EQ(outbound.objects[0].path, "");
  EXPECT_FALSE(outbound.queues.at(0).time);
}

TEST(LinkOutbound, WhatIsQueuedComesAboutWhenItWasSaidTo) {
  Pair pair;
  pair.open();
  std::vector<MonotonicTime> due;
  for (std::uint64_t number = 1; number <= 5; ++number)
    (void)pair.net.send(pair.a(), pair.b(), object_of(1000, number));
  for (const ObjectStatus& object : pair.outbound().objects) {
    ASSERT_TRUE(object.due);
    EXPECT_EQ(object.path, "path0");
    due.push_back(*object.due);
  }
  ASSERT_EQ(due.size(), 5U);
  for (std::uint64_t number = 1; number <= 5; ++number) {
    ASSERT_TRUE(pair.net.run_until([&] { return pair.b().count_of(object_of(1000, number)) == 1; }, 60s));
    const double off = static_cast<double>((pair.net.time - due[number - 1]).count()) / 1e6;
    EXPECT_NEAR(off, 0, 0.5) << "object " << number;
  }
  pair.net.run_for(5s);  // for its acknowledgement
  EXPECT_TRUE(pair.outbound().objects.empty());
}

TEST(LinkOutbound, ListsTheMostUrgentAndCountsTheRest) {
  Pair pair;
  pair.open();
  (void)pair.net.send(pair.a(), pair.b(), object_of(5000, 1), {.bulk = true});
  (void)pair.net.send(pair.a(), pair.b(), object_of(400, 2));
  const auto flash = pair.net.send(pair.a(), pair.b(), object_of(400, 3), {.precedence = Precedence::kFlash});
  const Outbound outbound = pair.outbound(2);
  ASSERT_EQ(outbound.objects.size(), 2U);
  EXPECT_EQ(outbound.more, 1U);
  EXPECT_EQ(outbound.objects[0].object, flash);
  EXPECT_EQ(outbound.objects[0].precedence, Precedence::kFlash);
  EXPECT_EQ(outbound.queues.at(0).bytes, 5800U);
  EXPECT_LT(*outbound.objects[0].due, *outbound.objects[1].due);
  EXPECT_TRUE(pair.outbound().objects[2].bulk);
  EXPECT_LT(*outbound.objects[1].due, *pair.outbound().objects[2].due);
}

TEST(LinkOutbound, SaysHowMuchOfAnObjectIsMissing) {
  Pair pair;
  pair.open();
  (void)pair.net.send(pair.a(), pair.b(), object_of(6000, 1));
  pair.net.run_for(4s);
  const ObjectStatus object = pair.outbound().objects.at(0);
  EXPECT_EQ(object.size, 6000U);
  EXPECT_LT(object.missing, 6000U);
  EXPECT_GT(object.missing, 0U);
}

TEST(LinkOutbound, ARateThatNobodyDeclaredIsMeasured) {
  Pair pair(1, false);
  pair.open();
  EXPECT_FALSE(pair.path().measured_rate) << "there was little to carry";
  for (std::uint64_t number = 1; number <= 40; ++number)
    (void)pair.net.send(pair.a(), pair.b(), object_of(1000, number));
  pair.net.run_for(20s);
  const PathStatus path = pair.path();
  ASSERT_TRUE(path.measured_rate);
  EXPECT_FALSE(path.declared_rate);
  EXPECT_GT(*path.measured_rate, kRate / 2);
  EXPECT_LE(*path.measured_rate, kRate + kRate / 10);
}

TEST(LinkOutbound, CountsPacketsBothWaysAndWhatTheBudgetOfRepeatsHasLeft) {
  Pair pair;
  pair.open();
  const PathStatus path = pair.path();
  EXPECT_GT(path.packets_sent, 0U);
  EXPECT_GT(path.packets_received, 0U);
  ASSERT_TRUE(path.budget_used);
  EXPECT_GE(*path.budget_used, 0);
  EXPECT_LE(*path.budget_used, 1);
}

}  // namespace
}  // namespace openline::link_test
