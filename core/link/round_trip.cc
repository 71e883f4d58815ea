// SPDX-License-Identifier: Apache-2.0
#include "core/link/round_trip.h"

#include <algorithm>

namespace openline {
namespace {

constexpr Microseconds kGranularity = Milliseconds{1};

}  // namespace

void RoundTrip::sample(Microseconds measured, Microseconds ack_delay) {
  latest_ = std::max(measured, Microseconds{1});
  if (!smoothed_) {
    smoothed_ = least_ = latest_;
    variance_ = latest_ / 2;
    return;
  }
  least_ = std::min(least_, latest_);
  const Microseconds delay = std::min(ack_delay, max_ack_delay_);
  const Microseconds adjusted = latest_ >= least_ + delay ? latest_ - delay : latest_;
  variance_ = (3 * variance_ + std::chrono::abs(*smoothed_ - adjusted)) / 4;
  smoothed_ = (7 * *smoothed_ + adjusted) / 8;
}

Microseconds RoundTrip::loss_delay() const {
  return std::max(kGranularity, std::max(smoothed_.value_or(kFirstTimeout), latest_) * 9 / 8);
}

Microseconds RoundTrip::probe_timeout(int doublings) const {
  Microseconds timeout =
      smoothed_ ? *smoothed_ + std::max(4 * variance_, kGranularity) + max_ack_delay_ : kFirstTimeout;
  for (; doublings > 0 && timeout < kMaxTimeout; --doublings) timeout *= 2;
  return std::min(timeout, std::max(kMaxTimeout, smoothed_.value_or(Microseconds{}) * 2));
}

}  // namespace openline
