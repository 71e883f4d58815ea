// SPDX-License-Identifier: Apache-2.0
// An attachment over one path under virtual time: how much of what the wire can carry is used, how long the
// queue before it gets, and what a FLASH meanwhile waits.
#pragma once

#include <string>
#include <vector>

#include "sim/world.h"

namespace openline::sim {

struct BulkWork {
  std::uint64_t seed = 1;
  std::uint64_t rate = 1'250'000;  // of each wire, bytes a second
  Microseconds delay = Milliseconds{25};
  double loss = 0;
  Microseconds queue = Milliseconds{200};
  bool declared = true;  // the stations are told the rate
  std::size_t max_packet = 1472;
  std::optional<Microseconds> packet_time{};
  std::size_t size = 256 << 10;
  std::vector<Microseconds> flashes{};  // when, after the start, 200 bytes go as a FLASH
  bool routine_before_flash = false;    // and a routine message a second before each
  Microseconds out_from{}, out_for{};   // nothing passes meanwhile
};

struct BulkFigures {
  std::string failure;                  // empty: all arrived
  Microseconds taken{};                 // from the command until the last part is durable at the far end
  double of_capacity = 0;               // the file / (rate x time x (1 - loss as it was))
  double of_offered = 0;                // the file / (bytes given to the wire x (1 - loss as it was))
  double loss = 0;                      // share of the packets that were lost or found the queue full
  Microseconds queued{};                // wait in the queue, mean over the packets of the second half
  std::vector<Microseconds> flashes{};  // how long each took
};

[[nodiscard]] BulkFigures measure(const BulkWork& work);

}  // namespace openline::sim
