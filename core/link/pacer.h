// SPDX-License-Identifier: Apache-2.0
// A rate as gaps between packets (protocol.md section 6.4): what may leave now, and when the next may.
//
// Whoever is asked late makes up for it by a burst, as after a pause. Nobody has to be woken for each packet
// of a fast path: what is due within `kAhead` may leave at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/wire/time.h"

namespace openline {

// At `rate` bytes a second; a rate of none takes no time.
[[nodiscard]] inline Microseconds time_to_send(std::uint64_t bytes, std::uint64_t rate) {
  return Microseconds{rate == 0 ? 0 : static_cast<std::int64_t>(bytes * 1'000'000 / rate)};
}

class Pacer {
 public:
  static constexpr Microseconds kMakeUp = Milliseconds{5};  // of a path with a declared rate
  static constexpr Microseconds kAhead = Milliseconds{1};   // of one whose rate is measured

  // A packet left that takes this time at the rate; `make_up` is how much time a late one may catch up.
  void sent(Microseconds takes, Microseconds make_up, MonotonicTime now) {
    free_at_ = std::max(free_at_, now - make_up) + takes;
  }
  [[nodiscard]] MonotonicTime free_at() const { return free_at_; }
  [[nodiscard]] bool is_free(MonotonicTime now, Microseconds ahead = {}) const {
    return free_at_ <= now + ahead;
  }

 private:
  MonotonicTime free_at_{};
};

}  // namespace openline
