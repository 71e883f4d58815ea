// SPDX-License-Identifier: Apache-2.0
// Objects over one or more paths: delivered once, whatever the wires do, the urgent first.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr SendOptions kFlash{Precedence::kFlash, 0, std::nullopt, false};
constexpr SendOptions kBulk{Precedence::kRoutine, 0, std::nullopt, true};

TEST(LinkDelivery, DeliversObjectsOfEverySizeOnce) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  std::vector<Bytes> objects;
  for (const std::size_t size : {1U, 23U, 24U, 255U, 1100U, 1160U, 1170U, 1180U, 1200U, 65536U, 1048576U}) {
    objects.push_back(object_of(size, size));
    ASSERT_TRUE(net.send(a, b, objects.back()));
  }
  EXPECT_TRUE(net.run_until(
      [&] { return b.received.size() == objects.size() && a.delivered.size() == objects.size(); }, 60s));
  for (const Bytes& object : objects) EXPECT_EQ(b.count_of(object), 1U) << object.size();
  EXPECT_EQ(a.board->status(b.id())->queued_bytes, 0U);
  EXPECT_EQ(net.status(a, b).objects_in_flight, 0U);
}

TEST(LinkDelivery, RefusesAnObjectThatIsEmptyOrTooLarge) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  EXPECT_FALSE(net.send(a, b, {}));
  EXPECT_FALSE(net.send(a, b, Bytes((1 << 20) + 1)));
  EXPECT_FALSE(a.board->send(a.id(), Bytes(1), {}, net.now())) << "no such peer";
}

TEST(LinkDelivery, DeliversOnceOverBadWires) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Network net(seed);
    net.wires[0] = {Milliseconds{10}, Milliseconds{15}, 0.2, 0.1, 0.05, false, std::nullopt};
    Station &a = net.add("A"), &b = net.add("B");
    net.introduce_both(a, b);
    for (std::uint64_t number = 0; number < 40; ++number) {
      net.send(a, b, object_of(50 + number * 200, number),
               {static_cast<Precedence>(number % 4), 0, std::nullopt, false});
      net.send(b, a, object_of(60 + number * 100, 100 + number),
               {static_cast<Precedence>(number % 4), 0, std::nullopt, false});
      net.run_for(50ms);
    }
    EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 40 && b.delivered.size() == 40; }, 600s));
    for (std::uint64_t number = 0; number < 40; ++number) {
      EXPECT_EQ(b.count_of(object_of(50 + number * 200, number)), 1U);
      EXPECT_EQ(a.count_of(object_of(60 + number * 100, 100 + number)), 1U);
    }
    EXPECT_EQ(b.received.size(), 40U);
  }
}

TEST(LinkDelivery, DeliversAMebibyteUnderHalfLoss) {
  Network net(7);
  net.wires[0].loss = 0.5;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  const Bytes object = object_of(1 << 20, 5);
  net.send(a, b, object);
  EXPECT_TRUE(net.run_until([&] { return !a.delivered.empty(); }, 600s));
  EXPECT_EQ(b.count_of(object), 1U);
  EXPECT_GT(net.status(a, b).paths[0].loss, 0.2);
}

