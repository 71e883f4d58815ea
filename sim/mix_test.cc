// SPDX-License-Identifier: Apache-2.0
// The whole mix of faults, some seeds of it, and those that found something.
#include "sim/mix_scenario.h"
#include "sim/test_run.h"

namespace openline::sim {
namespace {

void hold(std::size_t stations, std::uint64_t first, std::uint64_t count = 1, const FaultMix& mix = {}) {
  MixScenario scenario;
  scenario.stations = stations;
  scenario.mix = mix;
  for (scenario.seed = first; scenario.seed < first + count; ++scenario.seed) {
    const MixOutcome outcome = play_mix(scenario);
    ASSERT_EQ(outcome.run.failure, "") << "seed " << scenario.seed << '\n' << outcome.run.report;
  }
}

TEST(Mix, TwoStationsHoldUnderEveryFault) { hold(2, 1, 8); }
TEST(Mix, ThreeStationsHoldUnderEveryFault) { hold(3, 1, 4); }
TEST(Mix, TwoStationsHoldUnderCover) { hold(2, 10, 1); }
TEST(Mix, NineStationsHoldUnderEveryFault) { hold(9, 1, 1); }

// A store that was restored counts its heads from lower than it did: nobody listened, and it stayed
// incomplete.
TEST(Mix, ARestoredStoreIsFilledAgain) {
  for (const std::uint64_t seed : {20u, 40u}) hold(3, seed);
}

// Members whose stores are restored time and again, and none of them hostile. What each of these seeds found
// is in docs/mistakes.md: a line that never came to rest, records that never agreed.
TEST(Mix, MembersThatWereRestoredAgreeAndThenSendNothingAgain) {
  FaultMix two;
  ASSERT_TRUE(two.set("restore=6"));
  for (const std::uint64_t seed : {36u, 52u}) hold(2, seed, 1, two);
  FaultMix three = two;
  for (const char* name : {"forge", "equivocate", "withhold", "flood"}) ASSERT_TRUE(three.leave_out(name));
  ASSERT_TRUE(three.set("crash=0.0003"));
  for (const std::uint64_t seed : {26u, 41u, 126u, 194u}) hold(3, seed, 1, three);
}

TEST(Mix, TheSameSeedGivesTheSameTrace) {
  MixScenario scenario;
  scenario.troubles = Seconds{30};
  EXPECT_EQ(play_mix(scenario).run.digest, play_mix(scenario).run.digest);
}

}  // namespace
}  // namespace openline::sim
