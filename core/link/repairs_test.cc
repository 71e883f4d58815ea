// SPDX-License-Identifier: Apache-2.0
#include "core/link/repairs.h"

#include <gtest/gtest.h>

#include <set>

namespace openline {
namespace {

TEST(Repairs, ASymbolIsWholeWhenAllOfItsBytesAre) {
  RangeSet parts;
  const Cut cut{3, 4};  // of 10 bytes
  EXPECT_EQ(whole_symbols(parts, cut, 10), 0U);
  parts.add({1, 8});
  EXPECT_EQ(whole_symbols(parts, cut, 10), 1U);
  parts.add({8, 10});
  EXPECT_EQ(whole_symbols(parts, cut, 10), 2U) << "the last one is short";
  parts.add({0, 1});
  EXPECT_EQ(whole_symbols(parts, cut, 10), 3U);
}

TEST(Repairs, EachOnItsWayHasAnIndexOfItsOwn) {
  Repairs repairs({128, 4});
  std::set<std::uint8_t> indices;
  while (const auto index = repairs.next()) {
    EXPECT_GE(*index, 128);
    indices.insert(*index);
    repairs.sent(*index, MonotonicTime{});
  }
  EXPECT_EQ(indices.size(), 128U);
  repairs.acknowledged(200);
  EXPECT_FALSE(repairs.next()) << "one that arrived is of no more use";
  repairs.lost(201);
  EXPECT_EQ(repairs.next(), 201);
  EXPECT_EQ(repairs.arrived(), 1U);
  EXPECT_EQ(repairs.on_way(), 126U);
}

TEST(Repairs, OneThatWasGivenUpCountsWhenItArrivesAfterAll) {
  Repairs repairs({2, 4});
  const std::uint8_t index = repairs.next().value();
  repairs.sent(index, MonotonicTime{});
  repairs.lost(index);
  EXPECT_EQ(repairs.on_way(), 0U);
  repairs.acknowledged(index);
  EXPECT_EQ(repairs.arrived(), 1U);
}

}  // namespace
}  // namespace openline
