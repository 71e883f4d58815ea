// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/duration.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

TEST(Duration, TakesANumberAndAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("30min"), 30min);
  EXPECT_EQ(parse_duration("3h"), 3h);
  EXPECT_EQ(parse_duration("7d"), 168h);
}

TEST(Duration, RefusesAnythingElse) {
  for (const char* text : {"", "10", "s", "-1s", "+1s", "1.5h", "1 h", "1h30min", "10S",
                           "99999999999999999999s", "4000d", "1h\n"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, WritesWhatItReads) {
  for (const char* text : {"0s", "500ms", "10s", "30min", "3h", "1d", "90s", "36h"}) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(parse_duration(duration_text(*duration)), duration) << text;
  }
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(24h), "1d");
}

}  // namespace
}  // namespace openline::daemon
