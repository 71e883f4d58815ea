// SPDX-License-Identifier: Apache-2.0
// A run of a world from a seed: a line is made, everything goes wrong for a while, then nothing does, and the
// records agree.
#pragma once

#include <memory>
#include <string>

#include "sim/world.h"

namespace openline::sim {

enum class ScenarioKind : std::uint8_t { kTwo, kThree, kDeniable, kActs };

struct Scenario {
  std::uint64_t seed = 1;
  ScenarioKind kind = ScenarioKind::kTwo;
  std::size_t messages = 24;         // or acts
  double crash = 0.001;              // at each point between two steps
  Seconds troubles{60};              // virtual time in which wires and stations fail
  Seconds converge_within{15 * 60};  // virtual time
};

struct Outcome {
  std::string failure;  // empty: all held
  std::string report;   // of a failure
  std::string digest;   // of the trace
  std::uint64_t events = 0, crashes = 0;
  std::size_t entries = 0, promises = 0;
};

[[nodiscard]] Faults random_faults(Chance& chance);
[[nodiscard]] Outcome outcome_of(World& world);
[[nodiscard]] Outcome play(const Scenario& scenario);

}  // namespace openline::sim
