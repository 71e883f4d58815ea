// SPDX-License-Identifier: Apache-2.0
// How many bytes may be unacknowledged on a path whose rate is measured (protocol.md section 6.4). A lossy
// path is slow, never dead: the window has a floor, and shrinks at most once a round trip.
//
// Two questions are answered by an experiment, the window's own cut, and by what comes of it:
//   Loss, while no packets wait in a queue. Is it noise? If what arrives falls in proportion to the cut it
//   was: the window is put back, and loss of that size is taken for noise for a while.
//   A queue that does not go away. Is it only ours? If it is gone after a cut by as much as waits in it, the
//   cut stays, and the queue is short. If not, somebody else fills it, and the window is put back: whoever
//   yields to a flow that fills queues gets nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "core/link/rounds.h"
#include "core/link/switchboard.h"

namespace openline {

class Window {
 public:
  static constexpr int kTestRounds = 3;    // round trips for which a cut on loss is watched
  static constexpr int kTrustRounds = 32;  // for which noise is then believed to be noise; doubled each time
  static constexpr int kMaxTrustRounds = 256;
  static constexpr int kRivalRounds = 32;  // for which a queue is then believed to be somebody else's

  static constexpr std::size_t kFloorPackets = 4;
  static constexpr int kFloorRounds = 4;  // with a queue at the least window: the least round trip is wrong

  Window(const LinkOptions& options, std::size_t packet)
      : options_(options),
        packet_(packet),
        bytes_(std::max(options.initial_window, floor())),
        slow_start_up_to_(options.max_window),
        rounds_(packet) {}

  // The path carries packets of this size now. The floor is some of them: with less than a few under way each
  // would wait until the far end tires of waiting for the next, and a FLASH with it.
  void carries(std::size_t packet);

  [[nodiscard]] bool has_room(std::size_t in_flight) const { return in_flight < bytes_; }
  // The urgent may go a little beyond the window, so that it never waits for an acknowledgement of something
  // else.
  [[nodiscard]] bool has_room_for_urgent(std::size_t in_flight) const { return in_flight < bytes_ + floor(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool in_slow_start() const { return bytes_ < slow_start_up_to_; }
  [[nodiscard]] bool takes_loss_for_noise() const { return trusted_ > 0; }
  [[nodiscard]] bool has_rival() const { return rival_ > 0; }
  // How long a packet of so many bytes takes at the pace at which a window leaves in a round trip, and a
  // little faster, so that it is the window that limits.
  [[nodiscard]] Microseconds pace(std::size_t packet, Microseconds round_trip) const;

  // Packets were acknowledged: so many bytes, the newest of them after this round trip.
  void acknowledged(std::size_t bytes, std::size_t in_flight_before, Microseconds round_trip,
                    MonotonicTime now);
  void lost(MonotonicTime sent, MonotonicTime now, std::size_t bytes);  // the newest of them was sent then
  // Nothing was acknowledged for a probe timeout, of so much. When something is again, the window grows back
  // quickly.
  void unanswered(std::size_t in_flight, MonotonicTime now);

 private:
  struct Test {
    enum class Of { kLoss, kQueue } what{};
    std::size_t bytes = 0, slow_start_up_to = 0;  // before the cut
    double rate = 0, loss = 0;
    Microseconds expected{};      // round trip after the cut, if the queue is ours
    MonotonicTime counts_from{};  // what was sent before the cut has arrived
    int rounds = 0;
    double arrived = 0;
  };
  [[nodiscard]] std::size_t floor() const { return std::max(options_.min_window, kFloorPackets * packet_); }
  void grow(std::size_t bytes);
  void end_round(const Round& round, MonotonicTime now);
  void judge_loss(const Round& round);
  void judge_queue(const Round& round);
  void try_shorter_queue(const Round& round, MonotonicTime now);
  [[nodiscard]] std::size_t without(const Round& round, Microseconds queue) const;
  void watch_floor(const Round& round);
  void watch_idle(std::size_t in_flight);
  void route_changed();
  void drop_test();
  void put_back(const Test& test);
  void cut(std::size_t bytes);

  const LinkOptions& options_;
  std::size_t packet_;
  std::size_t bytes_;
  std::size_t slow_start_up_to_;
  MonotonicTime shrunk_ = MonotonicTime::min();
  std::size_t round_bytes_ = bytes_;  // when the last round ended
  bool full_ = false;                 // a queue has shown: there was no more to be had
  bool silent_ = false;               // `unanswered` came last
  Rounds rounds_;
  std::optional<Test> test_;
  int trusted_ = 0;  // rounds left in which loss up to `noise_` is noise
  int trust_ = kTrustRounds;
  double noise_ = 0;
  int floor_rounds_ = 0;          // with a queue, in a row
  std::size_t idle_samples_ = 0;  // round trips in a row with hardly anything under way
  int rival_ = 0;                 // rounds left in which the queue is somebody else's
};

}  // namespace openline
