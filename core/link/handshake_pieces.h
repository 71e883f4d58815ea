// SPDX-License-Identifier: Apache-2.0
// First messages and responses on paths of small packets (protocol.md section 6.9): too large for one, they
// go as symbols of a generation, each with a MAC that only the two stations can make, so that nobody else
// takes a place in which they are put together.
//
//   piece = 0x05 | message 2 | k - 1 | index | bytes of the symbol | mac 8
//   data  = the packet | 80 | zeros, to k symbols of one size
//   mac   = first 8 bytes of BLAKE2b-128(key = piece key, all before)
//   piece key = BLAKE2b-256("openline handshake piece" | the first message's receiver's session key | psk)
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/crypto/hash.h"
#include "core/link/coding.h"
#include "core/link/switchboard.h"

namespace openline {

inline constexpr std::uint8_t kPieceType = 0x05;
inline constexpr std::size_t kPieceMac = 8;
inline constexpr std::size_t kPieceOverhead = 5 + kPieceMac;

[[nodiscard]] SymmetricKey piece_key(const SessionKey& responder, const Psk& psk);

struct Piece {  // borrows the packet
  std::uint16_t message = 0;
  std::size_t k = 0;
  std::uint8_t index = 0;
  ByteView bytes, before_mac, mac;
  [[nodiscard]] bool holds(const SymmetricKey& key) const;
};
[[nodiscard]] Result<Piece> read_piece(ByteView packet);
// As many as it takes and some more, for what is lost; from index `first` on.
[[nodiscard]] std::vector<Bytes> pieces_of(ByteView packet, const SymmetricKey& key, std::size_t max_packet,
                                           std::uint8_t first);

// Where pieces are put together.
class PieceSlots {
 public:
  static constexpr std::size_t kMax = 4;  // a path; the one heard of longest ago makes room
  // A piece whose MAC holds, from this peer. The whole packet when it was the last that was missing.
  [[nodiscard]] std::optional<Bytes> take(PathIndex path, const Address& from, const StationKey& peer,
                                          const Piece& piece);
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    PathIndex path;
    Address from;
    StationKey peer;
    std::uint16_t message = 0;
    Generation symbols;
  };
  std::deque<Slot> slots_;
};

}  // namespace openline
