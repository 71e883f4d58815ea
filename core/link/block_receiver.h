// SPDX-License-Identifier: Apache-2.0
// Symbols that come on one of the peer's paths in one session, and when to report of them (protocol.md
// section 6.9). Tags were checked before; whether a number is done, the transport knows.
#pragma once

#include <deque>
#include <optional>

#include "core/link/coding.h"
#include "core/link/small_packets.h"
#include "core/wire/time.h"

namespace openline {

class BlockReceiver {
 public:
  static constexpr std::size_t kMaxBlocks = 16;        // unfinished; the one heard of longest ago makes room
  static constexpr std::size_t kReportEach = 16;       // symbols of an unfinished block
  static constexpr std::size_t kReportEachRepair = 4;  // from symbol k - 1 on
  static constexpr Microseconds kWait = Milliseconds{250};  // what answers the block may go first

  // A symbol of a block that is not done. The block's bytes when it was the last that was missing.
  [[nodiscard]] std::optional<Bytes> take(PacketNumber number, const Symbol& symbol, MonotonicTime now);
  // A symbol of one that is done: the sender does not know. Reported at most once each `pause`.
  void take_finished(PacketNumber number, const Symbol& symbol, Microseconds pause, MonotonicTime now);
  [[nodiscard]] std::uint32_t next() const { return next_; }  // the newest number that was heard of, and 1

  [[nodiscard]] MonotonicTime due() const { return due_; }  // of a report; kNever: nothing new
  [[nodiscard]] Report report(PathId path, const Transport& transport, MonotonicTime now);
  [[nodiscard]] std::size_t unfinished() const { return blocks_.size(); }

 private:
  struct Block {
    PacketNumber number;
    Generation symbols;
    std::size_t since_report = 0;
  };
  struct Heard {
    PacketNumber number;
    std::uint8_t index = 0;
  };
  static constexpr std::size_t kRemembered = 8;  // numbers whose last index is known
  void hear(PacketNumber number, std::uint8_t index);
  Block* block_of(PacketNumber number, const Symbol& symbol);
  [[nodiscard]] BlockStanding standing_of(PacketNumber number, bool done) const;
  std::deque<Block> blocks_;  // heard of last at the end
  std::deque<Heard> heard_;   // likewise
  std::uint32_t next_ = 0;
  std::uint8_t came_ = 0, missed_ = 0;
  MonotonicTime due_ = kNever;
  std::optional<MonotonicTime> reported_;
};

}  // namespace openline
