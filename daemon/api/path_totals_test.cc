// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/path_totals.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

PathStatus path(const std::string& name, PathState state, Microseconds round_trip, double loss) {
  PathStatus path;
  path.name = name;
  path.state = state;
  path.round_trip = round_trip;
  path.loss = loss;
  path.bytes_sent = 100;
  path.packets_lost = 3;
  return path;
}

TEST(PathTotals, SumsAddressesAndTellsTheBestOfThoseThatAreUp) {
  LinkStatus link;
  link.paths = {path("hf", PathState::kUp, Milliseconds{900}, 0.2),
                path("hf", PathState::kUp, Milliseconds{700}, 0.3),
                path("hf", PathState::kDown, Milliseconds{100}, 0),
                path("fibre", PathState::kDown, Milliseconds{1}, 0)};
  LinkTraffic traffic;
  traffic.queues = {{600, Seconds{9}}, {900, Seconds{8}}, {600, std::nullopt}, {600, std::nullopt}};
  const auto totals = path_totals(link, traffic);
  ASSERT_EQ(totals.size(), 2U);
  const PathTotals& hf = totals.at("hf");
  EXPECT_TRUE(hf.up);
  EXPECT_EQ(hf.round_trip, Milliseconds{700});
  EXPECT_EQ(hf.loss, 0.2);
  EXPECT_EQ(hf.queued, 900U);
  EXPECT_EQ(hf.queue_time, Seconds{8});
  EXPECT_EQ(hf.bytes_sent, 300U);
  EXPECT_EQ(hf.packets_lost, 9U);
}

TEST(PathTotals, OfAPathThatIsDownSaysNoMoreThanWhatWasSent) {
  LinkStatus link;
  link.paths = {path("fibre", PathState::kDown, Milliseconds{1}, 0.5)};
  const PathTotals totals = path_totals(link, {}).at("fibre");
  EXPECT_FALSE(totals.up);
  EXPECT_FALSE(totals.round_trip);
  EXPECT_FALSE(totals.loss);
  EXPECT_EQ(totals.bytes_sent, 100U);
}

}  // namespace
}  // namespace openline::daemon
