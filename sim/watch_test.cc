// SPDX-License-Identifier: Apache-2.0
// Oracles that cannot fail show nothing: each is given something that is wrong.
#include "sim/watch.h"

#include "sim/test_run.h"

namespace openline::sim {
namespace {

WorldOptions seeded(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

TEST(Watch, APlantedTextInAPacketIsSeen) {
  const std::vector<std::string> secrets = {"planted"};
  const std::string text = "xx planted yy";
  EXPECT_EQ(Watch::seen_in(Bytes(text.begin(), text.end()), secrets), "planted");
  EXPECT_EQ(Watch::seen_in(Bytes(40, 'p'), secrets), std::nullopt);
}

TEST(Watch, ASecretThatIsOnTheWireEndsTheRun) {
  World world(seeded(41));
  // "openline" packets begin with a type and version 1, suite 1: a first message has these bytes.
  Watch watch(world, {}, {std::string("\x01\x01\x01", 3)});
  EXPECT_FALSE(world.set_up_line());
  EXPECT_NE(world.failure().find("in the clear"), std::string::npos) << world.failure();
}

TEST(Watch, ReachableBeyondTheDetectionTimeIsWrong) {
  constexpr Microseconds kDetection = Seconds{180};
  constexpr Seconds kGrace{10};
  EXPECT_EQ(Watch::judge_reach(true, Seconds{190}, kDetection, kGrace), "");
  EXPECT_NE(Watch::judge_reach(true, Seconds{191}, kDetection, kGrace), "");
  EXPECT_NE(Watch::judge_reach(true, std::nullopt, kDetection, kGrace), "");
  EXPECT_EQ(Watch::judge_reach(false, std::nullopt, kDetection, kGrace), "");
}

TEST(Watch, WhatExceedsTheOptionsIsWrong) {
  StationStatus status;
  const StationOptions options;
  EXPECT_EQ(Watch::judge_bounds(status, options, 1000), "");
  status.uncommitted_bytes = options.max_uncommitted + (3 << 20);
  EXPECT_NE(Watch::judge_bounds(status, options, 1000), "");
  status.uncommitted_bytes = 0;
  status.lines.emplace_back().held_above_gap = options.max_held + 1;
  EXPECT_NE(Watch::judge_bounds(status, options, 1000), "");
}

TEST(Watch, AFlashThatAGoodNetworkDoesNotBringIsMissed) {
  World world(seeded(42));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  WatchOptions options;
  options.flash_within = Seconds{30};
  Watch watch(world, options, {});
  world.set_cut(0, 1, true);  // and the watch is told that all is well
  const std::size_t errand = world.send_text(0, "flash", Precedence::kFlash);
  ASSERT_TRUE(world.run_until([&] { return world.answer(errand) != nullptr; }, kSoon));
  watch.flash_sent(0, world.answer(errand)->result->entries.front().id);
  watch.calm();
  watch.look();
  world.run_for(Seconds{20});
  watch.look();
  EXPECT_EQ(world.failure(), "");
  world.run_for(Seconds{20});
  watch.look();
  EXPECT_NE(world.failure().find("lacks FLASH"), std::string::npos);
}

TEST(Watch, AnAttendedDeskWhereNobodyIsIsWrong) {
  World world(seeded(43));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Watch watch(world, {}, {});  // is told of no officer
  world.ask(0, Attend{world.line(), "officer", 1});
  world.run_for(Seconds{20});
  watch.look();
  EXPECT_NE(world.failure().find("nobody is there"), std::string::npos);
}

}  // namespace
}  // namespace openline::sim
