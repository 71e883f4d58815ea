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

// Path id as four bytes, counter as eight, both big-endian.
AeadNonce nonce_of(PathId path, PacketNumber number) {
  AeadNonce nonce{};
  nonce[3] = path.value;
  for (std::size_t i = 0; i < 4; ++i) nonce[11 - i] = static_cast<std::uint8_t>(number.value >> (8 * i));
  return nonce;
}

Bytes write_head(const TransportHead& head) {
  Bytes bytes{static_cast<std::uint8_t>(PacketType::kTransport)};
  append_big_endian(bytes, head.receiver_index);
  bytes.push_back(head.path.value);
  append_big_endian(bytes, head.number.value);
  OPENLINE_ASSERT(bytes.size() == kTransportHead);
  return bytes;
}

}  // namespace

Result<TransportHead> read_transport_head(ByteView packet) {
  if (packet.size() < kTransportOverhead) return fail("transport packet is too short");
  if (packet[0] != static_cast<std::uint8_t>(PacketType::kTransport))
    return fail("not a transport packet", 0);
  return TransportHead{big_endian<std::uint32_t>(packet.subspan(1)),
                       {packet[5]},
                       {big_endian<std::uint32_t>(packet.subspan(6))}};
}

Transport::Transport(TransportKeys keys, std::uint32_t own_index, std::uint32_t peer_index)
    : keys_(std::move(keys)), own_index_(own_index), peer_index_(peer_index) {}

Transport::Sealed Transport::seal(PathId path, ByteView plain) {
  OPENLINE_ASSERT(path.value < kMaxPaths);
  std::uint32_t& next = next_number_[path];
  OPENLINE_ASSERT(next < kEndOfNumbers);
  const PacketNumber number{next++};
  const Bytes head = write_head({peer_index_, path, number});
  Sealed sealed{head, number};
  seal_onto(sealed.packet, keys_.send, nonce_of(path, number), head, plain);
  return sealed;
}

Result<Transport::Opened> Transport::open(ByteView packet) {
  const auto head = read_transport_head(packet);
  if (!head) return fail(head.error());
  if (head->receiver_index != own_index_) return fail("packet is of another session", 1);
  if (head->path.value >= kMaxPaths) return fail("path id is too high", 5);
  if (head->number.value >= kEndOfNumbers) return fail("packet number is too high", 6);
  const auto window = windows_.find(head->path);
  if (window != windows_.end() && !window->second.is_fresh(head->number))
    return fail("packet is a replay", 6);
  auto plain = open_sealed(keys_.receive, nonce_of(head->path, head->number), packet.first(kTransportHead),
                           packet.subspan(kTransportHead));
  if (!plain) return fail("packet fails authentication");
  windows_[head->path].mark(head->number);
  return Opened{std::move(*plain), *head};
}

bool Transport::is_worn() const {
  return std::ranges::any_of(next_number_, [](const auto& path) { return path.second > kWorn; });
}

}  // namespace openline
