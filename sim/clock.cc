// SPDX-License-Identifier: Apache-2.0
#include "sim/clock.h"

namespace openline::sim {

MonotonicTime Clock::monotonic(MonotonicTime true_time) const {
  const Microseconds passed = true_time - true_base_;
  return shown_base_ + passed + Microseconds{passed.count() * per_million_ / 1'000'000};
}

Now Clock::shows(MonotonicTime true_time) const {
  const MonotonicTime shown = monotonic(true_time);
  const MonotonicTime wall = stopped_ ? stopped_at_ : shown;
  return {shown, wall_start_ + jumped_ + std::chrono::duration_cast<Milliseconds>(wall.time_since_epoch())};
}

MonotonicTime Clock::when(MonotonicTime shown) const {
  if (shown <= shown_base_)
    return true_base_;  // long past: what is due at once is due since the first time of all
  const std::int64_t passed = (shown - shown_base_).count(), rate = 1'000'000 + per_million_;
  // In two parts: the product of a day and a million does not fit.
  return true_base_ + Microseconds{passed / rate * 1'000'000 + passed % rate * 1'000'000 / rate};
}

void Clock::drift(std::int64_t per_million, MonotonicTime now) {
  shown_base_ = monotonic(now);
  true_base_ = now;
  per_million_ = per_million;
}

void Clock::stop(MonotonicTime now) {
  if (stopped_) return;
  stopped_ = true;
  stopped_at_ = monotonic(now);
}

void Clock::go_on(MonotonicTime now) {
  if (!stopped_) return;
  stopped_ = false;
  jumped_ -= std::chrono::duration_cast<Milliseconds>(monotonic(now) - stopped_at_);
}

}  // namespace openline::sim
