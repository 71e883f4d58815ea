// SPDX-License-Identifier: Apache-2.0
// A path to a station over all addresses at which it is reached there: what metrics say of it, which know
// paths by their names alone.
#pragma once

#include <map>

#include "core/station/status.h"

namespace openline::daemon {

struct PathTotals {
  bool up = false;
  std::optional<std::uint64_t> declared_rate, measured_rate;  // bytes a second; of the best address
  std::optional<Microseconds> round_trip;                     // the shortest
  std::optional<double> loss;                                 // the least, of addresses that are up
  std::size_t in_flight = 0, queued = 0;                      // bytes; queued: of the address with most
  std::optional<Microseconds> queue_time;                     // the shortest
  std::optional<MonotonicTime> last_heard;
  std::uint64_t bytes_sent = 0, bytes_received = 0, packets_sent = 0, packets_received = 0;
  std::uint64_t packets_lost = 0, bytes_repeated = 0, bytes_padded = 0;
};

// By path name.
[[nodiscard]] std::map<std::string, PathTotals> path_totals(const LinkStatus& link,
                                                            const LinkTraffic& traffic);

}  // namespace openline::daemon
