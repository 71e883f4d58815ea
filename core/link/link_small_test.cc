// SPDX-License-Identifier: Apache-2.0
// Two stations on a radio of 75 bit/s with frames of 64 bytes (protocol.md section 6.9).
#include "core/link/small_packets.h"
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr std::size_t kFrame = 64, kFraming = 4, kPacket = kFrame - kFraming;
constexpr std::uint64_t kRate = 9;  // bytes a second

struct Radio : ::testing::Test {
  explicit Radio(std::uint64_t seed = 1) : network(seed) {
    const LocalPath path{
        .name = "hf", .kind = "udp", .max_packet = kPacket, .declared_rate = kRate, .overhead = kFraming};
    north = &network.add("north", {}, {path});
    south = &network.add("south", {}, {path});
    network.tap = [this](const Traffic& packet) {
      EXPECT_LE(packet.bytes.size(), kPacket);
      seen.push_back(packet);
    };
    network.introduce_both(*north, *south);
  }
  bool opens() {
    const bool both = network.run_until(
        [&] {
          return !north->opened.empty() && !south->opened.empty() && network.status(*south, *north).session;
        },
        1200s);
    network.run_for(60s);
    return both;
  }
  // Seconds until it is there; nothing if it is not within an hour.
  std::optional<double> deliver(Station& from, Station& to, const Bytes& object,
                                Precedence precedence = Precedence::kFlash) {
    const MonotonicTime start = network.time;
    network.send(from, to, object, {.precedence = precedence});
    if (!network.run_until([&] { return to.count_of(object) > 0; }, 3600s)) return std::nullopt;
    return static_cast<double>((network.time - start).count()) / 1e6;
  }
  [[nodiscard]] std::size_t sent_by(const Station& station, bool (*type)(std::uint8_t)) const {
    return static_cast<std::size_t>(std::ranges::count_if(seen, [&](const Traffic& packet) {
      return packet.from_station == station.name && type(packet.bytes[0]);
    }));
  }
  Network network;
  Station *north = nullptr, *south = nullptr;
  std::vector<Traffic> seen;
};

TEST_F(Radio, ASessionOpensInFramesOf64Bytes) { EXPECT_TRUE(opens()); }

TEST_F(Radio, ASessionOpensThoughPacketsAreLost) {
  network.wires[0].loss = 0.2;
  EXPECT_TRUE(opens());
}

TEST_F(Radio, AFlashCostsEightBytesAPacketAndNothingElse) {
  ASSERT_TRUE(opens());
  seen.clear();
  const auto taken = deliver(*north, *south, object_of(550, 1));
  ASSERT_TRUE(taken);
  EXPECT_EQ(sent_by(*north, is_symbol), 11U) << "(550 + 6 + 16) / 52";
  EXPECT_LE(*taken, 11 * 64.0 / kRate + 8);
}

TEST_F(Radio, AnObjectArrivesOnceAndIsSaidToBeDelivered) {
  ASSERT_TRUE(opens());
  const Bytes object = object_of(300, 2);
  ASSERT_TRUE(deliver(*north, *south, object));
  network.run_for(120s);
  EXPECT_EQ(south->count_of(object), 1U);
  EXPECT_EQ(north->delivered.size(), 1U);
  seen.clear();
  network.run_for(100s);
  EXPECT_EQ(sent_by(*north, is_symbol), 0U) << "nothing more is sent of it";
}

TEST_F(Radio, ObjectsArriveThoughHalfOfThePacketsAreLost) {
  ASSERT_TRUE(opens());
  network.wires[0].loss = 0.5;
  for (std::uint64_t number = 0; number < 4; ++number)
    EXPECT_TRUE(deliver(*north, *south, object_of(400, number))) << number;
}

TEST_F(Radio, ObjectsArriveThroughDuplicationReorderingAndDamage) {
  ASSERT_TRUE(opens());
  Wire& wire = network.wires[0];
  wire.jitter = 20s;
  wire.loss = wire.corruption = 0.1;
  wire.duplication = 0.2;
  for (std::uint64_t number = 0; number < 6; ++number) {
    const Bytes object = object_of(100 + 150 * number, number);
    EXPECT_TRUE(deliver(*north, *south, object, Precedence::kRoutine)) << number;
    EXPECT_TRUE(deliver(*south, *north, object)) << number;
    EXPECT_EQ(south->count_of(object), 1U);
  }
}

