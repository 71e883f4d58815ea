// SPDX-License-Identifier: Apache-2.0
// Cuts, loss, restarts, rekeys and moved addresses in any order. Afterwards the line works, nothing came
// twice in one life of a station, and nothing was lost that was not given up.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

struct Chaos {
  std::uint64_t seed;
  Network net;
  LinkOptions options;
  Station *a = nullptr, *b = nullptr;
  std::uint64_t number = 0;
  bool restarted = false;

  explicit Chaos(std::uint64_t with) : seed(with), net(with, 3) {
    options.session_age = Seconds{40 + static_cast<std::int64_t>(net.random.below(100))};
    std::vector<LocalPath> paths{
        {"fibre", "udp", 1200, {}}, {"satellite", "udp", 600, {}}, {"backup", "tcp", 1200, {}}};
    a = &net.add("A", options, paths);
    b = &net.add("B", options, paths);
    meet(*a, *b), meet(*b, *a);
  }
  void meet(Station& station, const Station& peer) {
    net.introduce(station, peer, {}, seed % 3 != 0 || &station == a);
  }
  std::uint64_t below(std::uint64_t bound) { return net.random.below(bound); }

  void change_a_wire() {
    Wire& wire = net.wires[below(3)];
    wire.cut = below(2) == 0;
    wire.loss = static_cast<double>(below(5)) / 10;
    wire.duplication = static_cast<double>(below(3)) / 10;
    wire.corruption = static_cast<double>(below(3)) / 20;
    wire.delay = Milliseconds{1 + below(300)};
    wire.jitter = Milliseconds{below(200)};
  }
  void restart(Station& station, const Station& peer) {
    net.start(station);
    meet(station, peer);
    restarted = true;
    station.received.clear();  // another life
  }
  void step() {
    Station& from = below(2) == 0 ? *a : *b;
    const Station& to = &from == a ? *b : *a;
    const std::uint64_t what = below(40);
    if (what < 4) change_a_wire();
    if (what == 4 && seed % 2 == 0) restart(from, to);
    if (what == 5) net.translated["A:0"] = "nat:" + std::to_string(number);
    if (what == 6)
      from.board->set_path_usable({static_cast<std::uint8_t>(below(3))}, below(2) == 0, net.now());
    if (what == 7) from.board->set_alert(to.id(), below(2) == 0);
    if (what > 7) {
      const std::size_t size = below(10) == 0 ? below(200'000) + 1 : below(2000) + 1;
      net.send(from, to, object_of(size + 16, ++number),
               {static_cast<Precedence>(below(4)), static_cast<std::uint32_t>(below(3)), std::nullopt,
                below(5) == 0});
    }
    net.run_for(Milliseconds{below(3000)});
  }
  void heal() {
    for (Wire& wire : net.wires) wire = {};
    net.translated.clear();
    for (std::uint8_t path = 0; path < 3; ++path) {
      a->board->set_path_usable({path}, true, net.now());
      b->board->set_path_usable({path}, true, net.now());
    }
  }
};

void expect_once(const Station& station) {
  std::set<Bytes> seen;
  for (const ObjectReceived& object : station.received)
    EXPECT_TRUE(seen.insert(object.object).second) << station.name;
}

class LinkChaos : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LinkChaos, EndsInALineThatWorks) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Chaos chaos(GetParam());
  for (int steps = 0; steps < 150; ++steps) chaos.step();
  chaos.heal();
  const auto both_open = [&] {
    return chaos.net.status(*chaos.a, *chaos.b).session && chaos.net.status(*chaos.b, *chaos.a).session;
  };
  EXPECT_TRUE(chaos.net.run_until(both_open, 70s));
  chaos.net.run_for(200s);
  EXPECT_EQ(chaos.a->board->status(chaos.b->id())->queued_bytes, 0U);
  EXPECT_EQ(chaos.b->board->status(chaos.a->id())->queued_bytes, 0U);
  EXPECT_TRUE(both_open());
  expect_once(*chaos.a);
  expect_once(*chaos.b);
  if (!chaos.restarted) {
    EXPECT_EQ(chaos.a->received.size() + chaos.b->received.size(), chaos.number);
  }
}

// 62: an address was replaced by a packet that came from it, and the packet's path was used after it went.
INSTANTIATE_TEST_SUITE_P(Regressions, LinkChaos, testing::Values<std::uint64_t>(62));
INSTANTIATE_TEST_SUITE_P(Seeds, LinkChaos, testing::Range<std::uint64_t>(1, 17));

}  // namespace
}  // namespace openline::link_test
