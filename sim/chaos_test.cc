// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario.h"
#include "sim/test_run.h"

namespace openline::sim {
namespace {

void hold(ScenarioKind kind, std::uint64_t first, std::uint64_t count, double crash) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Scenario scenario;
    scenario.seed = seed;
    scenario.kind = kind;
    scenario.messages = 10;
    scenario.troubles = Seconds{30};
    scenario.crash = crash;
    const Outcome outcome = play(scenario);
    ASSERT_EQ(outcome.failure, "") << outcome.report;
  }
}

TEST(Chaos, TwoStationsConvergeAfterFaultsOfTheWires) { hold(ScenarioKind::kTwo, 1, 6, 0); }
TEST(Chaos, TwoStationsConvergeAfterFaultsAndCrashes) { hold(ScenarioKind::kTwo, 100, 6, 0.002); }
TEST(Chaos, ThreeStationsConvergeAfterFaultsAndCrashes) { hold(ScenarioKind::kThree, 200, 3, 0.001); }
// Two runs that were put together later each waited for the other.
TEST(Chaos, ThreeStationsConvergeWithRunsThatWentTogether) {
  Scenario scenario;
  scenario.seed = 46;
  scenario.kind = ScenarioKind::kThree;
  const Outcome outcome = play(scenario);
  EXPECT_EQ(outcome.failure, "") << outcome.report;
}
TEST(Chaos, ADeniableLineConvergesAfterFaultsAndCrashes) { hold(ScenarioKind::kDeniable, 300, 3, 0.001); }

TEST(Chaos, TheSameSeedGivesTheSameTrace) {
  Scenario scenario;
  scenario.seed = 7;
  scenario.messages = 6;
  scenario.troubles = Seconds{10};
  const Outcome one = play(scenario), other = play(scenario);
  EXPECT_EQ(one.digest, other.digest);
  scenario.seed = 8;
  EXPECT_NE(play(scenario).digest, one.digest);
}

}  // namespace
}  // namespace openline::sim
