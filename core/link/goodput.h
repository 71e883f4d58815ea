// SPDX-License-Identifier: Apache-2.0
// What a path carried lately: bytes of packets that were acknowledged, a second. How fast a path is shows
// only while there is more to send than it takes; what arrives at other times is no more than a lower bound,
// and only raises what is known.
#pragma once

#include <cstddef>
#include <optional>

#include "core/wire/time.h"

namespace openline {

class Goodput {
 public:
  static constexpr Microseconds kLeastRound =
      Milliseconds{250};  // shorter ones say more of chance than of rate

  // Packets of so many bytes were acknowledged after `round_trip`. `kept_busy`: others are on their way, and
  // more waits than the path takes.
  void acknowledged(std::size_t bytes, bool kept_busy, Microseconds round_trip, MonotonicTime now);
  // Bytes a second; nullopt before the first whole round in which it was kept busy.
  [[nodiscard]] std::optional<double> rate() const { return rate_; }

 private:
  void end_round(double rate);
  std::optional<MonotonicTime>
      began_;  // of the round; its first acknowledgement begins it and does not count
  std::size_t bytes_ = 0;
  bool kept_busy_ = true;  // throughout
  std::optional<double> rate_;
};

}  // namespace openline
