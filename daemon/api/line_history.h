// SPDX-License-Identifier: Apache-2.0
// How each line did during the last day, as this station saw it: in memory, and begun anew with each start.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "core/station/status.h"

namespace openline::daemon {

class LineHistory {
 public:
  static constexpr Seconds kEvery{300};
  static constexpr std::size_t kMaxSamples = 288;  // of a line: a day of them; the oldest goes

  struct Sample {
    WallTime time;
    // Of the best path that is up, which is the one with the shortest round trip; of several members the one
    // whose best is the slowest. nullopt: no path is up, or nothing was measured yet.
    std::optional<Microseconds> round_trip;
    std::optional<double> loss;         // 0 to 1
    LineLamp lamp = LineLamp::kSilent;  // the worst that was seen since the sample before
  };

  explicit LineHistory(WallTime began) : began_(began) {}
  void look(const StationStatus& status, Now now);  // every few seconds
  [[nodiscard]] WallTime began() const { return began_; }
  [[nodiscard]] const std::deque<Sample>& samples(const LineId& line) const;  // oldest first

 private:
  struct Line {
    std::deque<Sample> samples;
    MonotonicTime next{};
    LineLamp worst = LineLamp::kOpenAttended;
  };
  WallTime began_;
  std::map<LineId, Line> lines_;
};

}  // namespace openline::daemon
