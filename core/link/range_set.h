// SPDX-License-Identifier: Apache-2.0
// A set of numbers as sorted half-open ranges that neither overlap nor touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace openline {

struct Range {
  std::uint64_t from = 0;
  std::uint64_t to = 0;  // one past the last
  [[nodiscard]] std::uint64_t size() const { return to - from; }
  auto operator<=>(const Range&) const = default;
};

class RangeSet {
 public:
  void add(Range range);  // an empty range changes nothing
  void remove(Range range);
  void remove(const RangeSet& other);
  void clear() { ranges_.clear(); }
  [[nodiscard]] bool contains(Range range) const;  // all of it
  [[nodiscard]] bool contains(std::uint64_t number) const { return contains({number, number + 1}); }
  [[nodiscard]] std::uint64_t total() const;  // how many numbers
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }  // ascending

 private:
  [[nodiscard]] std::size_t first_ending_after(std::uint64_t number) const;
  std::vector<Range> ranges_;
};

}  // namespace openline
