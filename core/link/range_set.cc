// SPDX-License-Identifier: Apache-2.0
#include "core/link/range_set.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {

// Index of the first range with `to` >= number. Additions at the end, the usual case, cost nothing.
std::size_t RangeSet::first_ending_after(std::uint64_t number) const {
  if (ranges_.empty() || ranges_.back().to < number) return ranges_.size();
  const auto found = std::ranges::lower_bound(ranges_, number, {}, &Range::to);
  return static_cast<std::size_t>(found - ranges_.begin());
}

std::uint64_t RangeSet::total() const {
  std::uint64_t sum = 0;
  for (const Range& range : ranges_) sum += range.size();
  return sum;
}

void RangeSet::add(Range range) {
  OPENLINE_ASSERT(range.from <= range.to);
  if (range.size() == 0) return;
  const std::size_t first = first_ending_after(range.from);
  std::size_t last = first;
  for (; last < ranges_.size() && ranges_[last].from <= range.to; ++last) {
    range = {std::min(range.from, ranges_[last].from), std::max(range.to, ranges_[last].to)};
  }
  const auto at = ranges_.begin() + static_cast<std::ptrdiff_t>(first);
  if (first == last) {
    ranges_.insert(at, range);
  } else {
    *at = range;
    ranges_.erase(at + 1, ranges_.begin() + static_cast<std::ptrdiff_t>(last));
  }
}

void RangeSet::remove(Range range) {
  if (range.size() == 0) return;
  std::size_t at = first_ending_after(range.from + 1);
  while (at < ranges_.size() && ranges_[at].from < range.to) {
    const Range whole = ranges_[at];
    const auto place = ranges_.begin() + static_cast<std::ptrdiff_t>(at);
    if (whole.from < range.from && whole.to > range.to) {
      *place = {whole.from, range.from};
      ranges_.insert(place + 1, {range.to, whole.to});
      return;
    }
    if (whole.from < range.from) {
      place->to = range.from;
      ++at;
    } else if (whole.to > range.to) {
      place->from = range.to;
      return;
    } else {
      ranges_.erase(place);
    }
  }
}

void RangeSet::remove(const RangeSet& other) {
  for (const Range& range : other.ranges_) remove(range);
}

bool RangeSet::contains(Range range) const {
  if (range.size() == 0) return true;
  const std::size_t at = first_ending_after(range.to);
  return at < ranges_.size() && ranges_[at].from <= range.from;
}

}  // namespace openline
