// SPDX-License-Identifier: Apache-2.0
// The link at work under virtual time: messages at a steady pace over narrow, lossy, slow wires, and how long
// each takes until it is durable at the far end. What bench/link measures with real stations takes minutes;
// here a change of the protocol is judged in a second.
#pragma once

#include <string>
#include <vector>

#include "sim/world.h"

namespace openline::sim {

struct LinkWork {
  std::uint64_t seed = 1;
  std::uint64_t rate = 1200;  // of each wire, bytes a second
  Microseconds delay = Milliseconds{300};
  double loss = 0;
  Microseconds queue = Seconds{7};
  std::size_t paths = 1;
  bool declared = true;  // the stations are told the rate
  std::size_t max_packet = 1472;
  std::size_t overhead = 28;  // of a packet on the wire
  bool until_stored = false;  // one message after the other; each until its receipt is back
  std::size_t messages = 50, size = 500;
  std::vector<std::string> prose;  // the texts, in turn; none: letters at random
  Microseconds every = Seconds{1};
  Precedence precedence = Precedence::kFlash;
};

struct LinkFigures {
  std::string failure;                        // empty: all arrived
  std::vector<Microseconds> latencies;        // sorted
  std::uint64_t air_there = 0, air_back = 0;  // bytes offered, while messages were under way
  [[nodiscard]] Microseconds median() const { return latencies[latencies.size() / 2]; }
  [[nodiscard]] Microseconds worst() const { return latencies.back(); }
};

[[nodiscard]] LinkFigures measure(const LinkWork& work);

}  // namespace openline::sim
