// SPDX-License-Identifier: Apache-2.0
#include "core/line/desk.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

Now at(std::int64_t seconds) {
  return {MonotonicTime{Seconds{seconds}}, WallTime{Seconds{1'760'000'000 + seconds}}};
}

TEST(OwnDesk, IsAttendedWhileAnyTerminalsLeaseRuns) {
  OwnDesk desk;
  EXPECT_EQ(desk.attend(1, "watch", at(0), Seconds{90}), OwnDesk::Change::kAttended);
  EXPECT_EQ(desk.attend(2, "relief", at(60), Seconds{90}), OwnDesk::Change::kNone);
  EXPECT_EQ(desk.expire(at(90)), OwnDesk::Change::kNone);
  EXPECT_EQ(desk.role(), "relief");
  EXPECT_EQ(desk.next_timeout(), at(150).monotonic);
  EXPECT_EQ(desk.expire(at(150)), OwnDesk::Change::kLeft);
  EXPECT_FALSE(desk.attended());
}

TEST(OwnDesk, ARenewalOutlivesTheFirstLease) {
  OwnDesk desk;
  desk.attend(1, "watch", at(0), Seconds{90});
  desk.attend(1, "watch", at(45), Seconds{90});
  EXPECT_EQ(desk.expire(at(134)), OwnDesk::Change::kNone);
  EXPECT_EQ(desk.leave(1, at(134)), OwnDesk::Change::kLeft);
  EXPECT_EQ(desk.leave(1, at(135)), OwnDesk::Change::kNone);
}

TEST(FarDesk, IsUnknownWhenItsLeaseRanOutOrTheLineIsLost) {
  FarDesk desk;
  EXPECT_FALSE(desk.attended(at(0).monotonic).has_value());
  EXPECT_TRUE(desk.take({5, true, "watch", Seconds{90}, at(0).wall}, at(0)));
  EXPECT_EQ(desk.attended(at(89).monotonic), true);
  EXPECT_FALSE(desk.attended(at(90).monotonic).has_value());
  EXPECT_FALSE(desk.take({5, false, "", Seconds{90}, at(1).wall}, at(91)));  // older news
  EXPECT_TRUE(desk.take({6, false, "", Seconds{90}, at(1).wall}, at(91)));
  EXPECT_EQ(desk.attended(at(92).monotonic), false);
  desk.line_lost();
  EXPECT_FALSE(desk.attended(at(93).monotonic).has_value());
}

}  // namespace
}  // namespace openline
