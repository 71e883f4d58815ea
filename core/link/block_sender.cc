// SPDX-License-Identifier: Apache-2.0
#include "core/link/block_sender.h"

#include <algorithm>
#include <tuple>

#include "core/wire/assert.h"

namespace openline {

bool BlockSender::may_begin(Rank rank, std::uint32_t next_number) const {
  const std::size_t most = kMaxBlocks + (rank == Rank::kFlash ? kMoreForFlash : 0);
  return blocks_.size() < most && next_number - largest_reported_.value_or(0) < kReach;
}

void BlockSender::begin(PacketNumber number, Rank rank, Bytes sealed, std::size_t symbol_room,
                        std::vector<Carried> carried) {
  OPENLINE_ASSERT(blocks_.size() < kMaxBlocks + kMoreForFlash && !carried.empty());
  const Cut cut = cut_for(sealed.size(), symbol_room);
  OPENLINE_ASSERT(cut.count <= kMaxGeneration && cut.bytes() == sealed.size());
  blocks_.push_back({number, rank, cut, std::move(sealed), std::move(carried), {}, 0, cut.count});
}

std::optional<BlockSender::Wish> BlockSender::wish_of(const Block& block, std::size_t at, double loss,
                                                      Microseconds answer, MonotonicTime now) {
  const double chance = chance_of_too_few(block.missing, block.in_flight(), loss);
  const double enough = block.rank == Rank::kFlash ? kEnoughOfFlash : kEnough;
  const bool late = chance <= kUnlikely && now >= block.sent_at.back() + answer;
  if (chance <= kUnlikely && !late) return std::nullopt;
  return Wish{at, block.rank, chance > enough, late};
}

std::optional<BlockSender::Wish> BlockSender::next(double loss, Microseconds answer,
                                                   MonotonicTime now) const {
  constexpr double kMostLoss = 0.9;
  const auto key = [](const Wish& wish) { return std::tuple(wish.needed, wish.rank, wish.late); };
  std::optional<Wish> best;
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    const double assumed = std::clamp(loss, ObjectSender::kLeastLoss, kMostLoss);
    const auto wish = wish_of(blocks_[at], at, assumed, answer, now);
    if (wish && (!best || key(*wish) > key(*best))) best = wish;
  }
  return best;
}

BlockSender::Next BlockSender::take(const Wish& wish, MonotonicTime now) {
  Block& block = blocks_.at(wish.block);
  // One that was sent so often without an answer begins anew: the path's own silence ends it.
  if (block.sent_at.size() >= kMostSent) {
    block.sent_at.clear();
    block.answered = 0;
    block.missing = block.cut.count;
  }
  const auto index = static_cast<std::uint8_t>(block.sent_at.size() % kMaxSymbols);
  block.sent_at.push_back(now);
  return {block.number, block.cut.count, index, coded_symbol(block.data, block.cut.count, index)};
}

MonotonicTime BlockSender::due(Microseconds answer, MonotonicTime now) const {
  MonotonicTime due = kNever;
  for (const Block& block : blocks_) {
    if (block.sent_at.empty() || block.sent_at.back() + answer <= now) continue;
    due = std::min(due, block.sent_at.back() + answer);
  }
  return due;
}

std::optional<Rank> BlockSender::rank() const {
  std::optional<Rank> most;
  for (const Block& block : blocks_) most = std::max(most, std::optional(block.rank));
  return most;
}

// Of a block that goes on: symbols up to the last that came had their chance.
void BlockSender::learn(const BlockStanding& standing, Outcome& outcome, MonotonicTime now) {
  const auto found = std::ranges::find(blocks_, standing.number, &Block::number);
  if (found == blocks_.end()) return;
  Block& block = *found;
  // The newest symbol with this index.
  std::size_t count = block.sent_at.size() / kMaxSymbols * kMaxSymbols + standing.index + 1;
  if (count > block.sent_at.size()) count -= std::min(count, kMaxSymbols);
  if (count == 0 || count <= block.answered) return;
  outcome.round_trip = now - block.sent_at[count - 1];
  if (standing.missing == 0) return;  // it is done
  block.answered = count;
  block.missing = std::min<std::size_t>(standing.missing, block.cut.count);
}

void BlockSender::finish(const auto& is_done, std::vector<Carried>& arrived) {
  std::erase_if(blocks_, [&](const Block& block) {
    if (!is_done(block.number)) return false;
    arrived.insert(arrived.end(), block.carried.begin(), block.carried.end());
    return true;
  });
}

BlockSender::Outcome BlockSender::report(const Report& report, MonotonicTime now) {
  Outcome outcome;
  largest_reported_ = std::max(largest_reported_.value_or(0), report.newest.number.value);
  const auto came = static_cast<std::uint8_t>(report.came - came_);
  const auto missed = static_cast<std::uint8_t>(report.missed - missed_);
  if (came < 128 && missed < 128) {  // not overtaken by a newer one
    outcome.came = came;
    outcome.missed = missed;
    came_ = report.came;
    missed_ = report.missed;
  }
  learn(report.newest, outcome, now);
  if (report.last_heard) learn(*report.last_heard, outcome, now);
  finish([&](PacketNumber number) { return report.says_done(number); }, outcome.arrived);
  return outcome;
}

std::vector<Carried> BlockSender::acknowledged(const Acknowledgement& ack) {
  std::vector<Carried> arrived;
  const auto is_done = [&](PacketNumber number) {
    std::uint64_t end = std::uint64_t{ack.largest.value} + 1;
    for (std::size_t at = 0; at < ack.runs.size() && ack.runs[at] <= end; ++at) {
      const std::uint64_t from = end - ack.runs[at];
      if (at % 2 == 0 && number.value >= from && number.value < end) return true;
      end = from;
    }
    return false;
  };
  finish(is_done, arrived);
  if (!arrived.empty()) largest_reported_ = std::max(largest_reported_.value_or(0), ack.largest.value);
  return arrived;
}

std::vector<Carried> BlockSender::forget_all() {
  std::vector<Carried> carried;
  for (const Block& block : blocks_)
    carried.insert(carried.end(), block.carried.begin(), block.carried.end());
  *this = BlockSender();
  return carried;
}

std::size_t BlockSender::waiting_bytes() const {
  std::size_t bytes = 0;
  for (const Block& block : blocks_) bytes += block.waiting_bytes();
  return bytes;
}

std::size_t BlockSender::waiting_bytes_of(ObjectHandle object) const {
  std::size_t bytes = 0;
  for (const Block& block : blocks_) {
    const bool carries =
        std::ranges::any_of(block.carried, [&](const Carried& part) { return part.object == object; });
    if (carries) bytes += block.waiting_bytes();
  }
  return bytes;
}

void BlockSender::check_invariants() const {
  OPENLINE_ASSERT(blocks_.size() <= kMaxBlocks + kMoreForFlash);
  for (const Block& block : blocks_) {
    OPENLINE_ASSERT(block.answered <= block.sent_at.size() && block.sent_at.size() <= kMostSent);
    OPENLINE_ASSERT(block.missing >= 1 && block.missing <= block.cut.count);
  }
}

}  // namespace openline
