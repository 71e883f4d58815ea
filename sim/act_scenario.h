// SPDX-License-Identifier: Apache-2.0
// A run of a line of three from a seed: two honest parties and a hostile one do whatever can be done on a
// line, while wires and stations fail. In the end the honest say the same of everything.
#pragma once

#include "sim/scenario.h"

namespace openline::sim {

struct ActOutcome {
  Outcome run;
  std::size_t matters = 0, acts = 0;  // that were followed at the end
  std::size_t forged = 0;             // entries that no command would write
  std::size_t denials = 0;            // matters in which the hostile one's own signatures contradict him
  bool forked = false;                // he signed two histories, and both honest ends say so
  std::size_t differing = 0;          // matters of his of which they then do not say the same
};

[[nodiscard]] ActOutcome play_acts(const Scenario& scenario);

}  // namespace openline::sim
