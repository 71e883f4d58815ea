// SPDX-License-Identifier: Apache-2.0
// Acts of two honest parties and of one who signs whatever serves him. `openline-sim --scenario acts --runs
// N` plays more of them.
#include <gtest/gtest.h>

#include "sim/act_scenario.h"

namespace openline::sim {
namespace {

class Acts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Acts, TheHonestSayTheSameInTheEnd) {
  Scenario scenario;
  scenario.kind = ScenarioKind::kActs;
  scenario.seed = GetParam();
  scenario.crash = 0.001;
  const ActOutcome outcome = play_acts(scenario);
  EXPECT_EQ(outcome.run.failure, "") << outcome.run.report << "\nAgain: openline-sim --scenario acts --seed "
                                     << scenario.seed;
  EXPECT_GT(outcome.matters, 0U);
}

// What these found: a fork that a station could not place after its restart (19), a branch stored twice
// (103), an unanswered new time taken for a denial (21), a branch that a continued incarnation hid (332,
// 672), a head of one branch taken for the other's (780).
INSTANTIATE_TEST_SUITE_P(Seeds, Acts,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 19, 21, 42, 103, 332, 550, 672, 780, 5204));

}  // namespace
}  // namespace openline::sim
