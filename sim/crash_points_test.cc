// SPDX-License-Identifier: Apache-2.0
// A crash at each point between two steps, one run for each, until a run passes without reaching its crash.
#include "sim/test_run.h"

namespace openline::sim {
namespace {

WorldOptions quiet(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.paths = 1;
  return options;
}

// Two messages and what they set off, with the crash in it. False: the crash was never reached.
bool exchange_with_crash(std::size_t victim, std::uint64_t point) {
  World world(quiet(11));
  EXPECT_TRUE(world.set_up_line()) << world.report();
  world.crash_at_point(victim, point);
  world.send_text(0, "one", Precedence::kFlash);
  world.send_text(0, "two", Precedence::kRoutine);
  world.send_text(1, "three", Precedence::kImmediate);
  EXPECT_TRUE(settle(world)) << "crash point " << point << "\n" << world.report();
  world.check_promises();
  EXPECT_EQ(world.failure(), "") << "crash point " << point << "\n" << world.report();
  for (std::size_t at : {0u, 1u}) {
    EXPECT_EQ(world.count_entries(at, Kind::kText), 3u) << "crash point " << point << "\n" << world.report();
  }
  return world.crashes() > 0;
}

void enumerate(std::size_t victim) {
  std::uint64_t point = 1;
  while (exchange_with_crash(victim, point)) {
    if (testing::Test::HasFailure()) return;
    ++point;
  }
  EXPECT_GT(point, 20u);  // the exchange has that many steps at the least
}

TEST(CrashPoints, NothingIsLostOrDoubledWhenTheSenderCrashesAnywhere) { enumerate(0); }
TEST(CrashPoints, NothingIsLostOrDoubledWhenTheReceiverCrashesAnywhere) { enumerate(1); }

TEST(CrashPoints, ALineIsMadeWhereverAStationCrashesMeanwhile) {
  for (std::uint64_t point = 1;; point += 3) {
    World world(quiet(12));
    world.crash_at_point(point % 2, point / 2 + 1);
    ASSERT_TRUE(world.set_up_line()) << "crash point " << point << "\n" << world.report();
    if (world.crashes() == 0) break;
  }
}

}  // namespace
}  // namespace openline::sim
