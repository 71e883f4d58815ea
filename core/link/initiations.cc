// SPDX-License-Identifier: Apache-2.0
#include "core/link/initiations.h"

#include <algorithm>

namespace openline {

std::optional<std::uint32_t> Initiations::add(Initiation initiation) {
  repeats_ = 0;
  pending_.push_back(std::move(initiation));
  if (pending_.size() <= kMax) return std::nullopt;
  const std::uint32_t oldest = pending_.front().index;
  pending_.pop_front();
  return oldest;
}

Initiation* Initiations::find(std::uint32_t index) {
  const auto found = std::ranges::find(pending_, index, &Initiation::index);
  return found == pending_.end() ? nullptr : &*found;
}

std::vector<std::uint32_t> Initiations::clear() {
  std::vector<std::uint32_t> indices;
  for (const Initiation& initiation : pending_) indices.push_back(initiation.index);
  pending_.clear();
  hurry();
  return indices;
}

void Initiations::sent(MonotonicTime now, Microseconds longest) {
  ++repeats_;
  last_sent_ = now;
  const Microseconds interval = std::min(interval_, longest);
  due_ = now + interval;
  interval_ = std::min(interval * 2, longest);
}

}  // namespace openline
