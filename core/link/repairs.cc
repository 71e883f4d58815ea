// SPDX-License-Identifier: Apache-2.0
#include "core/link/repairs.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {

std::size_t whole_symbols(const RangeSet& parts, const Cut& cut, std::uint64_t size) {
  std::size_t whole = 0;
  for (std::size_t at = 0; at < cut.count; ++at) {
    const std::uint64_t from = at * cut.size;
    if (parts.contains({from, std::min<std::uint64_t>(from + cut.size, size)})) ++whole;
  }
  return whole;
}

std::optional<std::uint8_t> Repairs::next() const {
  const std::size_t all = kMaxSymbols - cut_.count;
  for (std::size_t tried = 0; tried < all; ++tried) {
    const std::size_t index = cut_.count + (after_ + tried) % all;
    if (!on_way_[index] && !arrived_[index]) return static_cast<std::uint8_t>(index);
  }
  return std::nullopt;
}

void Repairs::sent(std::uint8_t index, MonotonicTime now) {
  OPENLINE_ASSERT(index >= cut_.count);
  on_way_.set(index);
  after_ = index - cut_.count + 1U;
  last_sent_ = now;
}

void Repairs::acknowledged(std::uint8_t index) {
  on_way_.reset(index);
  arrived_.set(index);
}

}  // namespace openline
