// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/line_history.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Seconds kLookEvery{10};
const LineId kLine = *LineId::from(Bytes(32, 1));

PathStatus path(PathState state, std::optional<Microseconds> round_trip, double loss) {
  PathStatus result;
  result.state = state;
  result.round_trip = round_trip;
  result.loss = loss;
  return result;
}

struct Watch {
  Watch() {
    LineStatus line;
    line.line = kLine;
    line.lamp = LineLamp::kOpenAttended;
    line.members.emplace_back().code = "CHN";
    status.lines.push_back(line);
    status.peers.emplace_back().code = "CHN";
    status.peers.back().links.emplace_back();
  }
  std::vector<PathStatus>& paths() { return status.peers.back().links.back().paths; }
  LineLamp& lamp() { return status.lines.back().lamp; }
  void pass(Seconds time) {
    for (Seconds left = time; left > 0s; left -= kLookEvery) {
      now.monotonic += kLookEvery;
      now.wall += kLookEvery;
      history.look(status, now);
    }
  }
  [[nodiscard]] const std::deque<LineHistory::Sample>& samples() const { return history.samples(kLine); }
  StationStatus status;
  Now now{MonotonicTime(1000s), WallTime(1'700'000'000'000ms)};
  LineHistory history{now.wall};
};

TEST(LineHistory, SamplesALineWhenItIsFirstSeenAndEachFiveMinutes) {
  Watch watch;
  watch.pass(10s);
  ASSERT_EQ(watch.samples().size(), 1U);
  EXPECT_EQ(watch.samples()[0].time, watch.now.wall);
  watch.pass(290s);
  EXPECT_EQ(watch.samples().size(), 1U);
  watch.pass(10s);
  ASSERT_EQ(watch.samples().size(), 2U);
  EXPECT_EQ(watch.samples()[1].time - watch.samples()[0].time, 300s);
  EXPECT_EQ(watch.history.samples(*LineId::from(Bytes(32, 2))).size(), 0U);
}

TEST(LineHistory, TakesTheShortestRoundTripOfThePathsThatAreUp) {
  Watch watch;
  watch.paths() = {path(PathState::kUp, 80ms, 0.2), path(PathState::kUp, 30ms, 0.1),
                   path(PathState::kDown, 10ms, 0), path(PathState::kUp, std::nullopt, 0)};
  watch.pass(10s);
  EXPECT_EQ(watch.samples().back().round_trip, 30ms);
  EXPECT_EQ(watch.samples().back().loss, 0.1);
}

TEST(LineHistory, OfSeveralMembersTheSlowestIsTaken) {
  Watch watch;
  watch.paths() = {path(PathState::kUp, 30ms, 0.1)};
  watch.status.lines.back().members.emplace_back().code = "GBR";
  watch.status.peers.emplace_back().code = "GBR";
  watch.status.peers.back().links.emplace_back();
  watch.paths() = {path(PathState::kUp, 90ms, 0.3), path(PathState::kUp, 50ms, 0.4)};
  watch.pass(10s);
  EXPECT_EQ(watch.samples().back().round_trip, 50ms);
  EXPECT_EQ(watch.samples().back().loss, 0.4);
}

TEST(LineHistory, WithoutAPathThereAreNoNumbers) {
  Watch watch;
  watch.lamp() = LineLamp::kSilent;
  watch.paths() = {path(PathState::kDown, 30ms, 0.1)};
  watch.pass(10s);
  EXPECT_FALSE(watch.samples().back().round_trip);
  EXPECT_FALSE(watch.samples().back().loss);
  EXPECT_EQ(watch.samples().back().lamp, LineLamp::kSilent);
}

TEST(LineHistory, AShortSilenceIsNotLostBetweenTwoSamples) {
  Watch watch;
  watch.pass(10s);
  watch.lamp() = LineLamp::kSilent;
  watch.pass(20s);
  watch.lamp() = LineLamp::kOpenAttended;
  watch.pass(580s);
  ASSERT_EQ(watch.samples().size(), 3U);
  EXPECT_EQ(watch.samples()[0].lamp, LineLamp::kOpenAttended);
  EXPECT_EQ(watch.samples()[1].lamp, LineLamp::kSilent);
  EXPECT_EQ(watch.samples()[2].lamp, LineLamp::kOpenAttended);
}

TEST(LineHistory, KeepsADayOfSamplesAndForgetsALineThatIsGone) {
  Watch watch;
  const WallTime began = watch.now.wall;
  watch.pass(25h);
  EXPECT_EQ(watch.samples().size(), LineHistory::kMaxSamples);
  EXPECT_GT(watch.samples().front().time, began + 1h);
  EXPECT_EQ(watch.history.began(), began);
  watch.status.lines.clear();
  watch.pass(10s);
  EXPECT_TRUE(watch.samples().empty());
}

// A machine that slept, or a loop that was held up, owes no samples.
TEST(LineHistory, AGapInTheLooksIsAGapInTheSamples) {
  Watch watch;
  watch.pass(10s);
  watch.now.monotonic += 2h;
  watch.now.wall += 2h;
  watch.pass(10s);
  EXPECT_EQ(watch.samples().size(), 2U);
  watch.pass(290s);
  EXPECT_EQ(watch.samples().size(), 2U);
}

}  // namespace
}  // namespace openline::daemon
