// SPDX-License-Identifier: Apache-2.0
#include "core/link/ack_tracker.h"

#include "core/wire/assert.h"

namespace openline {

void AckTracker::received(PacketNumber number, Wish wish, MonotonicTime now, Milliseconds delay) {
  const std::uint64_t expected = numbers_.empty() ? 0 : numbers_.ranges().back().to;
  if (number.value >= expected) {
    largest_came_ = now;
  } else {  // late: what was reported before did not say it
    for (std::uint64_t& told : told_) told = std::min<std::uint64_t>(told, number.value);
  }
  numbers_.add({number.value, std::uint64_t{number.value} + 1});
  if (numbers_.ranges().size() > kMaxRanges) numbers_.remove(Range(numbers_.ranges().front()));
  if (wish == Wish::kNone) return;
  repeats_left_ = kRepeats + 1;
  if (wish == Wish::kWhenConvenient) {
    due_ = std::min(due_, now + kConvenience);
    return;
  }
  ++unacknowledged_;
  const bool at_once = wish == Wish::kAtOnce || unacknowledged_ >= 2 || number.value != expected;
  due_ = std::min(due_, at_once ? now : now + delay);
}

Acknowledgement AckTracker::report(PathId path, MonotonicTime now, std::size_t max_runs) {
  OPENLINE_ASSERT(!numbers_.empty() && max_runs >= 1);
  if (told_.size() == kTold) {
    // One number stays, so that there is something to say.
    const std::uint64_t told = std::min(told_.front(), numbers_.ranges().back().to - 1);
    numbers_.remove(Range{0, told});
    told_.pop_front();
  }
  const std::vector<Range>& ranges = numbers_.ranges();
  bool said = false;
  Acknowledgement ack;
  ack.path = path;
  ack.largest = {static_cast<std::uint32_t>(ranges.back().to - 1)};
  ack.delay = std::chrono::duration_cast<Milliseconds>(now - largest_came_);
  for (std::size_t at = ranges.size(); at > 0 && ack.runs.size() < max_runs; --at) {
    if (at < ranges.size()) {
      if (ack.runs.size() + 2 > max_runs) break;
      ack.runs.push_back(static_cast<std::uint32_t>(ranges[at].from - ranges[at - 1].to));
    }
    ack.runs.push_back(static_cast<std::uint32_t>(ranges[at - 1].size()));
    said = at == 1;
  }
  told_.push_back(said ? ranges.back().to : 0);  // with ranges left out it did not say all below its end
  if (repeats_left_ > 0) --repeats_left_;
  due_ = kNever;
  unacknowledged_ = 0;
  return ack;
}

}  // namespace openline
