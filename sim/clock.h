// SPDX-License-Identifier: Apache-2.0
// What a station's clocks say while true time passes. They drift, and the wall clock is set back and forth
// and stands still: an operator, a dead battery, a hostile time server. The monotonic clock only drifts.
#pragma once

#include "core/wire/time.h"

namespace openline::sim {

class Clock {
 public:
  static constexpr WallTime kUsualStart{Milliseconds{1'767'225'600'000}};  // 2026-01-01
  explicit Clock(WallTime start = kUsualStart) : wall_start_(start) {}
  [[nodiscard]] Now shows(MonotonicTime true_time) const;
  // When the monotonic clock will show this; to the microsecond, if it does not drift meanwhile.
  [[nodiscard]] MonotonicTime when(MonotonicTime shown) const;

  void drift(std::int64_t per_million, MonotonicTime now);  // from now on; negative: slow
  void jump(Milliseconds by) { jumped_ += by; }             // of the wall clock
  void stop(MonotonicTime now);                             // the wall clock stands still
  void go_on(MonotonicTime now);                            // and goes on from there

 private:
  [[nodiscard]] MonotonicTime monotonic(MonotonicTime true_time) const;
  WallTime wall_start_;
  MonotonicTime true_base_{}, shown_base_{};
  std::int64_t per_million_ = 0;
  Milliseconds jumped_{};
  bool stopped_ = false;
  MonotonicTime stopped_at_{};
};

}  // namespace openline::sim
