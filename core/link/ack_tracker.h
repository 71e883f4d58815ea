// SPDX-License-Identifier: Apache-2.0
// Which packets of one path id of one session came, and when to say so (protocol.md section 6.3).
#pragma once

#include <deque>

#include "core/link/frames.h"
#include "core/link/range_set.h"

namespace openline {

class AckTracker {
 public:
  static constexpr std::size_t kMaxRanges = Acknowledgement::kMaxRuns / 2;  // the newest are kept

  static constexpr Microseconds kAnyPath = Milliseconds{50};  // after this the report may take any path

  // How long the acknowledgement of statements alone waits for a packet that is sent anyway: on a narrow path
  // a packet for it alone would take room from what is urgent.
  static constexpr Milliseconds kConvenience{1000};

  // A packet that authenticated and was kept, for the first time.
  void received(PacketNumber number, Wish wish, MonotonicTime now, Milliseconds delay);
  [[nodiscard]] bool owes() const { return due_ != kNever; }
  [[nodiscard]] MonotonicTime due() const { return due_; }  // kNever when nothing has to be acknowledged
  // Whether what was said last should go along again with a packet that is sent anyway: it may be lost.
  [[nodiscard]] bool may_repeat() const { return repeats_left_ > 0; }
  // What is known, in at most `max_runs` run lengths; afterwards nothing is owed. What was said this often is
  // not said again.
  static constexpr std::size_t kTold = 8;
  static constexpr int kRepeats = 3;
  [[nodiscard]] Acknowledgement report(PathId path, MonotonicTime now, std::size_t max_runs);

 private:
  RangeSet numbers_;
  MonotonicTime largest_came_{};
  MonotonicTime due_ = kNever;
  std::deque<std::uint64_t> told_;  // below these everything was in the last reports, oldest first
  int repeats_left_ = 0;
  int unacknowledged_ = 0;  // ack-eliciting packets since the last report
};

}  // namespace openline
