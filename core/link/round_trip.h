// SPDX-License-Identifier: Apache-2.0
// The round trip of a path, estimated as in RFC 9002 section 5.3 (protocol.md section 6.3).
#pragma once

#include <optional>

#include "core/wire/time.h"

namespace openline {

class RoundTrip {
 public:
  static constexpr Microseconds kFirstTimeout = Seconds{1};  // before the first sample
  static constexpr Microseconds kMaxTimeout = Seconds{10};

  explicit RoundTrip(Milliseconds max_ack_delay) : max_ack_delay_(max_ack_delay) {}
  void sample(Microseconds measured, Microseconds ack_delay);
  [[nodiscard]] std::optional<Microseconds> smoothed() const { return smoothed_; }
  [[nodiscard]] Microseconds latest() const { return latest_; }
  // How long after its sending an overtaken packet counts as lost: 9/8 of the larger of smoothed and latest.
  [[nodiscard]] Microseconds loss_delay() const;
  // How long to wait for any acknowledgement, doubled for each time that none came.
  [[nodiscard]] Microseconds probe_timeout(int doublings) const;

 private:
  Microseconds max_ack_delay_;
  std::optional<Microseconds> smoothed_;
  Microseconds latest_{}, least_{}, variance_{};
};

}  // namespace openline
