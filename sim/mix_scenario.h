// SPDX-License-Identifier: Apache-2.0
// A run of one attested line of 2 to 57 members from a seed: every fault of a mix for a while, officers who
// send, attend and acknowledge meanwhile; then no fault, and all honest records agree within a stated time.
#pragma once

#include <functional>

#include "sim/fault_mix.h"
#include "sim/scenario.h"

namespace openline::sim {

struct MixScenario {
  std::uint64_t seed = 1;
  std::size_t stations = 2;
  FaultMix mix;
  std::size_t messages = 24;
  Seconds troubles{120};         // virtual time with faults
  std::uint64_t rarer = 1;       // what happens so many times a minute: that many times as rarely
  Seconds converge_within{900};  // virtual time from their end until records agree
};

struct MixOutcome {
  Outcome run;
  double hours = 0;  // simulated, of the line
  std::uint64_t faults = 0, looks = 0;
  std::size_t never_direct = 0;  // pairs without any path
  bool hostile = false, forked = false;
};

[[nodiscard]] MixOutcome play_mix(const MixScenario& scenario);

// The line at rest: heartbeats and tests alone; each pair linked, or as in the mix only some. How long it
// takes is the caller's to measure.
struct Quiet {
  std::function<void(Seconds)> run_for;
  std::function<std::string()> failure;
};
[[nodiscard]] Quiet quiet_line(std::uint64_t seed, std::size_t stations, bool sparse);

}  // namespace openline::sim
