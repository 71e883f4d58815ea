// SPDX-License-Identifier: Apache-2.0
// How many bytes may be unacknowledged on a path (protocol.md section 6.4). A lossy path is slow, never
// dead: the window has a floor, and shrinks at most once a round trip.
#pragma once

#include <cstddef>

#include "core/link/switchboard.h"

namespace openline {

class Window {
 public:
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
  void acknowledged(std::size_t bytes, std::size_t in_flight_before);
  void lost(MonotonicTime sent, MonotonicTime now);  // the newest packet that was lost

 private:
  const LinkOptions& options_;
  std::size_t packet_;
  std::size_t bytes_;
  std::size_t slow_start_up_to_;
  MonotonicTime shrunk_ = MonotonicTime::min();
};

}  // namespace openline
