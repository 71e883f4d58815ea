// SPDX-License-Identifier: Apache-2.0
// Which objects were given out of first messages whose link epoch is not confirmed yet (protocol.md
// section 5.3): repeats, other first messages, and the session that follows do not give them out again.
#pragma once

#include <algorithm>
#include <deque>

#include "core/link/frames.h"
#include "core/link/range_set.h"

namespace openline {

class EarlyObjects {
 public:
  static constexpr std::size_t kMaxEpochs = 4;     // the oldest makes room
  static constexpr std::size_t kMaxRanges = 1024;  // of one epoch; objects beyond wait for the session

  [[nodiscard]] bool take(const LinkEpoch& epoch, ObjectId id) {  // whether it is the first time
    auto found = std::ranges::find(epochs_, epoch, &Epoch::epoch);
    if (found == epochs_.end()) {
      if (epochs_.size() == kMaxEpochs) epochs_.pop_front();
      epochs_.push_back({epoch, {}});
      found = epochs_.end() - 1;
    }
    if (found->given.contains(id.value) || found->given.ranges().size() >= kMaxRanges) return false;
    found->given.add({id.value, id.value + 1});
    return true;
  }
  // The epoch is confirmed: its objects are for the session's receiver to remember.
  [[nodiscard]] RangeSet release(const LinkEpoch& epoch) {
    const auto found = std::ranges::find(epochs_, epoch, &Epoch::epoch);
    if (found == epochs_.end()) return {};
    RangeSet given = std::move(found->given);
    epochs_.erase(found);
    return given;
  }

 private:
  struct Epoch {
    LinkEpoch epoch;
    RangeSet given;
  };
  std::deque<Epoch> epochs_;
};

}  // namespace openline
