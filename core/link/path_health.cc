// SPDX-License-Identifier: Apache-2.0
#include "core/link/path_health.h"

#include <algorithm>

namespace openline {
namespace {

constexpr double kLossWeight = 1.0 / 32;       // of the newest packet in the measured loss
constexpr std::uint64_t kHeartbeatBytes = 64;  // a heartbeat and its acknowledgement
constexpr std::uint64_t kHeartbeatShare = 20;  // 1/20 of a declared rate at most

}  // namespace

Microseconds PathHealth::interval(bool busy) const {
  Microseconds wanted = busy ? options_.heartbeat_busy : options_.heartbeat_idle;
  if (at_least_) wanted = std::min(wanted, *at_least_);
  if (!declared_rate_ || *declared_rate_ == 0) return wanted;
  return std::max<Microseconds>(
      wanted, Seconds{static_cast<std::int64_t>(kHeartbeatBytes * kHeartbeatShare / *declared_rate_)});
}

// The smallest number of missed heartbeats that this path's loss makes unlikely enough as a false alarm.
Microseconds PathHealth::detection_time(bool busy) const {
  std::size_t missed = 1;
  for (double chance = loss_; chance > options_.false_alarm && missed < options_.max_missed; chance *= loss_)
    ++missed;
  return interval(busy) * static_cast<std::int64_t>(std::max(missed, options_.min_missed));
}

bool PathHealth::become(PathState state, MonotonicTime now) {
  if (state_ == state) return false;
  state_ = state;
  state_since_ = now;
  return true;
}

bool PathHealth::heard(MonotonicTime now) {
  last_heard_ = now;
  return become(PathState::kUp, now);
}

bool PathHealth::set_down(MonotonicTime now) { return become(PathState::kDown, now); }

bool PathHealth::set_untried(MonotonicTime now) {
  first_sent_.reset();
  last_sent_.reset();
  return become(PathState::kUntried, now);
}

void PathHealth::sent(MonotonicTime now) {
  last_sent_ = now;
  if (!first_sent_) first_sent_ = now;
}

MonotonicTime PathHealth::ping_due(const HeartbeatPace& pace) const {
  return last_sent_ ? *last_sent_ + interval(pace.busy) : MonotonicTime::min();
}

MonotonicTime PathHealth::check_due(const HeartbeatPace& pace) const {
  const auto silent_from = state_ == PathState::kUp ? last_heard_ : first_sent_;
  if (state_ == PathState::kDown || !silent_from) return kNever;
  const MonotonicTime idle = *silent_from + detection_time(false);
  if (!pace.busy) return idle;
  return std::min(idle, std::max(*silent_from, pace.since) + detection_time(true));
}

bool PathHealth::check(const HeartbeatPace& pace, MonotonicTime now) {
  return now >= check_due(pace) && become(PathState::kDown, now);
}

void PathHealth::outcome(double lost) { loss_ += (lost - loss_) * kLossWeight; }

void PathHealth::acknowledged(std::size_t packets) {
  for (; packets > 0; --packets) outcome(0);
}

void PathHealth::lost(std::size_t packets) {
  for (; packets > 0; --packets) outcome(1);
}

}  // namespace openline
