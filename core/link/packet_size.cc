// SPDX-License-Identifier: Apache-2.0
#include "core/link/packet_size.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {
namespace {

// So many in a row are hardly lost by chance.
int count_for(double loss) {
  int count = 1;
  for (double chance = loss; chance > PacketSize::kUnlikely && count < PacketSize::kMostProbes;
       chance *= loss)
    ++count;
  return std::max(count, PacketSize::kProbes);
}

}  // namespace

PacketSize::PacketSize(std::size_t base, std::size_t most, std::vector<std::size_t> steps)
    : base_(base),
      most_(std::max(base, most)),
      steps_(std::move(steps)),
      known_(base),
      too_large_(most_ + 1) {
  OPENLINE_ASSERT(std::ranges::is_sorted(steps_));
  if (!is_fixed()) choose(MonotonicTime::min());
}

std::optional<std::size_t> PacketSize::wanted() const { return probe_ ? std::nullopt : next_; }

void PacketSize::probe_sent(PacketNumber number, MonotonicTime unanswered_at) {
  OPENLINE_ASSERT(next_ && !probe_);
  probe_ = Probe{number, unanswered_at};
}

void PacketSize::acknowledged(const Acknowledgement& ack, MonotonicTime now) {
  if (!probe_ || !covers(ack, probe_->number)) return;
  known_ = *next_;
  missing_.reset();
  choose(now);
}

MonotonicTime PacketSize::due() const {
  if (probe_) return probe_->unanswered_at;
  return used_ ? raise_at_ : kNever;
}

void PacketSize::run(double loss, MonotonicTime now) {
  if (now < due()) return;
  if (!probe_) return start_over(now);
  probe_.reset();
  if (++unanswered_ >= count_for(loss)) too_large(*next_, true, now);
}

void PacketSize::refused(std::size_t size, MonotonicTime now) {
  if (is_fixed() || size <= base_ || size >= too_large_) return;
  if (size <= known_) known_ = base_;
  too_large(size, false, now);
}

void PacketSize::too_large(std::size_t size, bool silent, MonotonicTime now) {
  too_large_ = size;
  by_silence_ = silent;
  choose(now);
}

// What to try next: a usual size, then the middle of the gap.
void PacketSize::choose(MonotonicTime now) {
  OPENLINE_ASSERT(known_ < too_large_);
  next_.reset();
  probe_.reset();
  unanswered_ = 0;
  raise_at_ = kNever;
  const auto step = std::ranges::upper_bound(steps_, known_);
  const std::size_t gap = too_large_ - known_;
  if (step != steps_.end() && *step < too_large_) {
    next_ = *step;
  } else if (gap > std::max<std::size_t>(1, known_ / kEnough) &&
             (!by_silence_ || too_large_ <= steps_.front())) {
    next_ = known_ + gap / 2;
  } else {
    raise_at_ = now + kRaise;
    used_ = false;
  }
}

void PacketSize::start_over(MonotonicTime now) {
  too_large_ = most_ + 1;
  by_silence_ = false;
  choose(now);
}

void PacketSize::arrived(std::size_t size, MonotonicTime sent, MonotonicTime now) {
  if (is_fixed()) return;
  used_ = used_ || size + kTransportOverhead >= known_;
  const bool is_small = missing_ ? size < missing_->least : size <= base_;
  if (is_small) {
    small_arrived_ = std::max(small_arrived_, sent);
    if (missing_) judge(now);
    return;
  }
  if (sent >= large_arrived_.sent) large_arrived_ = {size, sent};
  if (missing_ && sent >= missing_->first) missing_.reset();
}

void PacketSize::lost(std::size_t size, MonotonicTime sent, double loss, MonotonicTime now) {
  if (is_fixed() || size <= base_) return;
  if (large_arrived_.size >= size && large_arrived_.sent >= sent) return;  // one sent later came
  enough_ = count_for(loss);
  if (!missing_) missing_ = Missing{0, size, sent};
  ++missing_->count;
  missing_->least = std::min(missing_->least, size);
  missing_->first = std::min(missing_->first, sent);
  judge(now);
}

// The large are lost and the small are not: the path has changed.
void PacketSize::judge(MonotonicTime now) {
  if (missing_->count < enough_ || small_arrived_ < missing_->first) return;
  missing_.reset();
  known_ = base_;
  start_over(now);
}

void PacketSize::check_invariants() const {
  OPENLINE_ASSERT(base_ <= known_ && known_ < too_large_ && too_large_ <= most_ + 1);
  OPENLINE_ASSERT(!next_ || (known_ < *next_ && *next_ < too_large_));
  OPENLINE_ASSERT(!probe_ || next_);
  OPENLINE_ASSERT(!is_fixed() || (known_ == base_ && !next_));
}

}  // namespace openline
