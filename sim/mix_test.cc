// SPDX-License-Identifier: Apache-2.0
// The whole mix of faults, some seeds of it, and those that found something.
#include "sim/mix_scenario.h"
#include "sim/test_run.h"

namespace openline::sim {
namespace {

void hold(std::size_t stations, std::uint64_t first, std::uint64_t count = 1) {
  MixScenario scenario;
  scenario.stations = stations;
  for (scenario.seed = first; scenario.seed < first + count; ++scenario.seed) {
    const MixOutcome outcome = play_mix(scenario);
    ASSERT_EQ(outcome.run.failure, "") << "seed " << scenario.seed << '\n' << outcome.run.report;
  }
}

TEST(Mix, TwoStationsHoldUnderEveryFault) { hold(2, 1, 8); }
TEST(Mix, ThreeStationsHoldUnderEveryFault) { hold(3, 1, 4); }
TEST(Mix, NineStationsHoldUnderEveryFault) { hold(9, 1, 1); }

// A store that was restored counts its heads from lower than it did: nobody listened, and it stayed
// incomplete.
TEST(Mix, ARestoredStoreIsFilledAgain) {
  for (const std::uint64_t seed : {20u, 40u}) hold(3, seed);
}

TEST(Mix, TheSameSeedGivesTheSameTrace) {
  MixScenario scenario;
  scenario.troubles = Seconds{30};
  EXPECT_EQ(play_mix(scenario).run.digest, play_mix(scenario).run.digest);
}

}  // namespace
}  // namespace openline::sim
