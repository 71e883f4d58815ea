// SPDX-License-Identifier: Apache-2.0
#include "core/line/open_items.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

OpenMessage message(std::uint64_t serial, std::uint8_t id, bool own) {
  OpenMessage item;
  item.serial = serial;
  item.id.value.fill(id);
  item.kind = Kind::kText;
  item.own = own;
  item.time = item.due = WallTime{Seconds{1'760'000'000}};
  return item;
}

TEST(OpenItems, TakesNoMoreThanItsLimitInEachDirection) {
  OpenItems items(1);
  EXPECT_TRUE(items.add(message(1, 0x11, true)));
  EXPECT_FALSE(items.add(message(2, 0x22, true)));
  EXPECT_TRUE(items.add(message(3, 0x33, false)));
  EXPECT_TRUE(items.full(true) && items.full(false));
  items.close(message(1, 0x11, true).id);
  EXPECT_FALSE(items.full(true));
  EXPECT_TRUE(items.full(false));
}

TEST(OpenItems, FindsByTheBeginningOfAnIdAndOnlyWhenItIsTheOnlyOne) {
  OpenItems items(10);
  items.add(message(1, 0x11, false));
  OpenMessage twin = message(2, 0x11, false);
  twin.id.value[31] = 0x12;
  items.add(twin);
  items.add(message(3, 0x22, false));
  ASSERT_TRUE(items.find_by_prefix("2222").has_value());
  EXPECT_EQ((*items.find_by_prefix("2222"))->serial, 3u);
  EXPECT_FALSE(items.find_by_prefix("1111").has_value());
  EXPECT_FALSE(items.find_by_prefix("3333").has_value());
}

TEST(OpenItems, AreListedInTheOrderInWhichTheyCame) {
  OpenItems items(10);
  items.add(message(9, 0x99, false));
  items.add(message(4, 0x44, true));
  ASSERT_EQ(items.all().size(), 2u);
  EXPECT_EQ(items.all().front()->serial, 4u);
}

TEST(OpenItems, AfterARestartNoMoreThanTheWholeTimeIsLeft) {
  OpenItems items(10);
  OpenMessage late = message(1, 0x11, true);
  late.due = WallTime{Seconds{1'760'100'000}};
  const Now now{MonotonicTime{Seconds{50}}, WallTime{Seconds{1'760'000'000}}};
  items.restore(late, now, Seconds{600});
  EXPECT_EQ(items.find(late.id)->deadline, MonotonicTime{Seconds{650}});
}

TEST(OpenItems, ARowGivesTheMessageBack) {
  OpenMessage item = message(7, 0x77, true);
  item.acknowledged_by = {"CHN"};
  item.shown = true;
  const Result<OpenMessage> read = OpenMessage::decode(item.encode());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, item.id);
  EXPECT_EQ(read->acknowledged_by, item.acknowledged_by);
  EXPECT_TRUE(read->shown && read->own);
  EXPECT_FALSE(OpenMessage::decode(Bytes{0x80, 0x00}).has_value());
}

}  // namespace
}  // namespace openline
