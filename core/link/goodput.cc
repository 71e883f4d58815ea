// SPDX-License-Identifier: Apache-2.0
#include "core/link/goodput.h"

#include <algorithm>

namespace openline {
namespace {

constexpr double kNewest = 0.25;  // weight of the newest round

}  // namespace

void Goodput::acknowledged(std::size_t bytes, bool kept_busy, Microseconds round_trip, MonotonicTime now) {
  if (began_) bytes_ += bytes;
  kept_busy_ = kept_busy_ && kept_busy;
  const Microseconds round = std::max(round_trip, kLeastRound);
  if (began_ && now - *began_ < round) return;
  if (began_) end_round(static_cast<double>(bytes_) * 1e6 / static_cast<double>((now - *began_).count()));
  began_ = now;
  bytes_ = 0;
  kept_busy_ = kept_busy;
}

void Goodput::end_round(double rate) {
  if (!kept_busy_) {
    if (rate_) rate_ = std::max(*rate_, rate);
    return;
  }
  rate_ = rate_ ? *rate_ + (rate - *rate_) * kNewest : rate;
}

}  // namespace openline
