// SPDX-License-Identifier: Apache-2.0
#include "core/link/block_receiver.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {

// Symbols go in the order of their indices: those that were passed over were lost, but for a path that
// changes the order of packets.
void BlockReceiver::hear(PacketNumber number, std::uint8_t index) {
  next_ = std::max(next_, number.value + 1);
  ++came_;
  const auto found = std::ranges::find(heard_, number, &Heard::number);
  Heard heard{number, index};
  if (found == heard_.end()) {
    missed_ = static_cast<std::uint8_t>(missed_ + index);
    if (heard_.size() == kRemembered) heard_.pop_front();
  } else {
    const auto ahead = static_cast<std::uint8_t>(index - found->index);
    const bool forward = ahead > 0 && ahead < 128;
    if (forward) missed_ = static_cast<std::uint8_t>(missed_ + ahead - 1);
    if (!forward) heard.index = found->index;
    heard_.erase(found);
  }
  heard_.push_back(heard);
}

BlockReceiver::Block* BlockReceiver::block_of(PacketNumber number, const Symbol& symbol) {
  const auto found = std::ranges::find(blocks_, number, &Block::number);
  Block block = found == blocks_.end() ? Block{number, Generation(symbol.k, symbol.bytes.size())} : *found;
  if (found != blocks_.end()) {
    const bool same = block.symbols.k() == symbol.k && block.symbols.symbol_size() == symbol.bytes.size();
    if (!same) return nullptr;
    blocks_.erase(found);
  }
  if (blocks_.size() == kMaxBlocks) blocks_.pop_front();
  blocks_.push_back(std::move(block));
  return &blocks_.back();
}

std::optional<Bytes> BlockReceiver::take(PacketNumber number, const Symbol& symbol, MonotonicTime now) {
  Block* block = block_of(number, symbol);
  if (!block) return std::nullopt;  // the sender never changes its mind
  hear(number, symbol.index);
  if (!block->symbols.add(symbol.index, symbol.bytes)) return std::nullopt;
  if (block->symbols.missing() == 0) {
    Bytes data = block->symbols.data();
    blocks_.pop_back();
    due_ = std::min(due_, now + kWait);
    return data;
  }
  const bool repairs = std::size_t{symbol.index} + 1 >= symbol.k;
  const bool first = std::size_t{symbol.index} + 1 == symbol.k;
  if (++block->since_report >= (repairs ? kReportEachRepair : kReportEach) || first)
    due_ = std::min(due_, now);
  return std::nullopt;
}

void BlockReceiver::take_finished(PacketNumber number, const Symbol& symbol, Microseconds pause,
                                  MonotonicTime now) {
  hear(number, symbol.index);
  due_ = std::min(due_, reported_ ? std::max(now, *reported_ + pause) : now);
}

// Of one that made room nothing is left.
BlockStanding BlockReceiver::standing_of(PacketNumber number, bool done) const {
  BlockStanding standing{number, done ? std::uint8_t{0} : std::uint8_t{kMaxGeneration}, 0};
  const auto heard = std::ranges::find(heard_, number, &Heard::number);
  if (heard != heard_.end()) standing.index = heard->index;
  const auto block = std::ranges::find(blocks_, number, &Block::number);
  if (block != blocks_.end()) standing.missing = static_cast<std::uint8_t>(block->symbols.missing());
  return standing;
}

Report BlockReceiver::report(PathId path, const Transport& transport, MonotonicTime now) {
  const std::uint32_t newest = std::max(next_, transport.next_of_peer(path));
  OPENLINE_ASSERT(newest > 0);
  Report report;
  report.path = path;
  report.newest = standing_of({newest - 1}, transport.has(path, {newest - 1}));
  for (std::uint32_t back = 0; back < Report::kDone && back + 1 < newest; ++back) {
    if (transport.has(path, {newest - 2 - back}))
      report.done = static_cast<std::uint16_t>(report.done | 1U << back);
  }
  report.came = came_;
  report.missed = missed_;
  if (!heard_.empty() && heard_.back().number < report.newest.number) {
    const PacketNumber last = heard_.back().number;
    if (newest - 1 - last.value < 256) report.last_heard = standing_of(last, transport.has(path, last));
  }
  due_ = kNever;
  reported_ = now;
  for (Block& block : blocks_) block.since_report = 0;
  return report;
}

}  // namespace openline
