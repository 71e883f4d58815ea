// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/path_totals.h"

#include <algorithm>

namespace openline::daemon {
namespace {

template <class T>
void keep_more(std::optional<T>& best, const std::optional<T>& other) {
  best = std::max(best, other);  // nothing is less than anything
}
template <class T>
void keep_less(std::optional<T>& best, const std::optional<T>& other) {
  if (other && (!best || *other < *best)) best = other;
}

void add(PathTotals& total, const PathStatus& path, const PathQueue& queue) {
  const bool up = path.state == PathState::kUp;
  total.up = total.up || up;
  keep_more(total.declared_rate, path.declared_rate);
  keep_more(total.measured_rate, path.measured_rate);
  keep_more(total.last_heard, path.last_heard);
  if (up) {
    keep_less(total.round_trip, path.round_trip);
    keep_less(total.loss, std::optional(path.loss));
    keep_less(total.queue_time, queue.time);
  }
  total.in_flight += path.in_flight;
  total.queued = std::max(total.queued, queue.bytes);
  total.bytes_sent += path.bytes_sent;
  total.bytes_received += path.bytes_received;
  total.packets_sent += path.packets_sent;
  total.packets_received += path.packets_received;
  total.packets_lost += path.packets_lost;
  total.bytes_repeated += path.bytes_repeated;
  total.bytes_padded += path.bytes_padded;
}

}  // namespace

std::map<std::string, PathTotals> path_totals(const LinkStatus& link, const LinkTraffic& traffic) {
  std::map<std::string, PathTotals> totals;
  for (std::size_t at = 0; at < link.paths.size(); ++at) {
    const PathQueue queue = at < traffic.queues.size() ? traffic.queues[at] : PathQueue{};
    add(totals[link.paths[at].name], link.paths[at], queue);
  }
  return totals;
}

}  // namespace openline::daemon
