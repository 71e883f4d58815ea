// SPDX-License-Identifier: Apache-2.0
// Blocks on their way on one path of small packets (protocol.md section 6.9): transport packets that go as
// symbols of one generation each, then as repairs, until the peer reports that it has enough.
//
// The most urgent block goes first at each packet. Of one that has had enough symbols for its path's loss the
// next may go before further repairs; repairs fill the time in which nothing else waits.
#pragma once

#include <optional>
#include <vector>

#include "core/link/coding.h"
#include "core/link/object_sender.h"
#include "core/link/small_packets.h"

namespace openline {

class BlockSender {
 public:
  static constexpr std::size_t kMaxBlocks = 8;     // at once; a FLASH may exceed it by kMoreForFlash
  static constexpr std::size_t kMoreForFlash = 4;  // and the receiver keeps them all
  static constexpr std::size_t kMostSymbols = 64;  // of a block: what one lost session costs is bounded
  static constexpr std::uint32_t kReach = 64;      // numbers above the newest reported one: 8 bits name them
  static constexpr double kEnough = 0.1;           // chance that a block is not complete: others may go
  static constexpr double kEnoughOfFlash = 0.01;   // the same for a FLASH
  static constexpr double kUnlikely = 1e-3;        // then nothing more goes unasked before an answer is late

  [[nodiscard]] bool may_begin(Rank rank, std::uint32_t next_number) const;
  void begin(PacketNumber number, Rank rank, Bytes sealed, std::size_t symbol_room,
             std::vector<Carried> carried);

  struct Wish {
    std::size_t block = 0;
    Rank rank = Rank::kBulk;
    bool needed = false;  // too little of it went; else it is a repair to fill the time
    bool late = false;    // nothing was heard of it for longer than an answer takes
  };
  // What should go next, if anything. `answer`: how long a report takes.
  [[nodiscard]] std::optional<Wish> next(double loss, Microseconds answer, MonotonicTime now) const;
  struct Next {
    PacketNumber number;
    std::size_t k = 0;
    std::uint8_t index = 0;
    Bytes bytes;
  };
  [[nodiscard]] Next take(const Wish& wish, MonotonicTime now);
  // When the next one after now is late; kNever when none will be.
  [[nodiscard]] MonotonicTime due(Microseconds answer, MonotonicTime now) const;
  [[nodiscard]] std::optional<Rank> rank() const;  // the most urgent

  struct Outcome {
    std::vector<Carried> arrived;      // of blocks that are done
    std::size_t came = 0, missed = 0;  // symbols, since the last report
    std::optional<Microseconds> round_trip;
  };
  [[nodiscard]] Outcome report(const Report& report, MonotonicTime now);
  // What an acknowledgement frame says, by another path.
  [[nodiscard]] std::vector<Carried> acknowledged(const Acknowledgement& ack);
  // Blocks that nobody needs any more.
  template <class Needed>
  void drop_unless(Needed needed) {
    std::erase_if(blocks_, [&](const Block& block) {
      return std::ranges::none_of(block.carried, [&](const Carried& part) { return needed(part.object); });
    });
  }
  [[nodiscard]] std::vector<Carried> forget_all();  // the session or the path ended

  [[nodiscard]] std::optional<PacketNumber> largest_reported() const {
    return largest_reported_ ? std::optional(PacketNumber{*largest_reported_}) : std::nullopt;
  }
  [[nodiscard]] std::size_t waiting_bytes() const;  // not yet sent, of symbols 0 .. k - 1
  // The same of the blocks that carry some of this object.
  [[nodiscard]] std::size_t waiting_bytes_of(ObjectHandle object) const;
  void check_invariants() const;

 private:
  struct Block {
    PacketNumber number;
    Rank rank;
    Cut cut;
    Bytes data;
    std::vector<Carried> carried;
    std::vector<MonotonicTime> sent_at;  // of each symbol, by its count; the index is the count modulo 256
    std::size_t answered = 0;            // symbols that the last report could know of
    std::size_t missing = 0;             // by that report
    [[nodiscard]] std::size_t waiting_bytes() const {
      return data.size() - std::min(data.size(), sent_at.size() * cut.size);
    }
    [[nodiscard]] std::size_t in_flight() const { return sent_at.size() - answered; }
  };
  static constexpr std::size_t kMostSent = 4096;  // symbols of one block, then it is given up as lost
  [[nodiscard]] static std::optional<Wish> wish_of(const Block& block, std::size_t at, double loss,
                                                   Microseconds answer, MonotonicTime now);
  void learn(const BlockStanding& standing, Outcome& outcome, MonotonicTime now);
  void finish(const auto& is_done, std::vector<Carried>& arrived);
  std::vector<Block> blocks_;
  std::optional<std::uint32_t> largest_reported_;
  std::uint8_t came_ = 0, missed_ = 0;
};

}  // namespace openline
