// SPDX-License-Identifier: Apache-2.0
#include "core/link/send_queue.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

std::vector<ObjectHandle> drain(SendQueue& queue) {
  std::vector<ObjectHandle> order;
  while (const auto handle = queue.front()) {
    order.push_back(*handle);
    queue.pop_front();
  }
  return order;
}

TEST(SendQueue, GivesTheHighestRankFirst) {
  SendQueue queue;
  queue.push_back(Rank::kRoutine, 1, 10);
  queue.push_back(Rank::kBulk, 1, 11);
  queue.push_back(Rank::kFlash, 1, 12);
  queue.push_back(Rank::kImmediate, 1, 13);
  EXPECT_EQ(queue.rank(), Rank::kFlash);
  EXPECT_EQ(drain(queue), (std::vector<ObjectHandle>{12, 13, 10, 11}));
  EXPECT_FALSE(queue.rank().has_value());
}

TEST(SendQueue, GroupsOfOneRankTakeTurns) {
  SendQueue queue;
  for (const ObjectHandle handle : {1, 2, 3}) queue.push_back(Rank::kRoutine, 1, handle);
  for (const ObjectHandle handle : {4, 5}) queue.push_back(Rank::kRoutine, 2, handle);
  EXPECT_EQ(drain(queue), (std::vector<ObjectHandle>{1, 4, 2, 5, 3}));
}

TEST(SendQueue, AGroupWhoseTurnEndsKeepsItsFront) {
  SendQueue queue;
  queue.push_back(Rank::kRoutine, 1, 1);
  queue.push_back(Rank::kRoutine, 2, 2);
  queue.end_turn();
  EXPECT_EQ(queue.front(), 2U);
  queue.end_turn();
  EXPECT_EQ(queue.front(), 1U);
}

TEST(SendQueue, WhatIsInsertedGoesBeforeWhatCameLaterInItsGroup) {
  SendQueue queue;
  for (const ObjectHandle handle : {5, 2, 9, 7}) queue.insert(Rank::kRoutine, 1, handle);
  EXPECT_EQ(drain(queue), (std::vector<ObjectHandle>{2, 5, 7, 9}));
}

TEST(SendQueue, IsVisitedInOrderOfRankUntilTheVisitorHasEnough) {
  SendQueue queue;
  queue.push_back(Rank::kRoutine, 1, 1);
  queue.push_back(Rank::kPriority, 1, 2);
  queue.push_back(Rank::kBulk, 1, 3);
  std::vector<ObjectHandle> seen;
  queue.visit([&](ObjectHandle handle) {
    seen.push_back(handle);
    return seen.size() < 2;
  });
  EXPECT_EQ(seen, (std::vector<ObjectHandle>{2, 1}));
}

}  // namespace
}  // namespace openline
