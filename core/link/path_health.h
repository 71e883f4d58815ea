// SPDX-License-Identifier: Apache-2.0
// Whether a path carries anything (protocol.md section 6.5): heartbeats, and how long a silence means down.
#pragma once

#include <optional>

#include "core/link/switchboard.h"

namespace openline {

// How often heartbeats go now. `since` is when it last became busy.
struct HeartbeatPace {
  bool busy = false;
  MonotonicTime since{};
};

class PathHealth {
 public:
  // `at_least`: heartbeats go at least so often, so that a NAT keeps the way back open.
  PathHealth(const LinkOptions& options, std::optional<std::uint64_t> declared_rate,
             std::optional<Microseconds> at_least = {})
      : options_(options), declared_rate_(declared_rate), at_least_(at_least) {}

  // Each says whether the state changed.
  bool heard(MonotonicTime now);
  bool check(const HeartbeatPace& pace, MonotonicTime now);  // down after the detection time
  bool set_down(MonotonicTime now);
  bool set_untried(MonotonicTime now);

  void sent(MonotonicTime now);
  void acknowledged(std::size_t packets);  // outcomes of packets, for the measured loss
  void lost(std::size_t packets);

  [[nodiscard]] MonotonicTime ping_due(const HeartbeatPace& pace) const;
  [[nodiscard]] MonotonicTime check_due(const HeartbeatPace& pace) const;  // kNever when it cannot go down
  [[nodiscard]] Microseconds detection_time(bool busy) const;
  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] PathState state() const { return state_; }
  [[nodiscard]] std::optional<MonotonicTime> last_heard() const { return last_heard_; }
  [[nodiscard]] std::optional<MonotonicTime> state_since() const { return state_since_; }

 private:
  [[nodiscard]] Microseconds interval(bool busy) const;
  bool become(PathState state, MonotonicTime now);
  void outcome(double lost);

  const LinkOptions& options_;
  std::optional<std::uint64_t> declared_rate_;
  std::optional<Microseconds> at_least_;
  PathState state_ = PathState::kUntried;
  std::optional<MonotonicTime> last_heard_, last_sent_, first_sent_, state_since_;
  double loss_ = 0;
};

}  // namespace openline
