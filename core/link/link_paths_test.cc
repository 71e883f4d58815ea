// SPDX-License-Identifier: Apache-2.0
// Several paths at once: which is used, when one is down, and addresses that move.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr SendOptions kFlash{Precedence::kFlash, 0, std::nullopt, false};

std::map<std::uint8_t, std::size_t> bytes_by_path(Network& net, const std::function<void()>& work) {
  std::map<std::uint8_t, std::size_t> bytes;
  net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station == "A") bytes[traffic.path.value] += traffic.bytes.size();
  };
  work();
  net.tap = nullptr;
  return bytes;
}

TEST(LinkPaths, BringsEveryPathUp) {
  Network net(1, 3);
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  for (const Station* station : {&a, &b}) {
    const LinkStatus status = net.status(*station, station == &a ? b : a);
    ASSERT_EQ(status.paths.size(), 3U);
    for (const PathStatus& path : status.paths) {
      EXPECT_EQ(path.state, PathState::kUp) << path.name;
      ASSERT_TRUE(path.round_trip.has_value());
      EXPECT_EQ(*path.round_trip / Milliseconds{1}, 10);
    }
  }
}

TEST(LinkPaths, SendsAFlashOnEveryLivePathAndDeliversItOnce) {
  Network net(1, 3);
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(3s);
  const auto bytes = bytes_by_path(net, [&] {
    net.send(a, b, object_of(800, 1), kFlash);
    net.run_for(1s);
  });
  for (std::uint8_t path = 0; path < 3; ++path) EXPECT_GE(bytes.at(path), 800U);
  EXPECT_EQ(b.count_of(object_of(800, 1)), 1U);
  EXPECT_EQ(a.delivered.size(), 1U);
}

