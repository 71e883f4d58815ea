// SPDX-License-Identifier: Apache-2.0
// docs/api.md section 5.
#pragma once

#include <chrono>
#include <cstddef>

namespace openline::daemon {

struct HttpLimits {
  std::size_t max_connections = 64;
  std::size_t max_busy = 32;                // beyond them, told so; further ones are closed unheard
  std::chrono::seconds idle{60};            // between requests
  std::chrono::seconds progress{30};        // within a request or an answer
  std::chrono::seconds stalled_stream{15};  // an event stream whose reader does not read
  std::chrono::seconds alive{15};           // a sign of life on event streams
  std::size_t max_events = 1024;            // waiting for one reader
  std::size_t max_event_bytes = 1 << 20;
};

}  // namespace openline::daemon
