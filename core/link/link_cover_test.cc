// SPDX-License-Identifier: Apache-2.0
// What somebody sees who watches a path that is padded or covered (protocol.md section 6.10): lengths and
// times alone.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr Microseconds kCover = 500ms;
constexpr std::size_t kPacket = 512, kPadding = 128;

struct Seen {
  Microseconds at;
  std::size_t size;
  auto operator<=>(const Seen&) const = default;
};

struct Watched {
  explicit Watched(const LocalPath& path, double loss = 0) {
    net.wires[0].delay = 30ms;
    net.add("a", {}, {path});
    net.add("b", {}, {path});
    net.introduce_both(a(), b());
    EXPECT_TRUE(net.send(a(), b(), object_of(50, 99)));
    EXPECT_TRUE(net.run_until([&] { return b().count_of(object_of(50, 99)) == 1; }, 60s));
    net.run_for(10s);
    net.wires[0].loss = loss;
    a().path_changes.clear(), b().path_changes.clear();
    net.tap = [this](const Traffic& traffic) {
      (traffic.from_station == "a" ? of_a : of_b)
          .push_back({net.time.time_since_epoch(), traffic.bytes.size()});
    };
  }
  Station& a() { return *net.stations[0]; }
  Station& b() { return *net.stations[1]; }
  [[nodiscard]] PathStatus path() { return net.status(a(), b()).paths.at(0); }
  Network net;
  std::vector<Seen> of_a, of_b;
};

LocalPath covered() {
  return {.name = "path0", .kind = "udp", .max_packet = kPacket, .discover_up_to = 1472, .cover = kCover};
}
LocalPath padded() { return {.name = "path0", .kind = "udp", .max_packet = kPacket, .padding = kPadding}; }

TEST(LinkCover, ACrisisLooksLikeAQuietDay) {
  Watched quiet(covered()), crisis(covered());
  quiet.net.run_for(120s);
  crisis.net.run_for(20s);
  for (std::uint64_t number = 1; number <= 10; ++number)
    (void)crisis.net.send(crisis.a(), crisis.b(), object_of(900, number), {.precedence = Precedence::kFlash});
  crisis.net.run_for(100s);
  for (std::uint64_t number = 1; number <= 10; ++number)
    EXPECT_EQ(crisis.b().count_of(object_of(900, number)), 1U);
  EXPECT_EQ(quiet.of_a, crisis.of_a);
  EXPECT_EQ(quiet.of_b, crisis.of_b);
  ASSERT_EQ(quiet.of_a.size(), 240U);
  for (std::size_t at = 1; at < quiet.of_a.size(); ++at) {
    EXPECT_EQ(quiet.of_a[at].size, kPacket);
    EXPECT_EQ(quiet.of_a[at].at - quiet.of_a[at - 1].at, kCover);
  }
  EXPECT_GT(quiet.path().bytes_padded, crisis.path().bytes_padded + 9000);
}

TEST(LinkCover, AFlashHasTheNextPacket) {
  Watched watched(covered());
  (void)watched.net.send(watched.a(), watched.b(), object_of(20'000, 1));
  watched.net.run_for(5s);
  (void)watched.net.send(watched.a(), watched.b(), object_of(200, 2), {.precedence = Precedence::kFlash});
  EXPECT_TRUE(
      watched.net.run_until([&] { return watched.b().count_of(object_of(200, 2)) == 1; }, kCover + 31ms));
  EXPECT_TRUE(watched.net.run_until([&] { return watched.b().count_of(object_of(20'000, 1)) == 1; }, 60s));
}

TEST(LinkCover, WhatIsLostGoesAgainInItsTurn) {
  Watched watched(covered(), 0.3);
  for (std::uint64_t number = 1; number <= 10; ++number)
    (void)watched.net.send(watched.a(), watched.b(), object_of(900, number));
  watched.net.run_for(120s);
  for (std::uint64_t number = 1; number <= 10; ++number)
    EXPECT_EQ(watched.b().count_of(object_of(900, number)), 1U);
  EXPECT_EQ(watched.of_a.size(), 240U);
}

TEST(LinkCover, WhoWasHeldUpDoesNotCatchUp) {
  Watched watched(covered());
  watched.net.run_for(5s);
  watched.of_a.clear();
  watched.a().board->set_path_usable({0}, false, watched.net.now());
  watched.net.run_for(5s);
  watched.a().board->set_path_usable({0}, true, watched.net.now());
  watched.net.run_for(5s);
  // The path's first packets are another size: its address is asked whether it is still there.
  std::erase_if(watched.of_a, [](const Seen& seen) { return seen.size != kPacket; });
  ASSERT_GT(watched.of_a.size(), 8U);
  for (std::size_t at = 1; at < watched.of_a.size(); ++at)
    EXPECT_GE(watched.of_a[at].at - watched.of_a[at - 1].at, kCover / 2);
}

TEST(LinkCover, ASlowClockKeepsThePathUp) {
  LocalPath slow = covered();
  slow.cover = 5s;
  Watched watched(slow);
  for (std::uint64_t number = 1; number <= 20; ++number) {
    (void)watched.net.send(watched.a(), watched.b(), object_of(400, number));
    watched.net.run_for(60s);
  }
  for (std::uint64_t number = 1; number <= 20; ++number)
    EXPECT_EQ(watched.b().count_of(object_of(400, number)), 1U);
  EXPECT_TRUE(watched.a().path_changes.empty());
  EXPECT_TRUE(watched.b().path_changes.empty());
}

TEST(LinkCover, ClosingIsSaidAtOnce) {
  Watched watched(covered());
  watched.net.run_for(kCover / 2);
  watched.a().board->close("night", watched.net.now());
  watched.net.collect(watched.a());
  watched.net.run_for(31ms);
  EXPECT_EQ(watched.b().closed, 1U);
}

TEST(LinkCover, APathThatIsDownIsNotCovered) {
  Watched watched(covered());
  watched.net.wires[0].cut = true;
  watched.net.run_for(15min);
  EXPECT_EQ(watched.path().state, PathState::kDown);
  watched.of_a.clear();
  watched.net.run_for(60s);
  EXPECT_LT(watched.of_a.size(), 10U);
}

TEST(LinkCover, PaddedPacketsAreWholeUnitsLong) {
  Watched watched(padded());
  for (std::uint64_t number = 1; number <= 20; ++number) {
    (void)watched.net.send(watched.a(), watched.b(), object_of(17 * number * number, number));
    watched.net.run_for(2s);
  }
  for (std::uint64_t number = 1; number <= 20; ++number)
    EXPECT_EQ(watched.b().count_of(object_of(17 * number * number, number)), 1U);
  ASSERT_GT(watched.of_a.size(), 20U);
  std::set<std::size_t> sizes;
  for (const auto* seen : {&watched.of_a, &watched.of_b}) {
    for (const Seen& packet : *seen) sizes.insert(packet.size);
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{128, 256, 384, 512}));
}

}  // namespace
}  // namespace openline::link_test
