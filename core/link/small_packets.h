// SPDX-License-Identifier: Apache-2.0
// Packets of paths that carry less than 128 bytes in one (protocol.md section 6.9). A transport packet that
// is larger is a *block* there: its sealed bytes go as symbols of one generation (coding.h), and what came of
// it is reported. Neither names its session: it follows from the address and the tag.
//
//   symbol = 0x20 + path id | number, low 8 bits | k - 1 | index | bytes of the symbol | tag 4
//   report = 0x30 + path id | newest number, low 16 bits, 2 | missing | index | done 2 | came | missed
//            [ number, low 8 bits | missing | index ] | tag 4
//   tag    = short tag (short_tag.h) of: type | whole number 4 | what follows the number in the packet
//
// The path id is that of the blocks' sender; of a report the tag's number is the newest.
#pragma once

#include <optional>

#include "core/crypto/short_tag.h"
#include "core/crypto/transport.h"

namespace openline {

inline constexpr std::size_t kSmallPath = 128;  // bytes in a packet; a path with less sends symbols
inline constexpr std::size_t kSymbolOverhead = 4 + kShortTag;

[[nodiscard]] bool is_symbol(std::uint8_t type);
[[nodiscard]] bool is_report(std::uint8_t type);

struct Symbol {  // borrows the packet
  PathId path;
  std::uint8_t number_low = 0;
  std::size_t k = 0;  // 1 .. 128
  std::uint8_t index = 0;
  ByteView bytes;
};
[[nodiscard]] Result<Symbol> read_symbol(ByteView packet);
[[nodiscard]] Bytes write_symbol(const ShortTagKey& key, PacketNumber number, const Symbol& symbol);
// The number with these low bits that is nearest to `next`, that after the newest one.
[[nodiscard]] PacketNumber complete_number(std::uint8_t low, std::uint32_t next);

struct BlockStanding {  // of one packet number
  PacketNumber number;
  std::uint8_t missing = 0;  // symbols, any; 0: it is done, or was no block
  std::uint8_t index = 0;    // of the last symbol that came for it
  bool operator==(const BlockStanding&) const = default;
};
struct Report {
  static constexpr std::size_t kDone = 16;
  PathId path;
  BlockStanding newest;
  std::uint16_t done = 0;                   // bit i: number newest - 1 - i came whole
  std::uint8_t came = 0, missed = 0;        // symbols of this path in this session, modulo 256
  std::optional<BlockStanding> last_heard;  // of which the last symbol came, if that is not the newest
  bool operator==(const Report&) const = default;
  [[nodiscard]] bool says_done(PacketNumber number) const;
};
inline constexpr std::size_t kReportSize = 1 + 8 + 3 + kShortTag;  // at most
// Numbers are completed to the largest that are below `next`, the sender's next number.
[[nodiscard]] Result<Report> read_report(ByteView packet, std::uint32_t next);
[[nodiscard]] Bytes write_report(const ShortTagKey& key, const Report& report);

// Whether the tag of a symbol or a report holds, if it is of this number.
[[nodiscard]] bool tag_holds(const ShortTagKey& key, ByteView packet, PacketNumber number);

}  // namespace openline
