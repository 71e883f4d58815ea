// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/time_zone.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

WallTime utc(std::string_view text) { return *clock_time(text); }

TEST(TimeZone, IsKnownByItsIanaNameOnly) {
  for (const char* name :
       {"Europe/Paris", "UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"})
    EXPECT_TRUE(TimeZone::of(name)) << name;
  for (const char* name : {"", "CET", "PST", "GMT+3", "Europe/Atlantis", "europe/paris", "Europe/Paris ",
                           "Etc/Unknown", "/", "../etc/passwd"}) {
    EXPECT_FALSE(TimeZone::of(name)) << name;
  }
  EXPECT_FALSE(TimeZone::of(std::string(1000, '/')));
}

TEST(TimeZone, ShowsLocalTimeWithItsOffsetOverChanges) {
  const auto paris = *TimeZone::of("Europe/Paris");
  EXPECT_EQ(paris.text(utc("2026-03-29T00:59:59")), "2026-03-29T01:59:59+01:00");
  EXPECT_EQ(paris.text(utc("2026-03-29T01:00:00")), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(paris.text(utc("2026-10-25T00:30:00")), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(paris.text(utc("2026-10-25T01:30:00")), "2026-10-25T02:30:00+01:00");
  EXPECT_EQ(TimeZone::of("America/St_Johns")->text(utc("2026-01-01T00:00")), "2025-12-31T20:30:00-03:30");
  EXPECT_EQ(TimeZone::of("Asia/Kolkata")->text(utc("2026-07-01T20:00")), "2026-07-02T01:30:00+05:30");
}

TEST(TimeZone, FindsTheMomentOfALocalTime) {
  const auto paris = *TimeZone::of("Europe/Paris");
  EXPECT_EQ(*paris.moment("2026-03-28T22:00"), utc("2026-03-28T21:00"));
  EXPECT_EQ(*paris.moment("2026-03-29T06:00"), utc("2026-03-29T04:00")) << "the night is seven hours long";
  EXPECT_EQ(*paris.moment("2026-10-25T01:59:59"), utc("2026-10-24T23:59:59"));
  EXPECT_EQ(*paris.moment("2026-10-25T03:00"), utc("2026-10-25T02:00"));
  EXPECT_EQ(*TimeZone::of("UTC")->moment("2026-10-25T03:00"), utc("2026-10-25T03:00"));
}

TEST(TimeZone, RefusesWhatIsSkippedOrShownTwice) {
  const auto paris = *TimeZone::of("Europe/Paris");
  const auto skipped = paris.moment("2026-03-29T02:30");
  ASSERT_FALSE(skipped);
  EXPECT_NE(skipped.error().message.find("skip 2026-03-29T02:30"), std::string::npos)
      << skipped.error().message;
  const auto twice = paris.moment("2026-10-25T02:30");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("twice"), std::string::npos) << twice.error().message;
  // Lord Howe Island changes by half an hour only.
  const auto lord_howe = *TimeZone::of("Australia/Lord_Howe");
  EXPECT_FALSE(lord_howe.moment("2026-10-04T02:15"));
  EXPECT_TRUE(lord_howe.moment("2026-10-04T02:45"));
}

TEST(TimeZone, RefusesWhatIsNoLocalTime) {
  const auto paris = *TimeZone::of("Europe/Paris");
  for (const char* text :
       {"", "2026-03-28", "2026-03-28T22:00Z", "2026-03-28T22:00+01:00", "2026-02-30T22:00",
        "2026-03-28T24:00", "2026-03-28 22:00", "2026-03-28T22:60", "-026-03-28T22:00"}) {
    EXPECT_FALSE(paris.moment(text)) << text;
  }
}

}  // namespace
}  // namespace openline::daemon
