// SPDX-License-Identifier: Apache-2.0
// How many bytes may be unacknowledged on a path whose rate is measured (protocol.md section 6.4). A lossy
// path is slow, never dead: the window has a floor, and shrinks at most once a round trip.
//
// Loss comes of a full queue or of noise. Where packets are lost though none wait (the round trip is near its
// least), cutting the window tells: if what arrives falls in proportion it was noise, and the window is put
// back and loss of that size taken for noise for a while; if not, the queue was full and the cut stays.
#pragma once

#include <cstddef>
#include <optional>

#include "core/link/switchboard.h"

namespace openline {

class Window {
 public:
  static constexpr int kTestRounds = 2;    // round trips for which a cut is watched
  static constexpr int kTrustRounds = 32;  // for which noise is then believed to be noise

  Window(const LinkOptions& options, std::size_t packet)
      : options_(options),
        packet_(packet),
        bytes_(options.initial_window),
        slow_start_up_to_(options.max_window) {}

  [[nodiscard]] bool has_room(std::size_t in_flight) const { return in_flight < bytes_; }
  // The urgent may go a little beyond the window, so that it never waits for an acknowledgement of something
  // else.
  [[nodiscard]] bool has_room_for_urgent(std::size_t in_flight) const {
    return in_flight < bytes_ + options_.min_window;
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool takes_loss_for_noise() const { return trusted_ > 0; }
  // Packets were acknowledged: so many bytes, the newest of them after this round trip.
  void acknowledged(std::size_t bytes, std::size_t in_flight_before, Microseconds round_trip,
                    MonotonicTime now);
  void lost(MonotonicTime sent, MonotonicTime now, std::size_t bytes);  // the newest of them was sent then

 private:
  void end_round(MonotonicTime now);
  void judge(double rate);
  [[nodiscard]] bool queue_is_empty() const;

  const LinkOptions& options_;
  std::size_t packet_;
  std::size_t bytes_;
  std::size_t slow_start_up_to_;
  MonotonicTime shrunk_ = MonotonicTime::min();

  // Round trips, one after the other: what arrived and what was lost in each.
  MonotonicTime round_began_{};
  std::size_t arrived_ = 0, missing_ = 0;
  bool held_back_ = false;  // the window was what limited this round
  Microseconds latest_{}, least_ = Microseconds::max();
  double last_rate_ = 0, last_loss_ = 0;  // bytes/s and share of the last whole round

  struct Test {
    std::size_t bytes = 0, slow_start_up_to = 0;  // before the cut
    double rate = 0, loss = 0;
    int rounds = -1;  // the one in which the cut was made does not count
    double arrived = 0;
  };
  std::optional<Test> test_;
  int trusted_ = 0;  // rounds left in which loss up to `noise_` is noise
  double noise_ = 0;
};

}  // namespace openline
