// SPDX-License-Identifier: Apache-2.0
// What came of the packets of a path, round trip by round trip: how much arrived, how much was lost, and
// whether packets waited in a queue on the way (protocol.md section 6.4).
//
// The least round trip is that of the path when its queue is empty. It is remembered for half a minute to a
// minute, since routes change.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/wire/time.h"

namespace openline {

struct Round {
  MonotonicTime began{};
  double rate = 0;                           // bytes that arrived, a second
  double loss = 0;                           // share of the bytes whose fate became known
  double sent = 0;                           // bytes that left, lost ones too, a second; lately
  double loss_lately = 0;                    // of this round and some before it
  Microseconds least = Microseconds::max();  // round trip in it
  bool held_back = false;                    // the window limited what was sent
};

class Rounds {
 public:
  static constexpr Seconds kMemory{30};      // of the least round trip; twice as long at most
  static constexpr std::size_t kRecent = 4;  // samples of which the least says what the round trip is lately

  explicit Rounds(std::size_t packet) : packet_(packet) {}

  // Packets were acknowledged, or found lost. The first gives the round that ended with it, if one did.
  std::optional<Round> acknowledged(std::size_t bytes, bool held_back, Microseconds round_trip,
                                    MonotonicTime now);
  void lost(std::size_t bytes) { missing_ += bytes; }

  void carries(std::size_t packet) { packet_ = packet; }
  void forget_least() { least_ = least_before_ = recent(); }

  [[nodiscard]] const std::optional<Round>& last() const { return last_; }
  [[nodiscard]] double loss() const;  // of the last round or of this one, whichever is more
  [[nodiscard]] bool knows_path() const { return least() != Microseconds::max(); }
  [[nodiscard]] Microseconds least() const { return std::min(least_, least_before_); }
  [[nodiscard]] Microseconds recent() const;
  // Whether such a round trip says that packets waited: a quarter above the least, and what the systems'
  // whims may take.
  [[nodiscard]] bool shows_queue(Microseconds round_trip) const;
  // Whether it is as expected, or less: an eighth above that and the time of a packet.
  [[nodiscard]] bool is_at_most(Microseconds round_trip, Microseconds expected) const;

 private:
  void start_over(MonotonicTime now);
  void remember(Round& round, double seconds);
  [[nodiscard]] Microseconds time_of_packet() const;
  [[nodiscard]] Microseconds whims() const;
  void sample(Microseconds round_trip, MonotonicTime now);

  std::size_t packet_;
  MonotonicTime began_{};
  std::size_t arrived_ = 0, missing_ = 0;
  bool held_back_ = false;
  Microseconds least_in_round_ = Microseconds::max();
  std::optional<Round> last_;
  // Of the rounds that were held back, the older the less.
  double bytes_lately_ = 0, missing_lately_ = 0, seconds_lately_ = 0;

  std::array<Microseconds, kRecent> recent_{};
  std::size_t samples_ = 0;
  Microseconds least_ = Microseconds::max(), least_before_ = Microseconds::max();
  MonotonicTime least_since_{};
};

}  // namespace openline
