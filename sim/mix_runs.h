// SPDX-License-Identifier: Apache-2.0
// Runs of the mix one after the other, with what they found; and how fast they are.
#pragma once

#include <string>

#include "sim/mix_scenario.h"

namespace openline::sim {

struct MixRuns {
  MixScenario scenario;  // its seed is the first
  std::uint64_t runs = 1;
  double hours = 0;         // if not 0: until so many were simulated, whatever `runs` says
  std::size_t measure = 0;  // stations; 0: no measurement
};

[[nodiscard]] std::string faults_in_words();
// The command that plays exactly this.
[[nodiscard]] std::string command_of(const MixScenario& scenario);
// Both print, and give the program's exit code.
int run(const MixRuns& runs);
int measure(const MixRuns& runs);

}  // namespace openline::sim
