// SPDX-License-Identifier: Apache-2.0
#include "core/link/window.h"

#include <algorithm>

namespace openline {
namespace {

constexpr std::size_t kCut = 7;         // tenths that are left
constexpr double kInProportion = 0.85;  // of the rate before a cut: less than that came through
constexpr double kNoiseMargin = 1.5;    // of the loss that was found to be noise, and a little
constexpr double kLeastNoise = 0.02;

}  // namespace

// A queue shows in the round trip: a quarter above the least, and a few milliseconds for the system's whims.
bool Window::queue_is_empty() const {
  return least_ == Microseconds::max() || latest_ <= least_ + least_ / 4 + Milliseconds{5};
}

void Window::acknowledged(std::size_t bytes, std::size_t in_flight_before, Microseconds round_trip,
                          MonotonicTime now) {
  latest_ = round_trip;
  least_ = std::min(least_, round_trip);
  arrived_ += bytes;
  const bool limited = in_flight_before * 2 >= bytes_;
  held_back_ = held_back_ || limited;
  if (now - round_began_ >= round_trip) end_round(now);
  if (!limited || test_) return;  // it was not the window that held things back
  const bool slow_start = bytes_ < slow_start_up_to_;
  // Before it is full, a queue says by a longer round trip that the path has no more to give.
  if (slow_start && !queue_is_empty() && bytes_ > options_.initial_window) slow_start_up_to_ = bytes_;
  bytes_ += slow_start ? bytes : std::max<std::size_t>(1, packet_ * bytes / bytes_);
  bytes_ = std::min(bytes_, options_.max_window);
}

void Window::end_round(MonotonicTime now) {
  const double seconds = static_cast<double>((now - round_began_).count()) / 1e6;
  const double rate = static_cast<double>(arrived_) / std::max(seconds, 1e-6);
  const auto all = static_cast<double>(arrived_ + missing_);
  if (held_back_ && trusted_ > 0) --trusted_;
  if (test_) judge(rate);
  last_rate_ = rate;
  last_loss_ = all > 0 ? static_cast<double>(missing_) / all : 0;
  round_began_ = now;
  arrived_ = missing_ = 0;
  held_back_ = false;
}

void Window::judge(double rate) {
  if (++test_->rounds == 0) return;
  test_->arrived += rate;
  if (test_->rounds < kTestRounds) return;
  const Test test = *std::exchange(test_, std::nullopt);
  if (test.arrived / kTestRounds > test.rate * kInProportion) return;  // less was sent, as much came through
  bytes_ = std::max(bytes_, test.bytes);
  slow_start_up_to_ = std::max(slow_start_up_to_, test.slow_start_up_to);
  trusted_ = kTrustRounds;
  noise_ = std::max(test.loss, kLeastNoise) * kNoiseMargin + kLeastNoise;
}

void Window::lost(MonotonicTime sent, MonotonicTime now, std::size_t bytes) {
  missing_ += bytes;
  if (sent <= shrunk_) return;  // sent before the last reaction: the same event
  shrunk_ = now;
  const auto all = static_cast<double>(arrived_ + missing_);
  const double loss = std::max(last_loss_, all > 0 ? static_cast<double>(missing_) / all : 0);
  if (trusted_ > 0 && queue_is_empty() && last_loss_ <= noise_) return;
  const bool may_be_noise = queue_is_empty() && last_rate_ > 0 && least_ != Microseconds::max();
  if (may_be_noise && !test_) test_ = Test{bytes_, slow_start_up_to_, last_rate_, std::min(loss, 0.5), -1, 0};
  if (!may_be_noise) test_.reset(), trusted_ = 0;
  bytes_ = std::max(bytes_ / 10 * kCut, options_.min_window);
  slow_start_up_to_ = bytes_;
}

}  // namespace openline
