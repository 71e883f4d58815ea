// SPDX-License-Identifier: Apache-2.0
// How fast the parts of a file come, by those that came last.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/wire/time.h"

namespace openline {

class ArrivalPace {
 public:
  static constexpr std::size_t kMaxRemembered = 9;  // parts; the oldest only begins the time of the others
  static constexpr int kStalled = 4;  // gaps without a part: then the pace says nothing any more

  void came(MonotonicTime now);
  // How long so many more should take. nullopt: fewer than two came, or none for long.
  [[nodiscard]] std::optional<Microseconds> time_for(std::uint64_t parts, MonotonicTime now) const;

 private:
  std::deque<MonotonicTime> came_;
};

}  // namespace openline
