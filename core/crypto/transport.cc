// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/transport.h"

#include "core/crypto/aead.h"
#include "core/crypto/handshake.h"
#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline {
namespace {

static_assert(kTransportOverhead == kTransportHead + kTagSize);
constexpr std::uint32_t kWorn = 1U << 30;
constexpr std::uint8_t kShort = 0x10;            // its type: the path id is in the low 4 bits
constexpr std::uint32_t kShortReach = 1U << 14;  // numbers above the last that the peer is known to have
static_assert(Transport::kMaxPaths == 16);

// Path id as four bytes, counter as eight, both big-endian.
AeadNonce nonce_of(PathId path, PacketNumber number) {
  AeadNonce nonce{};
  nonce[3] = path.value;
  for (std::size_t i = 0; i < 4; ++i) nonce[11 - i] = static_cast<std::uint8_t>(number.value >> (8 * i));
  return nonce;
}

Bytes write_head(const TransportHead& head) {
  if (head.is_short) {
    Bytes bytes{static_cast<std::uint8_t>(kShort | head.path.value)};
    append_big_endian(bytes, head.receiver_index);
    append_big_endian(bytes, static_cast<std::uint16_t>(head.number.value));
    OPENLINE_ASSERT(bytes.size() == kShortTransportHead);
    return bytes;
  }
  Bytes bytes{static_cast<std::uint8_t>(PacketType::kTransport)};
  append_big_endian(bytes, head.receiver_index);
  bytes.push_back(head.path.value);
  append_big_endian(bytes, head.number.value);
  OPENLINE_ASSERT(bytes.size() == kTransportHead);
  return bytes;
}

}  // namespace

bool is_transport(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(PacketType::kTransport) || (type & 0xf0) == kShort;
}

Result<TransportHead> read_transport_head(ByteView packet) {
  if (!packet.empty() && (packet[0] & 0xf0) == kShort) {
    if (packet.size() < kShortTransportHead + kTagSize) return fail("transport packet is too short");
    return TransportHead{big_endian<std::uint32_t>(packet.subspan(1)),
                         {static_cast<std::uint8_t>(packet[0] & 0x0f)},
                         {big_endian<std::uint16_t>(packet.subspan(5))},
                         true};
  }
  if (packet.size() < kTransportOverhead) return fail("transport packet is too short");
  if (packet[0] != static_cast<std::uint8_t>(PacketType::kTransport))
    return fail("not a transport packet", 0);
  return TransportHead{big_endian<std::uint32_t>(packet.subspan(1)),
                       {packet[5]},
                       {big_endian<std::uint32_t>(packet.subspan(6))}};
}

PacketNumber ReplayWindow::complete(std::uint16_t low) const {
  constexpr std::uint32_t kSpan = 1U << 16;
  const std::uint32_t block = next_ & ~(kSpan - 1);
  const std::uint32_t number = block | low;
  if (number >= next_ + kSpan / 2 && number >= kSpan) return {number - kSpan};
  if (number + kSpan / 2 < next_ && number + kSpan < kEndOfNumbers) return {number + kSpan};
  return {number};
}

Transport::Transport(TransportKeys keys, std::uint32_t own_index, std::uint32_t peer_index)
    : keys_(std::move(keys)),
      tags_(keys_.send),
      peer_tags_(keys_.receive),
      own_index_(own_index),
      peer_index_(peer_index) {}

Transport::Sealed Transport::seal(PathId path, ByteView plain, std::optional<PacketNumber> known) {
  OPENLINE_ASSERT(path.value < kMaxPaths);
  std::uint32_t& next = next_number_[path];
  OPENLINE_ASSERT(next < kEndOfNumbers);
  const PacketNumber number{next++};
  const bool is_short = known && number.value - known->value < kShortReach;
  const Bytes head = write_head({peer_index_, path, number, is_short});
  Sealed sealed{head, number};
  seal_onto(sealed.packet, keys_.send, nonce_of(path, number), head, plain);
  return sealed;
}

Transport::Sealed Transport::seal_block(PathId path, ByteView plain) {
  Sealed sealed = seal(path, plain);
  sealed.packet.erase(sealed.packet.begin(), sealed.packet.begin() + kTransportHead);
  return sealed;
}

Bytes Transport::packet_of_block(PathId path, PacketNumber number, ByteView block) const {
  Bytes packet = write_head({own_index_, path, number});
  append(packet, block);
  return packet;
}

std::uint32_t Transport::next_number(PathId path) const {
  const auto found = next_number_.find(path);
  return found == next_number_.end() ? 0 : found->second;
}

std::uint32_t Transport::next_of_peer(PathId path) const {
  const auto found = windows_.find(path);
  return found == windows_.end() ? 0 : found->second.next();
}

bool Transport::has(PathId path, PacketNumber number) const {
  const auto found = windows_.find(path);
  return found != windows_.end() && !found->second.is_fresh(number);
}

Result<Transport::Opened> Transport::open(ByteView packet) {
  auto head = read_transport_head(packet);
  if (!head) return fail(head.error());
  if (head->receiver_index != own_index_) return fail("packet is of another session", 1);
  if (head->path.value >= kMaxPaths) return fail("path id is too high", 5);
  if (head->number.value >= kEndOfNumbers) return fail("packet number is too high", 6);
  const auto window = windows_.find(head->path);
  if (head->is_short)
    head->number = (window == windows_.end() ? ReplayWindow() : window->second)
                       .complete(static_cast<std::uint16_t>(head->number.value));
  if (window != windows_.end() && !window->second.is_fresh(head->number))
    return fail("packet is a replay", 6);
  auto plain = open_sealed(keys_.receive, nonce_of(head->path, head->number), packet.first(head->size()),
                           packet.subspan(head->size()));
  if (!plain) return fail("packet fails authentication");
  windows_[head->path].mark(head->number);
  return Opened{std::move(*plain), *head};
}

bool Transport::is_worn() const {
  return std::ranges::any_of(next_number_, [](const auto& path) { return path.second > kWorn; });
}

}  // namespace openline
