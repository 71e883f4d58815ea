// SPDX-License-Identifier: Apache-2.0
#include "core/station/arrival_pace.h"

#include <algorithm>

namespace openline {

void ArrivalPace::came(MonotonicTime now) {
  came_.push_back(now);
  if (came_.size() > kMaxRemembered) came_.pop_front();
}

std::optional<Microseconds> ArrivalPace::time_for(std::uint64_t parts, MonotonicTime now) const {
  if (came_.size() < 2) return std::nullopt;
  const Microseconds gap = (came_.back() - came_.front()) / static_cast<std::int64_t>(came_.size() - 1);
  const Microseconds silent = now - came_.back();
  // Several parts are under way at once: they may come together, and then none for as long.
  if (silent > std::max<Microseconds>(gap * kStalled, Seconds{1})) return std::nullopt;
  const Microseconds all = gap * static_cast<std::int64_t>(parts);
  return std::max(all - std::min(silent, gap), Microseconds{});
}

}  // namespace openline
