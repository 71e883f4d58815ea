// SPDX-License-Identifier: Apache-2.0
#include "core/link/range_set.h"

#include <gtest/gtest.h>

#include <set>

#include "core/crypto/random.h"

namespace openline {
namespace {

using Ranges = std::vector<Range>;

TEST(RangeSet, JoinsRangesThatTouchOrOverlap) {
  RangeSet set;
  set.add({10, 20});
  set.add({30, 40});
  set.add({20, 25});
  EXPECT_EQ(set.ranges(), (Ranges{{10, 25}, {30, 40}}));
  set.add({24, 31});
  EXPECT_EQ(set.ranges(), (Ranges{{10, 40}}));
  set.add({0, 100});
  EXPECT_EQ(set.ranges(), (Ranges{{0, 100}}));
  set.add({7, 7});
  EXPECT_EQ(set.ranges().size(), 1U) << "an empty range changes nothing";
}

TEST(RangeSet, CutsAndSplitsOnRemoval) {
  RangeSet set;
  set.add({0, 100});
  set.remove(Range{40, 60});
  EXPECT_EQ(set.ranges(), (Ranges{{0, 40}, {60, 100}}));
  set.remove(Range{0, 10});
  set.remove(Range{90, 200});
  EXPECT_EQ(set.ranges(), (Ranges{{10, 40}, {60, 90}}));
  set.remove(Range{30, 70});
  EXPECT_EQ(set.ranges(), (Ranges{{10, 30}, {70, 90}}));
  set.remove(Range{0, 1000});
  EXPECT_TRUE(set.empty());
}

TEST(RangeSet, AgreesWithAPlainSet) {
  for (std::uint8_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    Random random{RandomSeed(std::span<const std::uint8_t, 32>(bytes))};
    RangeSet set;
    std::set<std::uint64_t> plain;
    for (int step = 0; step < 2000; ++step) {
      const std::uint64_t from = random.below(60), to = from + random.below(12);
      const bool adds = random.below(2) == 0;
      adds ? set.add({from, to}) : set.remove(Range{from, to});
      for (std::uint64_t number = from; number < to; ++number)
        adds ? (void)plain.insert(number) : (void)plain.erase(number);
      for (std::uint64_t number = 0; number < 75; ++number)
        ASSERT_EQ(set.contains(number), plain.contains(number)) << number;
      for (std::size_t at = 1; at < set.ranges().size(); ++at)
        ASSERT_GT(set.ranges()[at].from, set.ranges()[at - 1].to);
    }
  }
}

}  // namespace
}  // namespace openline
