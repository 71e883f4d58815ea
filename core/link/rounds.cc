// SPDX-License-Identifier: Apache-2.0
#include "core/link/rounds.h"

#include <algorithm>
#include <utility>

namespace openline {
namespace {

// Of systems and networks without a queue. Where a round trip is short the network has none, and a queue of
// the same time is what a FLASH waits for most.
constexpr Microseconds kMostWhims = Milliseconds{5}, kFewestWhims = Milliseconds{1};
constexpr int kWhimTrips = 4;  // round trips that they take in between
constexpr Microseconds kLeastMargin = Milliseconds{2};
constexpr double kOlder = 0.875;  // weight of a round beside the one after it
constexpr int kLongest = 8;       // round trips that a round may take

double share(std::size_t missing, std::size_t arrived) {
  return missing == 0 ? 0 : static_cast<double>(missing) / static_cast<double>(missing + arrived);
}

}  // namespace

void Rounds::sample(Microseconds round_trip, MonotonicTime now) {
  recent_[samples_++ % kRecent] = round_trip;
  if (now - least_since_ > kMemory) {
    least_before_ = std::exchange(least_, Microseconds::max());
    least_since_ = now;
  }
  least_ = std::min(least_, round_trip);
  least_in_round_ = std::min(least_in_round_, round_trip);
}

std::optional<Round> Rounds::acknowledged(std::size_t bytes, bool held_back, Microseconds round_trip,
                                          MonotonicTime now) {
  sample(round_trip, now);
  arrived_ += bytes;
  held_back_ = held_back_ || held_back;
  const Microseconds span = now - began_;
  // Counted from before anything was under way, or over a pause: no round.
  if (span > kLongest * round_trip) start_over(now);
  if (span < round_trip || span > kLongest * round_trip) return std::nullopt;
  const double seconds = std::max(static_cast<double>(span.count()) / 1e6, 1e-6);
  last_ = Round{.began = began_,
                .rate = static_cast<double>(arrived_) / seconds,
                .loss = share(missing_, arrived_),
                .least = least_in_round_,
                .held_back = held_back_};
  remember(*last_, seconds);
  start_over(now);
  return last_;
}

// A lossy path's round says little by itself: a packet that was lost is known to be a while later, and chance
// makes a tenth of difference. While a path becomes faster its last round says more.
void Rounds::remember(Round& round, double seconds) {
  const auto bytes = static_cast<double>(arrived_ + missing_);
  round.sent = bytes / seconds;
  round.loss_lately = round.loss;
  if (!round.held_back) return;
  bytes_lately_ = bytes_lately_ * kOlder + bytes;
  missing_lately_ = missing_lately_ * kOlder + static_cast<double>(missing_);
  seconds_lately_ = seconds_lately_ * kOlder + seconds;
  round.sent = std::max(round.sent, bytes_lately_ / seconds_lately_);
  round.loss_lately = missing_lately_ / bytes_lately_;
}

void Rounds::start_over(MonotonicTime now) {
  began_ = now;
  arrived_ = missing_ = 0;
  held_back_ = false;
  least_in_round_ = Microseconds::max();
}

double Rounds::loss() const { return std::max(last_ ? last_->loss : 0, share(missing_, arrived_)); }

Microseconds Rounds::recent() const {
  const std::size_t known = std::min(samples_, kRecent);
  return known == 0 ? Microseconds{} : *std::min_element(recent_.begin(), recent_.begin() + known);
}

Microseconds Rounds::time_of_packet() const {
  if (!last_ || last_->rate <= 0) return {};
  return std::min(Microseconds{kMemory},
                  Microseconds{static_cast<std::int64_t>(static_cast<double>(packet_) * 1e6 / last_->rate)});
}

Microseconds Rounds::whims() const {
  return std::clamp<Microseconds>(kWhimTrips * least(), kFewestWhims, kMostWhims);
}

bool Rounds::shows_queue(Microseconds round_trip) const {
  return knows_path() && round_trip > least() + least() / 4 + whims();
}

bool Rounds::is_at_most(Microseconds round_trip, Microseconds expected) const {
  return round_trip <= expected + expected / 8 + std::max(kLeastMargin, time_of_packet());
}

}  // namespace openline
