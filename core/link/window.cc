// SPDX-License-Identifier: Apache-2.0
#include "core/link/window.h"

#include <algorithm>
#include <utility>

namespace openline {
namespace {

constexpr std::size_t kCut = 7;         // tenths that are left
constexpr double kInProportion = 0.85;  // of the rate before a cut: less than that came through
constexpr double kNoiseMargin = 1.5;    // of the loss that was found to be noise, and a little
constexpr double kLeastNoise = 0.02, kMostNoise = 0.6;
constexpr std::size_t kGrowth = 64;  // of an empty queue's path, a round trip: so much of the window
constexpr int kLittle = 12;          // of the least round trip: so much of a queue stays
constexpr double kPace = 1.25, kFastPace = 2.0;  // times the window in a round trip; in slow start

double seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

}  // namespace

Microseconds Window::pace(std::size_t packet, Microseconds round_trip) const {
  const double per_trip = static_cast<double>(bytes_) * (in_slow_start() ? kFastPace : kPace);
  return Microseconds{static_cast<std::int64_t>(static_cast<double>(round_trip.count()) *
                                                static_cast<double>(packet) / per_trip)};
}

void Window::carries(std::size_t packet) {
  packet_ = packet;
  rounds_.carries(packet);
  bytes_ = std::max(bytes_, floor());
}

void Window::acknowledged(std::size_t bytes, std::size_t in_flight_before, Microseconds round_trip,
                          MonotonicTime now) {
  const bool limited = in_flight_before * 2 >= bytes_;
  silent_ = false;
  const std::size_t before = bytes_;  // of what is put back now, nothing has left so far
  const auto round = rounds_.acknowledged(bytes, limited, round_trip, now);
  watch_idle(in_flight_before);
  if (round) end_round(*round, now), round_bytes_ = std::min(before, bytes_);
  if (limited && !test_) grow(bytes);
}

// By what is acknowledged; then, a round trip, by some packets: the same for all, so that flows become equal.
void Window::grow(std::size_t bytes) {
  const bool queue = rounds_.shows_queue(rounds_.recent());
  // Before it is full, a queue says by a longer round trip that the path has no more to give.
  if (in_slow_start() && queue && bytes_ > options_.initial_window) slow_start_up_to_ = bytes_, full_ = true;
  std::size_t more = bytes;
  if (!in_slow_start()) more = (queue ? packet_ : 2 * packet_ + bytes_ / kGrowth) * bytes / bytes_;
  bytes_ = std::min(bytes_ + std::max<std::size_t>(more, 1), options_.max_window);
}

void Window::end_round(const Round& round, MonotonicTime now) {
  if (round.held_back && trusted_ > 0) --trusted_;
  if (round.held_back && rival_ > 0) --rival_;
  if (round.held_back) watch_floor(round);
  if (!test_) return try_shorter_queue(round, now);
  // What was sent before the cut still arrives.
  if (round.began < test_->counts_from) return void(test_->rate = std::max(test_->rate, round.rate));
  if (!round.held_back) return drop_test();
  test_->what == Test::Of::kLoss ? judge_loss(round) : judge_queue(round);
}

// The least window makes no queue on most paths, and cannot be made less: what shows is the path itself,
// which has another round trip now.
void Window::watch_floor(const Round& round) {
  const bool at_floor = bytes_ < floor() + packet_ && rounds_.shows_queue(round.least);
  floor_rounds_ = at_floor ? floor_rounds_ + 1 : 0;
  if (floor_rounds_ >= kFloorRounds) route_changed();
}

// Nor does a packet by itself.
void Window::watch_idle(std::size_t in_flight) {
  idle_samples_ = in_flight <= 2 * packet_ ? idle_samples_ + 1 : 0;
  if (idle_samples_ >= Rounds::kRecent && rounds_.shows_queue(rounds_.recent())) route_changed();
}

void Window::route_changed() {
  rounds_.forget_least();
  test_.reset();
  floor_rounds_ = rival_ = 0;
  full_ = false;
  slow_start_up_to_ = options_.max_window;
}

// Less arrived because less was there to be sent: that says nothing of loss, and a cut that nothing speaks
// for does not stay.
void Window::drop_test() {
  const Test test = *std::exchange(test_, std::nullopt);
  if (test.what == Test::Of::kLoss) put_back(test);
}

void Window::put_back(const Test& test) {
  bytes_ = std::max(bytes_, test.bytes);
  slow_start_up_to_ = std::max(slow_start_up_to_, test.slow_start_up_to);
}

void Window::judge_loss(const Round& round) {
  test_->arrived += round.rate;
  test_->loss = std::max(test_->loss, round.loss);
  if (++test_->rounds < kTestRounds) return;
  const Test test = *std::exchange(test_, std::nullopt);
  if (test.arrived / kTestRounds > test.rate * kInProportion) {  // less was sent, as much came through
    trust_ = kTrustRounds;
    return;
  }
  put_back(test);
  if (!full_) slow_start_up_to_ = options_.max_window;  // nothing but noise has ended slow start so far
  trusted_ = trust_;
  trust_ = std::min(trust_ * 2, kMaxTrustRounds);
  noise_ = std::clamp(test.loss, kLeastNoise, kMostNoise) * kNoiseMargin + kLeastNoise;
}

void Window::judge_queue(const Round& round) {
  const Test test = *std::exchange(test_, std::nullopt);
  if (rounds_.is_at_most(round.least, test.expected)) return;
  put_back(test);
  rival_ = kRivalRounds;
}

// What of the window makes no queue. The round trips tell of a window as it was a round ago; in slow start it
// has doubled since. What is lost already, or waits to be acknowledged, is part of it.
std::size_t Window::without(const Round& round, Microseconds queue) const {
  const auto waits = static_cast<std::size_t>(round.sent * seconds(std::max(queue, Microseconds{})));
  const std::size_t then = std::min(bytes_, round_bytes_);
  return then - std::min(then, waits);
}

void Window::try_shorter_queue(const Round& round, MonotonicTime now) {
  if (rival_ > 0 || in_slow_start() || !round.held_back || !rounds_.shows_queue(round.least)) return;
  if (round.rate <= 0) return;
  full_ = true;
  test_ = Test{.what = Test::Of::kQueue,
               .bytes = bytes_,
               .slow_start_up_to = slow_start_up_to_,
               .counts_from = now + rounds_.recent()};
  // Without what waits, but for a little, so that nothing is idle.
  const Microseconds queue = rounds_.recent() - rounds_.least(), little = rounds_.least() / kLittle;
  const std::size_t left = without(round, queue - little);
  cut(left);
  const auto in_time = [&](std::size_t bytes) {
    return Microseconds{static_cast<std::int64_t>(static_cast<double>(bytes) / round.sent * 1e6)};
  };
  const Microseconds rest = std::min(queue, little + in_time(bytes_ - left));
  test_->expected = std::max(rounds_.least() + rest, in_time(bytes_));
}

void Window::cut(std::size_t bytes) {
  bytes_ = std::max(bytes, floor());
  slow_start_up_to_ = bytes_;
}

void Window::lost(MonotonicTime sent, MonotonicTime now, std::size_t bytes) {
  rounds_.lost(bytes);
  if (sent <= shrunk_) return;  // sent before the last reaction: the same event
  if (!rounds_.last()) return;  // what is so early says nothing yet
  shrunk_ = now;
  const bool queue = rounds_.shows_queue(rounds_.recent());
  const bool as_before = trusted_ > 0 && rounds_.last()->loss_lately <= noise_;
  if (as_before && (!queue || rival_ == 0)) return;  // a queue of our own is made shorter when a round ends
  if (queue) test_.reset(), trusted_ = 0, full_ = true;
  if (!queue && !test_) {
    test_ = Test{.what = Test::Of::kLoss,
                 .bytes = bytes_,
                 .slow_start_up_to = slow_start_up_to_,
                 .rate = rounds_.last()->rate,
                 .loss = rounds_.loss(),
                 .counts_from = now + rounds_.recent()};
  } else if (test_ && test_->what == Test::Of::kLoss) {
    return;  // one cut is on trial
  }
  // What waits hides a cut: as much arrives as before, whatever was lost.
  const Round& last = *rounds_.last();
  const std::size_t apart = without(last, rounds_.recent() - rounds_.least());
  const bool enough = queue && last.held_back;  // else nobody knows how much it was that waited
  cut(enough ? std::max(apart, bytes_ / 10 * kCut) : (queue ? bytes_ : apart) / 10 * kCut);
}

void Window::unanswered(std::size_t in_flight, MonotonicTime now) {
  if (in_flight * 2 < bytes_) return;  // it was not the window that sent too much
  shrunk_ = now;
  test_.reset();
  if (!std::exchange(silent_, true)) slow_start_up_to_ = bytes_;
  bytes_ = std::max(bytes_ / 2, floor());
}

}  // namespace openline
