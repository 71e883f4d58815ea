// SPDX-License-Identifier: Apache-2.0
#include "core/line/contact_watch.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

MonotonicTime at(int seconds) { return MonotonicTime{} + Seconds{seconds}; }

TEST(PathWatch, SumsUpHowLongAnyPathWasUpAndNoneWas) {
  PathWatch watch;
  EXPECT_EQ(watch.totals(at(50)).up, Milliseconds{0});  // not known yet
  EXPECT_TRUE(watch.set(true, at(100)));
  EXPECT_FALSE(watch.set(true, at(110)));
  EXPECT_TRUE(watch.set(false, at(160)));
  EXPECT_TRUE(watch.set(true, at(180)));
  const PathWatch::Totals totals = watch.totals(at(200));
  EXPECT_EQ(totals.up, Seconds{80});
  EXPECT_EQ(totals.down, Seconds{20});
  EXPECT_EQ(totals.times_silent, 1U);
}

TEST(PathWatch, GoesOnAfterARestartAndLeavesTheTimeBetweenUnobserved) {
  PathWatch before;
  before.set(true, at(0));
  const auto row = PathWatch::Totals::decode(before.totals(at(30)).encode());
  ASSERT_TRUE(row) << row.error().text();
  PathWatch after;
  after.restore(*row);
  after.set(true, at(1000));
  EXPECT_EQ(after.totals(at(1010)).up, Seconds{40});
  EXPECT_EQ(after.totals(at(1010)).down, Seconds{0});
}

TEST(ContactWatch, KeepsAtMostAFewIdsAndItsRow) {
  ContactWatch watch;
  watch.at_request.up = Seconds{5};
  watch.officer_had_it = true;
  EntryId id;
  for (std::uint8_t number = 0; number < 100; ++number) {
    id.value.fill(number);
    watch.note(id);
  }
  EXPECT_EQ(watch.signed_there.size(), kMaxSignedThere);
  const auto again = ContactWatch::decode(watch.encode());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->encode(), watch.encode());
  EXPECT_FALSE(ContactWatch::decode(ByteView(watch.encode()).first(3)));
}

}  // namespace
}  // namespace openline