TEST(LinkDelivery, SendsTheUrgentFirstWhileABulkObjectIsInFlight) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  net.wires[0].rate = 100'000;
  net.send(a, b, object_of(1 << 20, 1), kBulk);
  net.run_for(2s);
  const MonotonicTime before = net.time;
  net.send(a, b, object_of(500, 2), kFlash);
  ASSERT_TRUE(net.run_until([&] { return !b.received.empty(); }, 60s));
  EXPECT_EQ(b.received[0].object, object_of(500, 2));
  // One packet may be on the wire, and one more starts before the clock of the adapter comes round.
  EXPECT_LE(net.time - before, Microseconds{12'000 + 12'000 + 5'000});
}

TEST(LinkDelivery, AFlashDoesNotWaitForTheWindow) {
  Network net;
  net.wires[0].delay = Seconds{1};
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  net.send(a, b, object_of(1 << 20, 1), kBulk);
  net.run_for(100ms);  // the window is full; acknowledgements are two seconds away
  const MonotonicTime before = net.time;
  net.send(a, b, object_of(500, 2), kFlash);
  ASSERT_TRUE(net.run_until([&] { return !b.received.empty(); }, 60s));
  EXPECT_EQ(net.time - before, Microseconds{Seconds{1}});
}

TEST(LinkDelivery, ServesHigherPrecedencesBeforeLower) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  net.wires[0].rate = 100'000;
  for (std::uint64_t number = 0; number < 4; ++number) {
    net.send(a, b, object_of(5000, number), {static_cast<Precedence>(number), 0, std::nullopt, number == 0});
  }
  ASSERT_TRUE(net.run_until([&] { return b.received.size() == 4; }, 60s));
  for (std::uint64_t at = 0; at < 4; ++at) EXPECT_EQ(b.received[at].object, object_of(5000, 3 - at));
}

TEST(LinkDelivery, TakesTurnsBetweenLinesOfOnePrecedence) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  net.wires[0].rate = 100'000;
  for (std::uint64_t number = 0; number < 20; ++number)
    net.send(a, b, object_of(1000, number), {Precedence::kRoutine, 1, std::nullopt, false});
  net.send(a, b, object_of(1000, 99), {Precedence::kRoutine, 2, std::nullopt, false});
  ASSERT_TRUE(net.run_until([&] { return b.count_of(object_of(1000, 99)) == 1; }, 60s));
  EXPECT_LE(b.received.size(), 3U) << "the other line waited behind the whole backlog";
}

TEST(LinkDelivery, ReplacesAnUnsentObjectOfTheSameKey) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  net.wires[0].rate = 100'000;
  net.send(a, b, object_of(20'000, 1), {Precedence::kImmediate, 0, std::nullopt, false});
  const auto first = net.send(a, b, object_of(300, 2), {Precedence::kRoutine, 0, 77, false});
  const auto second = net.send(a, b, object_of(400, 3), {Precedence::kRoutine, 0, 77, false});
  EXPECT_EQ(first, second);
  EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 2; }, 60s));
  EXPECT_EQ(b.count_of(object_of(300, 2)), 0U);
  EXPECT_EQ(b.count_of(object_of(400, 3)), 1U);
}

TEST(LinkDelivery, PacksSmallObjectsTogether) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  for (std::uint64_t number = 0; number < 100; ++number) net.send(a, b, object_of(100, number));
  std::size_t packets = 0;
  net.tap = [&](const Traffic& traffic) { packets += traffic.from_station == "A" ? 1 : 0; };
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 100; }, 10s));
  EXPECT_LE(packets, 12U);
}

TEST(LinkDelivery, PacesAPathWithADeclaredRate) {
  Network net;
  const std::vector<LocalPath> paths{{"path0", "udp", 1200, 2000}};
  Station &a = net.add("A", {}, paths), &b = net.add("B", {}, paths);
  net.introduce_both(a, b);
  net.run_for(10s);
  std::size_t bytes = 0;
  net.tap = [&](const Traffic& traffic) { bytes += traffic.from_station == "A" ? traffic.bytes.size() : 0; };
  net.send(a, b, object_of(100'000, 1));
  net.run_for(20s);
  EXPECT_GE(bytes, 36'000U);
  EXPECT_LE(bytes, 42'000U);
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 60s));
}

TEST(LinkDelivery, KeepsUnfinishedObjectsWithinBounds) {
  Network net(3);
  net.wires[0].loss = 0.1;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  for (std::uint64_t number = 0; number < 10; ++number) {
    net.send(a, b, object_of(1 << 20, number),
             {Precedence::kRoutine, static_cast<std::uint32_t>(number), std::nullopt, number % 2 == 0});
  }
  net.run_for(5s);
  net.send(a, b, object_of(1 << 20, 50), kFlash);
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 11; }, 600s));
}

}  // namespace
}  // namespace openline::link_test
