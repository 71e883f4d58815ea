// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/handshake.h"

#include "core/wire/big_endian.h"

namespace openline {
namespace {

Mac mac1_of(const SessionKey& receiver, ByteView before_mac1) {
  return mac_of(hash_of({view_of("openline mac1"), receiver.view()}).view(), before_mac1);
}

Mac mac_at(ByteView packet, std::size_t at) { return *Mac::from(packet.subspan(at, Mac::kSize)); }

}  // namespace

Bytes handshake_prologue(std::uint8_t generation) {
  Bytes prologue = copy_of(view_of("openline"));
  append(prologue, Bytes{kProtocolVersion, kSuite, generation});
  return prologue;
}

Result<FirstPacket> read_first_packet(ByteView packet) {
  if (packet.size() < kFirstOverhead) return fail("first packet is too short");
  if (packet[0] != static_cast<std::uint8_t>(PacketType::kFirst)) return fail("not a first packet", 0);
  if (packet[1] != kProtocolVersion) return fail("protocol version is unknown", 1);
  if (packet[2] != kSuite) return fail("suite is unknown", 2);
  const std::size_t mac1_at = packet.size() - 2 * Mac::kSize;
  const std::size_t mac2_at = packet.size() - Mac::kSize;
  return FirstPacket{packet[3],
                     big_endian<std::uint32_t>(packet.subspan(4)),
                     packet.subspan(kFirstHead, mac1_at - kFirstHead),
                     mac_at(packet, mac1_at),
                     mac_at(packet, mac2_at),
                     packet.first(mac1_at),
                     packet.first(mac2_at)};
}

Bytes write_first_packet(std::uint8_t generation, std::uint32_t sender_index, ByteView noise,
                         const SessionKey& receiver, const std::optional<Mac>& cookie) {
  Bytes packet{static_cast<std::uint8_t>(PacketType::kFirst), kProtocolVersion, kSuite, generation};
  append_big_endian(packet, sender_index);
  append(packet, noise);
  append(packet, mac1_of(receiver, packet).view());
  const Mac mac2 = cookie ? mac_of(cookie->view(), packet) : Mac{};
  append(packet, mac2.view());
  return packet;
}

Result<ResponsePacket> read_response_packet(ByteView packet) {
  if (packet.size() < kResponseOverhead) return fail("response packet is too short");
  if (packet[0] != static_cast<std::uint8_t>(PacketType::kResponse)) return fail("not a response packet", 0);
  const std::size_t mac1_at = packet.size() - Mac::kSize;
  return ResponsePacket{
      big_endian<std::uint32_t>(packet.subspan(1)), big_endian<std::uint32_t>(packet.subspan(5)),
      packet.subspan(kResponseHead, mac1_at - kResponseHead), mac_at(packet, mac1_at), packet.first(mac1_at)};
}

Bytes write_response_packet(std::uint32_t sender_index, std::uint32_t receiver_index, ByteView noise,
                            const SessionKey& receiver) {
  Bytes packet{static_cast<std::uint8_t>(PacketType::kResponse)};
  append_big_endian(packet, sender_index);
  append_big_endian(packet, receiver_index);
  append(packet, noise);
  append(packet, mac1_of(receiver, packet).view());
  return packet;
}

bool mac1_holds(const SessionKey& own, ByteView before_mac1, const Mac& mac1) {
  return equal_in_constant_time(mac1_of(own, before_mac1).view(), mac1.view());
}

}  // namespace openline
