// SPDX-License-Identifier: Apache-2.0
#include "core/link/handshake_pieces.h"

#include <algorithm>

#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline {
namespace {

constexpr std::uint8_t kEnd = 0x80;  // after the packet, before the zeros

ByteView mac_bytes(const Mac& mac) { return mac.view().first(kPieceMac); }

}  // namespace

SymmetricKey piece_key(const SessionKey& responder, const Psk& psk) {
  const Hash key = hash_of({view_of("openline handshake piece"), responder.view(), psk.expose()});
  return SymmetricKey(std::span<const std::uint8_t, 32>(key.value));
}

bool Piece::holds(const SymmetricKey& key) const {
  return equal_in_constant_time(mac_bytes(mac_of(key.expose(), before_mac)), mac);
}

Result<Piece> read_piece(ByteView packet) {
  if (packet.size() <= kPieceOverhead) return fail("handshake piece is too short");
  if (packet[0] != kPieceType) return fail("not a handshake piece", 0);
  if (packet[3] >= kMaxGeneration) return fail("a generation has at most 128 symbols", 3);
  const std::size_t end = packet.size() - kPieceMac;
  return Piece{big_endian<std::uint16_t>(packet.subspan(1)),
               std::size_t{packet[3]} + 1,
               packet[4],
               packet.subspan(5, end - 5),
               packet.first(end),
               packet.subspan(end)};
}

std::vector<Bytes> pieces_of(ByteView packet, const SymmetricKey& key, std::size_t max_packet,
                             std::uint8_t first) {
  OPENLINE_ASSERT(max_packet > kPieceOverhead);
  Bytes data = copy_of(packet);
  data.push_back(kEnd);
  const Cut cut = cut_for(data.size(), max_packet - kPieceOverhead);
  if (cut.count > kMaxGeneration) return {};
  data.resize(cut.bytes());
  const Hash name = hash_of(packet);  // a repeat has the same: its pieces add to those that came
  std::vector<Bytes> pieces;
  for (std::size_t more = 0; more < cut.count + cut.count / 4 + 1; ++more) {
    const auto index = static_cast<std::uint8_t>(first + more);
    Bytes piece{kPieceType, name.value[0], name.value[1], static_cast<std::uint8_t>(cut.count - 1), index};
    append(piece, coded_symbol(data, cut.count, index));
    append(piece, mac_bytes(mac_of(key.expose(), piece)));
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::optional<Bytes> PieceSlots::take(PathIndex path, const Address& from, const StationKey& peer,
                                      const Piece& piece) {
  auto slot = std::ranges::find_if(slots_, [&](const Slot& candidate) {
    return candidate.path == path && candidate.from == from && candidate.peer == peer &&
           candidate.message == piece.message && candidate.symbols.k() == piece.k &&
           candidate.symbols.symbol_size() == piece.bytes.size();
  });
  Slot taken = slot == slots_.end()
                   ? Slot{path, from, peer, piece.message, Generation(piece.k, piece.bytes.size())}
                   : *slot;
  if (slot != slots_.end()) {
    slots_.erase(slot);
  } else if (std::ranges::count(slots_, path, &Slot::path) == kMax) {
    slots_.erase(std::ranges::find(slots_, path, &Slot::path));
  }
  (void)taken.symbols.add(piece.index, piece.bytes);
  if (taken.symbols.missing() > 0) {
    slots_.push_back(std::move(taken));
    return std::nullopt;
  }
  Bytes packet = taken.symbols.data();
  while (!packet.empty() && packet.back() == 0) packet.pop_back();
  if (packet.empty() || packet.back() != kEnd) return std::nullopt;
  packet.pop_back();
  return packet;
}

}  // namespace openline
