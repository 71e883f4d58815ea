// SPDX-License-Identifier: Apache-2.0
// How long the store's commits took since the start, for metrics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace openline::daemon {

struct CommitTimes {
  static constexpr std::array<double, 9> kUpTo = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};  // seconds
  std::array<std::uint64_t, kUpTo.size()> within{};  // commits that took so long or less
  std::uint64_t count = 0;
  double sum = 0;  // seconds

  void add(double seconds) {
    ++count;
    sum += seconds;
    for (std::size_t at = 0; at < kUpTo.size(); ++at) within[at] += seconds <= kUpTo[at] ? 1 : 0;
  }
};

}  // namespace openline::daemon
