// SPDX-License-Identifier: Apache-2.0
#include "core/station/turn.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

using TestTurn = Turn<std::string>;

bool defers(TestTurn& turn, std::string effect) { return turn.defer(effect); }

TEST(Turn, AnEffectWithNothingToWaitForIsDoneNow) {
  TestTurn turn;
  EXPECT_FALSE(defers(turn, "now"));
  EXPECT_FALSE(turn.take().has_value());
}

TEST(Turn, AnEffectWaitsForTheCommitThatCoversIt) {
  TestTurn turn;
  turn.put_state("a/", {1});
  EXPECT_TRUE(defers(turn, "first"));
  ASSERT_TRUE(turn.take().has_value());
  EXPECT_TRUE(defers(turn, "also first"));  // nothing new: the batch in flight covers it
  turn.put_state("b/", {2});
  EXPECT_TRUE(defers(turn, "second"));
  EXPECT_FALSE(turn.take().has_value());  // one at a time
  EXPECT_EQ(turn.committed(1), (std::vector<std::string>{"first", "also first"}));
  EXPECT_EQ(turn.durable(), 1u);
  ASSERT_TRUE(turn.take().has_value());
  EXPECT_EQ(turn.committed(2), (std::vector<std::string>{"second"}));
}

TEST(Turn, OnlyTheLastValueOfARowIsWritten) {
  TestTurn turn;
  turn.put_state("a/", {1});
  turn.put_state("a/", {2});
  turn.put_state("b/", {3});
  turn.erase_state("b/");
  const std::optional<Batch> batch = turn.take();
  ASSERT_EQ(batch->changes.size(), 2u);
  EXPECT_EQ(std::get<PutState>(batch->changes[0]).value, (Bytes{2}));
  EXPECT_EQ(std::get<EraseState>(batch->changes[1]).key, "b/");
}

TEST(Turn, CountsTheBytesThatWaitForTheStore) {
  TestTurn turn;
  turn.change(EraseState{"x/"}, 100);
  EXPECT_EQ(turn.uncommitted_bytes(), 100u);
  ASSERT_TRUE(turn.take().has_value());
  turn.change(EraseState{"y/"}, 50);
  EXPECT_EQ(turn.uncommitted_bytes(), 150u);
  (void)turn.committed(1);
  EXPECT_EQ(turn.uncommitted_bytes(), 50u);
}

}  // namespace
}  // namespace openline