TEST(LinkPaths, PrefersTheFasterPath) {
  Network net(1, 2);
  net.wires[1].delay = Milliseconds{300};
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  const auto bytes = bytes_by_path(net, [&] {
    net.send(a, b, object_of(300'000, 1));
    ASSERT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 20s));
  });
  EXPECT_GT(bytes.at(0), 300'000U);
  EXPECT_LT(bytes.contains(1) ? bytes.at(1) : 0U, 3'000U);
}

TEST(LinkPaths, PrefersTheHealthyPath) {
  Network net(5, 2);
  net.wires[0].loss = 0.6;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  net.send(a, b, object_of(200'000, 0));
  net.run_for(10s);  // learns what is lost
  const auto bytes = bytes_by_path(net, [&] {
    net.send(a, b, object_of(200'000, 1));
    ASSERT_TRUE(net.run_until([&] { return b.received.size() == 2; }, 60s));
  });
  EXPECT_GT(bytes.at(1), bytes.contains(0) ? 4 * bytes.at(0) : 0U);
}

TEST(LinkPaths, TakesTheSlowerPathWhenTheFasterHasNoRoom) {
  Network net(1, 2);
  net.wires[1].delay = Milliseconds{100};
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  a.adapter_free[0] = kNever;  // its socket takes nothing now
  net.send(a, b, object_of(500, 1));
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 400ms));
}

TEST(LinkPaths, GoesOnOverTheOtherPathWhenOneIsCut) {
  Network net(1, 2);
  net.wires[1].delay = Milliseconds{60};
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  net.wires[0].cut = true;
  for (std::uint64_t number = 0; number < 10; ++number) net.send(a, b, object_of(20'000, number));
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 10; }, 5s))
      << "well before the path counts as down";
}

TEST(LinkPaths, NoticesADeadPathWithinItsDetectionTimeAndUsesItAgainByItself) {
  Network net(1, 2);
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(100s);
  for (const bool alert : {false, true}) {
    a.board->set_alert(b.id(), alert);
    net.run_for(100s);
    const Microseconds detection = net.status(a, b).paths[0].detection_time;
    EXPECT_EQ(detection, alert ? Seconds{30} : Seconds{180});
    a.path_changes.clear();
    net.wires[0].cut = true;
    EXPECT_TRUE(net.run_until([&] { return !a.path_changes.empty(); }, detection));
    ASSERT_EQ(a.path_changes.size(), 1U);
    EXPECT_EQ(a.path_changes[0].state, PathState::kDown);
    EXPECT_EQ(a.path_changes[0].name, "path0");
    EXPECT_TRUE(net.status(a, b).session) << "the other path holds the line";
    net.wires[0].cut = false;
    EXPECT_TRUE(net.run_until([&] { return a.path_changes.size() == 2; }, 61s));
    EXPECT_EQ(a.path_changes.back().state, PathState::kUp);
  }
  EXPECT_EQ(a.closed, 0U);
}

TEST(LinkPaths, KeepsAnIdlePathUpForHours) {
  Network net(6);
  net.wires[0].loss = 0.1;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  std::size_t packets = 0;
  net.tap = [&](const Traffic&) { ++packets; };
  net.run_for(12h);
  EXPECT_EQ(a.closed + b.closed, 0U);
  EXPECT_LE(packets, 12U * 60 * 4) << "a heartbeat and its acknowledgement a minute each way";
}

TEST(LinkPaths, NeedsMoreMissedHeartbeatsOnALossyPath) {
  Network net(6);
  net.wires[0].loss = 0.4;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.send(a, b, object_of(300'000, 1));
  ASSERT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 300s));
  EXPECT_GT(net.status(a, b).paths[0].detection_time, Seconds{5 * 10});
}

TEST(LinkPaths, ALinkIsClosedWhenEveryPathIsDownAndOpensAgain) {
  Network net(1, 2);
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  net.wires[0].cut = net.wires[1].cut = true;
  net.run_for(200s);
  EXPECT_EQ(a.closed, 1U);
  EXPECT_EQ(b.closed, 1U);
  net.wires[1].cut = false;
  net.run_for(70s);
  EXPECT_EQ(a.opened.size(), 2U);
  EXPECT_FALSE(a.opened[1].fresh);
  EXPECT_EQ(net.status(a, b).paths[1].state, PathState::kUp);
  EXPECT_EQ(net.status(a, b).paths[0].state, PathState::kDown);
}

TEST(LinkPaths, AnAdapterThatIsLostTakesItsPathDownAtOnce) {
  Network net(1, 2);
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  a.board->set_path_usable({0}, false, net.now());
  net.collect(a);
  EXPECT_EQ(net.status(a, b).paths[0].state, PathState::kDown);
  net.send(a, b, object_of(5000, 1), kFlash);
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 1s));
  a.board->set_path_usable({0}, true, net.now());
  EXPECT_TRUE(net.run_until([&] { return net.status(a, b).paths[0].state == PathState::kUp; }, 1s));
}

TEST(LinkPaths, AnswersACallerThatMovedAfterItIsValidated) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  net.run_for(10s);
  EXPECT_EQ(net.status(b, a).paths[0].remote.text, "A:0");
  net.translated["A:0"] = "nat:77";
  net.drop = [](const Traffic& traffic) { return traffic.to.text == "A:0"; };
  net.send(a, b, object_of(100, 1));
  net.run_for(5s);
  ASSERT_EQ(net.status(b, a).paths.size(), 1U) << "the address it left is forgotten";
  EXPECT_EQ(net.status(b, a).paths[0].remote.text, "nat:77");
  net.send(b, a, object_of(100, 2));
  EXPECT_TRUE(net.run_until([&] { return a.received.size() == 1; }, 2s));
  EXPECT_EQ(a.closed + b.closed, 0U);
}

