// SPDX-License-Identifier: Apache-2.0
#include "cli/clock_text.h"

#include <gtest/gtest.h>

#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

TEST(ClockText, ShowsUtcWithLocalTimeBesideIt) {
  const test::FixedZone zone;
  EXPECT_EQ(utc_and_local("2023-02-04T20:10:05.250Z"), "2023-02-04 20:10:05Z (21:10:05 CET)");
}

TEST(ClockText, ShowsTheLocalDateWhereItIsAnotherDay) {
  const test::FixedZone zone;
  EXPECT_EQ(utc_and_local("2023-12-31T23:30:00.000Z"), "2023-12-31 23:30:00Z (2024-01-01 00:30:00 CET)");
}

TEST(ClockText, RoundsTimesBefore1970Down) {
  const test::FixedZone zone;
  EXPECT_EQ(utc_and_local(WallTime(Milliseconds(-1))), "1969-12-31 23:59:59Z (1970-01-01 00:59:59 CET)");
}

TEST(ClockText, TakesOnlyTheFormOfTheApi) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:01.002Z"), WallTime(Milliseconds(1002)));
  for (const char* text : {"", "1970-01-01T00:00:01Z", "1970-01-01 00:00:01.002Z", "1970-01-01T00:00:01.002+",
                           "1970-01-01T00:-1:01.002Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
  EXPECT_EQ(utc_and_local("soon\x1b"), "soon<U+001B>");
}

TEST(ClockText, GivesSpansInTheUnitsThatPeopleSay) {
  EXPECT_EQ(span_text(Seconds(0)), "0 s");
  EXPECT_EQ(span_text(Seconds(119)), "119 s");
  EXPECT_EQ(span_text(Seconds(540)), "9 min");
  EXPECT_EQ(span_text(Seconds(7500)), "2 h 05 min");
  EXPECT_EQ(span_text(Seconds(3 * 86400 + 4 * 3600)), "3 d 4 h");
}

}  // namespace
}  // namespace openline::cli
