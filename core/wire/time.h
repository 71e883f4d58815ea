// SPDX-License-Identifier: Apache-2.0
// Time as an argument. Core never asks what time it is: the caller says, so that the daemon, the
// simulator and a test each drive the same code.
#pragma once

#include <chrono>
#include <cstdint>

namespace openline {

using Microseconds = std::chrono::duration<std::int64_t, std::micro>;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;
using Seconds = std::chrono::duration<std::int64_t>;

struct MonotonicTag {
  using duration = Microseconds;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};
struct WallTag {
  using duration = Milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = false;
};
using MonotonicTime =
    std::chrono::time_point<MonotonicTag, Microseconds>;          // since an arbitrary start; never goes back
using WallTime = std::chrono::time_point<WallTag, Milliseconds>;  // since 1970-01-01T00:00:00Z; may jump

inline constexpr MonotonicTime kNever = MonotonicTime::max();

struct Now {
  MonotonicTime monotonic{};
  WallTime wall{};
};

}  // namespace openline
