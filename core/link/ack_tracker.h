// SPDX-License-Identifier: Apache-2.0
// Which packets of one path id of one session came, and when to say so (protocol.md section 6.3).
#pragma once

#include "core/link/frames.h"
#include "core/link/range_set.h"

namespace openline {

class AckTracker {
 public:
  static constexpr std::size_t kMaxRanges = Acknowledgement::kMaxRuns / 2;  // the newest are kept

  static constexpr Microseconds kAnyPath = Milliseconds{50};  // after this the report may take any path

  enum class Wish { kNone, kSoon, kAtOnce };  // of the packet, for an acknowledgement
  // A packet that authenticated and was kept, for the first time.
  void received(PacketNumber number, Wish wish, MonotonicTime now, Milliseconds delay);
  [[nodiscard]] bool owes() const { return due_ != kNever; }
  [[nodiscard]] MonotonicTime due() const { return due_; }  // kNever when nothing has to be acknowledged
  // Everything that is known, in at most `max_runs` run lengths; afterwards nothing is owed.
  [[nodiscard]] Acknowledgement report(PathId path, MonotonicTime now, std::size_t max_runs);

 private:
  RangeSet numbers_;
  MonotonicTime largest_came_{};
  MonotonicTime due_ = kNever;
  int unacknowledged_ = 0;  // ack-eliciting packets since the last report
};

}  // namespace openline
