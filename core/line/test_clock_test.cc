// SPDX-License-Identifier: Apache-2.0
#include "core/line/test_clock.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

Now at(std::int64_t seconds) {
  return {MonotonicTime{Seconds{seconds}}, WallTime{Seconds{1'760'000'000 + seconds}}};
}
Entry test_entry() {
  Header header;
  header.kind = Kind::kTest;
  return Entry::make(header, Bytes{1, 2, 3});
}

TEST(TestClock, IsDueAtOnceAndThenOnceAnInterval) {
  TestClock clock;
  clock.start(at(0), Seconds{600}, std::nullopt);
  EXPECT_TRUE(clock.is_due(at(0)));
  clock.sent(test_entry(), at(0), Seconds{60});
  EXPECT_FALSE(clock.is_due(at(599)));
  EXPECT_TRUE(clock.is_due(at(600)));
}

TEST(TestClock, GoesOnAfterARestartWhateverTheWallClockSays) {
  TestClock clock;
  clock.start(at(1000), Seconds{600}, at(900).wall);
  EXPECT_EQ(clock.next(), at(1500).monotonic);
  clock.start(at(1000), Seconds{600}, at(90'000).wall);  // the clock was set back
  EXPECT_EQ(clock.next(), at(1600).monotonic);
  clock.start(at(100'000), Seconds{600}, at(0).wall);
  EXPECT_TRUE(clock.is_due(at(100'000)));
}

TEST(TestClock, ReportsAnUnansweredTestOnce) {
  TestClock clock;
  clock.start(at(0), Seconds{600}, std::nullopt);
  const Entry test = test_entry();
  clock.sent(test, at(0), Seconds{60});
  EXPECT_FALSE(clock.is_unanswered_now(at(59)));
  EXPECT_TRUE(clock.is_unanswered_now(at(60)));
  EXPECT_FALSE(clock.is_unanswered_now(at(61)));
  EXPECT_TRUE(clock.unanswered());
  EXPECT_FALSE(clock.answered(EntryId{}, at(70).wall));
  EXPECT_TRUE(clock.answered(test.id, at(70).wall));
  EXPECT_FALSE(clock.unanswered());
  EXPECT_EQ(clock.count_answered, 1u);
}

TEST(TestClock, KeepsItsCountsInARow) {
  TestClock clock, restored;
  clock.start(at(0), Seconds{600}, std::nullopt);
  clock.sent(test_entry(), at(5), Seconds{60});
  ASSERT_TRUE(restored.restore(clock.encode()).has_value());
  EXPECT_EQ(restored.last_sent, at(5).wall);
  EXPECT_EQ(restored.count_sent, 1u);
  EXPECT_FALSE(restored.restore(Bytes{0xff}).has_value());
}

}  // namespace
}  // namespace openline
