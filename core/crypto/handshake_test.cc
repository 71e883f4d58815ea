// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/handshake.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

const SessionKey kReceiver = session_of(1).key;
const Bytes kNoise(kNoiseFirstOverhead + 3, 0x77);

Bytes first_packet(const std::optional<Mac>& cookie = std::nullopt) {
  return write_first_packet(9, 0x01020304, kNoise, kReceiver, cookie);
}

TEST(Handshake, PrologueBindsVersionSuiteAndGeneration) {
  EXPECT_EQ(to_hex(handshake_prologue(9)), "6f70656e6c696e65010109");
}

TEST(Handshake, FirstPacketHasTheBytesOfTheDocument) {
  const Bytes packet = first_packet();
  EXPECT_EQ(packet.size(), kFirstOverhead + 3);
  EXPECT_EQ(to_hex(ByteView(packet).first(kFirstHead)), "0101010901020304");
  const auto read = read_first_packet(packet);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->generation, 9);
  EXPECT_EQ(read->sender_index, 0x01020304U);
  EXPECT_EQ(copy_of(read->noise), kNoise);
  EXPECT_TRUE(read->mac2.is_zero());
  // Worked out by another implementation from protocol.md section 5.1.
  EXPECT_EQ(read->mac1.hex(), "0e196a7ce6156a9676650c664e8adfc1");
}

TEST(Handshake, ResponseHasTheBytesOfTheDocument) {
  const Bytes noise(kNoiseSecondOverhead, 0x77);
  const Bytes packet = write_response_packet(0x01020304, 0xa1a2a3a4, noise, kReceiver);
  EXPECT_EQ(packet.size(), kResponseOverhead);
  EXPECT_EQ(to_hex(ByteView(packet).first(kResponseHead)), "0201020304a1a2a3a4");
  const auto read = read_response_packet(packet);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->sender_index, 0x01020304U);
  EXPECT_EQ(read->receiver_index, 0xa1a2a3a4U);
  EXPECT_EQ(copy_of(read->noise), noise);
  EXPECT_TRUE(mac1_holds(kReceiver, read->before_mac1, read->mac1));
}

TEST(Handshake, Mac1HoldsForItsReceiverAndBytesOnly) {
  const Bytes packet = first_packet();
  const auto good = read_first_packet(packet).value();
  EXPECT_TRUE(mac1_holds(kReceiver, good.before_mac1, good.mac1));
  EXPECT_FALSE(mac1_holds(session_of(2).key, good.before_mac1, good.mac1));
  for (std::size_t at = 0; at < packet.size() - Mac::kSize; ++at) {
    Bytes altered = packet;
    altered[at] ^= 1;
    const auto read = read_first_packet(altered);
    EXPECT_FALSE(read && mac1_holds(kReceiver, read->before_mac1, read->mac1)) << at;
  }
}

TEST(Handshake, RefusesOtherTypesVersionsSuitesAndSizes) {
  const auto with = [](std::size_t at, std::uint8_t value) {
    Bytes packet = first_packet();
    packet[at] = value;
    return read_first_packet(packet).error().text();
  };
  EXPECT_EQ(with(0, 2), "not a first packet (at byte 0)");
  EXPECT_EQ(with(1, 2), "protocol version is unknown (at byte 1)");
  EXPECT_EQ(with(2, 0), "suite is unknown (at byte 2)");
  const Bytes packet = first_packet();
  EXPECT_TRUE(read_first_packet(ByteView(packet).first(kFirstOverhead)));
  for (std::size_t size = 0; size < kFirstOverhead; ++size) {
    EXPECT_FALSE(read_first_packet(ByteView(packet).first(size))) << size;
    EXPECT_EQ(read_response_packet(Bytes(size, 2)).has_value(), size >= kResponseOverhead) << size;
  }
  EXPECT_EQ(read_response_packet(packet).error().text(), "not a response packet (at byte 0)");
}

}  // namespace
}  // namespace openline
