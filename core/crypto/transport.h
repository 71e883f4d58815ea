// SPDX-License-Identifier: Apache-2.0
// Transport packets of a session: sealing, opening, and a replay window a path (protocol.md section 5.1).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "core/crypto/noise.h"
#include "core/crypto/short_tag.h"
#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct PathId {
  std::uint8_t value = 0;
  auto operator<=>(const PathId&) const = default;
};
struct PacketNumber {  // counter of one path in one session, 0 .. 2^31 - 1
  std::uint32_t value = 0;
  auto operator<=>(const PacketNumber&) const = default;
};

inline constexpr std::uint32_t kEndOfNumbers = 1U << 31;

// Which numbers of one path have been seen: the newest and the 1,023 below it.
class ReplayWindow {
 public:
  static constexpr std::uint32_t kSize = 1024;
  [[nodiscard]] bool is_fresh(PacketNumber number) const;  // neither seen nor older than the window
  // The number nearest to the next one that ends with these 16 bits.
  [[nodiscard]] PacketNumber complete(std::uint16_t low) const;
  void mark(PacketNumber number);                             // a fresh one, after authentication only
  [[nodiscard]] std::uint32_t next() const { return next_; }  // newest seen + 1

 private:
  std::uint32_t next_ = 0;  // newest seen + 1
  std::array<std::uint64_t, kSize / 64> seen_{};
};

inline constexpr std::size_t kTransportHead = 10;
inline constexpr std::size_t kShortTransportHead = 7;
inline constexpr std::size_t kTransportOverhead = kTransportHead + 16;  // at most

struct TransportHead {
  std::uint32_t receiver_index = 0;
  PathId path;
  PacketNumber number;  // of a short head its low 16 bits, until `open` completes it
  bool is_short = false;
  [[nodiscard]] std::size_t size() const { return is_short ? kShortTransportHead : kTransportHead; }
};
[[nodiscard]] bool is_transport(std::uint8_t type);
// The head of a transport packet (type 0x03, or 0x10 + path id); an error when it is too short or of another
// type.
[[nodiscard]] Result<TransportHead> read_transport_head(ByteView packet);

inline constexpr std::size_t kReplayedAt = 6;

class Transport {
 public:
  static constexpr std::size_t kMaxPaths = 16;  // path ids at or above are refused
  Transport(TransportKeys keys, std::uint32_t own_index, std::uint32_t peer_index);
  struct Sealed {
    Bytes packet;
    PacketNumber number;
  };
  // The caller replaces a session well before a path's counter ends (`is_worn`); sealing past the end is a
  // broken invariant. The head is short when the number is less than 2^14 above `known`, the largest that the
  // peer is known to have had on this path.
  [[nodiscard]] Sealed seal(PathId path, ByteView plain, std::optional<PacketNumber> known = {});
  struct Opened {
    Bytes plain;
    TransportHead head;
  };
  // Authenticates, then marks: a replay is an error, at offset kReplayedAt.
  [[nodiscard]] Result<Opened> open(ByteView packet);
  // A packet that goes in small ones (protocol.md section 6.9): its head is long, and left out.
  [[nodiscard]] Sealed seal_block(PathId path, ByteView plain);
  // The packet, with its head, that such a block of the peer's is.
  [[nodiscard]] Bytes packet_of_block(PathId path, PacketNumber number, ByteView block) const;
  [[nodiscard]] std::uint32_t next_number(PathId path) const;
  [[nodiscard]] std::uint32_t next_of_peer(PathId path) const;           // above the newest that was opened
  [[nodiscard]] bool has(PathId path, PacketNumber number) const;        // opened, or too old to be
  [[nodiscard]] const ShortTagKey& short_tags() const { return tags_; }  // of what this side sends
  [[nodiscard]] const ShortTagKey& peer_short_tags() const { return peer_tags_; }
  [[nodiscard]] bool is_worn() const;  // some counter that this side sends with is above 2^30
  [[nodiscard]] std::uint32_t own_index() const { return own_index_; }
  [[nodiscard]] std::uint32_t peer_index() const { return peer_index_; }
  [[nodiscard]] const Hash& handshake() const { return keys_.handshake; }

 private:
  TransportKeys keys_;
  ShortTagKey tags_, peer_tags_;
  std::uint32_t own_index_;
  std::uint32_t peer_index_;
  std::map<PathId, std::uint32_t> next_number_;
  std::map<PathId, ReplayWindow> windows_;
};

}  // namespace openline