TEST(LinkPaths, ReflectsAtMostThreeTimesTheBytesToAnAddressThatDoesNotAnswer) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  net.run_for(10s);
  Bytes packet;
  net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station == "A" && packet.empty()) packet = traffic.bytes;
  };
  net.drop = [&](const Traffic& traffic) { return traffic.bytes == packet; };
  net.send(a, b, object_of(10, 1));
  net.run_for(1ms);
  std::size_t reflected = 0;
  net.tap = [&](const Traffic& traffic) {
    reflected += traffic.to.text == "victim:9" ? traffic.bytes.size() : 0;
  };
  net.inject(b, {0}, {"victim:9"}, packet);  // a thief on the wire sends it on under another's address
  net.send(b, a, object_of(100'000, 2), kFlash);
  net.run_for(60s);
  EXPECT_GT(reflected, 0U) << "a challenge";
  EXPECT_LE(reflected, 3 * packet.size());
  EXPECT_EQ(net.status(b, a).paths.size(), 1U) << "the address that never answered is forgotten";
  EXPECT_EQ(a.received.size(), 1U);
}

TEST(LinkPaths, UsesAStreamThatCameInAtOnce) {
  Network net;
  const std::vector<LocalPath> paths{{"path0", "tcp", 1200, std::nullopt}};
  Station &a = net.add("A", {}, paths), &b = net.add("B", {}, paths);
  net.translated["A:0"] = "A:54321";
  net.introduce_both(a, b);
  net.run_for(5s);
  EXPECT_TRUE(net.status(b, a).session);
  const auto status = net.status(b, a);
  EXPECT_TRUE(std::ranges::any_of(status.paths, [](const PathStatus& path) {
    return path.remote.text == "A:54321" && path.state == PathState::kUp;
  }));
}

TEST(LinkPaths, AStreamNeedsNoChallengeAndADatagramAddressDoes) {
  for (const bool stream : {true, false}) {
    Network net(1, 2);
    const std::vector<LocalPath> paths{{"path0", "udp", 1200, {}},
                                       {"path1", stream ? "tcp" : "udp", 1200, {}}};
    Station &a = net.add("A", {}, paths), &b = net.add("B", {}, paths);
    net.translated["A:1"] = "A:54321";
    net.introduce(b, a, {}, false);
    net.wires[1].cut = true;
    net.introduce(a, b);
    net.run_for(5s);
    net.wires[1].cut = false;
    a.board->set_alert(b.id(), true);
    const auto is_up = [&] {
      const auto status = net.status(b, a);
      return status.paths.size() == 2 && status.paths[1].state == PathState::kUp;
    };
    std::size_t challenges = 0;
    net.tap = [&](const Traffic& traffic) { challenges += traffic.to.text == "A:54321" && !is_up() ? 1 : 0; };
    EXPECT_TRUE(net.run_until(is_up, 60s));
    EXPECT_EQ(challenges == 0, stream);
  }
}

TEST(LinkPaths, PairsAnAddressOfAnUnknownPathWithEveryPathOfItsKind) {
  Network net(1, 3);
  Station& a = net.add(
      "A", {}, {{"fibre", "udp", 1200, {}}, {"satellite", "udp", 1200, {}}, {"backup", "tcp", 1200, {}}});
  Station& b =
      net.add("B", {}, {{"fibre", "udp", 1200, {}}, {"radio", "udp", 1200, {}}, {"backup", "tcp", 1200, {}}});
  net.introduce(a, b);
  std::vector<std::pair<std::string, std::string>> paths;
  for (const PathStatus& path : net.status(a, b).paths) paths.emplace_back(path.name, path.remote.text);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"fibre", "B:0"}, {"fibre", "B:1"}, {"satellite", "B:1"}, {"backup", "B:2"}};
  EXPECT_EQ(paths, expected);
}

TEST(LinkPaths, TakesOverNewAddressesWithoutLosingTheSession) {
  Network net(1, 2);
  Station &a = net.add("A"), &b = net.add("B");
  net.wires[1].cut = true;
  net.introduce_both(a, b);
  net.run_for(10s);
  b.paths.pop_back();
  b.locator_counter = 2;
  net.introduce(a, b);
  EXPECT_EQ(net.status(a, b).paths.size(), 1U);
  net.send(a, b, object_of(100, 1));
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 1s));
  EXPECT_EQ(a.opened.size(), 1U);
}

TEST(LinkPaths, AWindowNeverGoesBelowItsFloor) {  // check_invariants runs after every step
  Network net(9, 2);
  net.wires[0].loss = 0.9;
  net.wires[1].loss = 0.7;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.send(a, b, object_of(50'000, 1));
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 3600s));
}

}  // namespace
}  // namespace openline::link_test