TEST_F(Radio, AnObjectOfSeveralGenerationsArrives) {
  ASSERT_TRUE(opens());
  network.wires[0].loss = 0.1;
  const Bytes object = object_of(9000, 5);
  EXPECT_TRUE(deliver(*north, *south, object, Precedence::kRoutine));
}

TEST_F(Radio, AFlashWaitsForNoMoreThanThePacketOnTheWire) {
  ASSERT_TRUE(opens());
  network.send(*north, *south, object_of(3000, 1), {.precedence = Precedence::kRoutine});
  network.run_for(30s);
  const auto taken = deliver(*north, *south, object_of(100, 2));
  ASSERT_TRUE(taken);
  EXPECT_LE(*taken, 4 * 64.0 / kRate);
  EXPECT_TRUE(network.run_until([&] { return south->count_of(object_of(3000, 1)) == 1; }, 3600s));
}

TEST_F(Radio, ForgedSymbolsDoNotSpoilAnObject) {
  ASSERT_TRUE(opens());
  const auto forged_before = south->board->counters().failed_authentication;
  network.drop = [this](const Traffic& packet) {
    if (!is_symbol(packet.bytes[0])) return false;
    Bytes forged = packet.bytes;
    forged[10] ^= 1;
    network.inject(*south, packet.path, packet.from, forged);
    return false;
  };
  ASSERT_TRUE(deliver(*north, *south, object_of(300, 3)));
  EXPECT_GT(south->board->counters().failed_authentication, forged_before);
}

TEST_F(Radio, AReplayOfAFinishedObjectGivesAtMostAFewReports) {
  ASSERT_TRUE(opens());
  const Bytes object = object_of(300, 4);
  ASSERT_TRUE(deliver(*north, *south, object));
  network.run_for(60s);
  const std::vector<Traffic> recorded = seen;
  seen.clear();
  for (int times = 0; times < 100; ++times) {
    for (const Traffic& packet : recorded) {
      if (packet.from_station == "north" && is_symbol(packet.bytes[0]))
        network.inject(*south, packet.path, packet.from, packet.bytes);
    }
  }
  network.run_for(60s);
  EXPECT_EQ(south->count_of(object), 1U);
  EXPECT_LE(sent_by(*south, is_report), 3U);
}

TEST_F(Radio, SymbolsOfAnEndedSessionMeanNothing) {
  ASSERT_TRUE(opens());
  const Bytes object = object_of(300, 4);
  ASSERT_TRUE(deliver(*north, *south, object));
  const std::vector<Traffic> recorded = seen;
  network.start(*south);
  network.introduce(*south, *north);
  south->received.clear();
  for (const Traffic& packet : recorded) {
    if (packet.from_station == "north" && is_symbol(packet.bytes[0]))
      network.inject(*south, packet.path, packet.from, packet.bytes);
  }
  EXPECT_TRUE(south->received.empty());
  EXPECT_GT(south->board->counters().failed_authentication, 0U);
}

TEST_F(Radio, AfterARestartASessionOpensAgainAndWhatWaitsArrives) {
  ASSERT_TRUE(opens());
  network.start(*south);
  network.introduce(*south, *north);
  south->received.clear();
  EXPECT_TRUE(network.run_until([&] { return network.status(*south, *north).session; }, 1200s));
  EXPECT_TRUE(deliver(*north, *south, object_of(200, 9)));
}

TEST_F(Radio, AFloodOfPiecesOfStrangersTakesNoPlace) {
  for (std::uint32_t number = 0; number < 500; ++number) {
    Bytes piece = object_of(60, number);
    piece[0] = 0x05;
    piece[3] = 3;
    network.inject(*south, {0}, {north->addresses[0]}, piece);
  }
  EXPECT_GE(south->board->counters().bad_mac, 500U);
  EXPECT_TRUE(opens());
}

}  // namespace
}  // namespace openline::link_test
