// SPDX-License-Identifier: Apache-2.0
#include "core/link/window.h"

#include <algorithm>

namespace openline {

void Window::acknowledged(std::size_t bytes, std::size_t in_flight_before) {
  if (in_flight_before * 2 < bytes_) return;  // it was not the window that held things back
  const bool slow_start = bytes_ < slow_start_up_to_;
  bytes_ += slow_start ? bytes : std::max<std::size_t>(1, packet_ * bytes / bytes_);
  bytes_ = std::min(bytes_, options_.max_window);
}

void Window::lost(MonotonicTime sent, MonotonicTime now) {
  if (sent <= shrunk_) return;  // sent before the last reaction: the same event
  shrunk_ = now;
  bytes_ = std::max(bytes_ / 10 * 7, options_.min_window);
  slow_start_up_to_ = bytes_;
}

}  // namespace openline
