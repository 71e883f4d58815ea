// SPDX-License-Identifier: Apache-2.0
// What a station's disk does beside keeping what it was given.
#pragma once

#include "core/station/store_changes.h"
#include "sim/network.h"

namespace openline::sim {

struct DiskFaults {
  Microseconds commit = Milliseconds{2};  // that a commit takes, at the least
  Microseconds read_time = Milliseconds{1};
  Microseconds slow{};     // up to this much more, each
  double stall = 0;        // that one takes `stalled` more
  Microseconds stalled{};  // a controller that resets, a volume that fails over
  bool full = false;       // commits fail and are tried again
  double late_write = 0;   // that a commit which a crash interrupts is on the disk all the same
  double rot = 0;          // of what is read, that a bit of it is turned over

  [[nodiscard]] Microseconds commit_time(Chance& chance) const;
  // True: it did.
  [[nodiscard]] bool rots(Chance& chance, RunsRead& answer) const;
  [[nodiscard]] bool rots(Chance& chance, PartRead& answer) const;
};

}  // namespace openline::sim
