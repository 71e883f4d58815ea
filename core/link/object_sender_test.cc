// SPDX-License-Identifier: Apache-2.0
#include "core/link/object_sender.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr PathId kFirst{0}, kSecond{1};
constexpr SendOptions kRoutine{}, kFlash{Precedence::kFlash, 0, std::nullopt, false};

struct Sender {
  LinkOptions options;
  ObjectSender objects{options};
  std::vector<Carried> packet(PathId path = kFirst, Rank least = Rank::kBulk, std::size_t budget = 1000) {
    FrameWriter frames(budget);
    auto carried = objects.fill(frames, {path}, least);
    objects.check_invariants();
    return carried;
  }
};

TEST(ObjectSender, CutsAnObjectIntoPacketsAndIsDoneWhenAllAreAcknowledged) {
  Sender sender;
  const ObjectHandle handle = sender.objects.add(Bytes(2500), kRoutine);
  std::vector<Carried> all;
  while (sender.objects.pending(kFirst)) {
    for (const Carried& carried : sender.packet()) all.push_back(carried);
  }
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.front().part.from, 0U);
  EXPECT_EQ(all.back().part.to, 2500U);
  for (const Carried& carried : all) {
    EXPECT_TRUE(sender.objects.take_delivered().empty());
    sender.objects.acknowledged(carried);
  }
  EXPECT_EQ(sender.objects.take_delivered(), std::vector<ObjectHandle>{handle});
  EXPECT_TRUE(sender.objects.empty());
  EXPECT_EQ(sender.objects.queued_bytes(), 0U);
}

TEST(ObjectSender, SendsAgainOnlyWhatWasLostAndIsNotYetAcknowledged) {
  Sender sender;
  (void)sender.objects.add(Bytes(2500), kRoutine);
  const auto one = sender.packet(), two = sender.packet(), three = sender.packet();
  sender.objects.acknowledged(one[0]);
  sender.objects.lost(kFirst, one[0]);
  EXPECT_FALSE(sender.objects.pending(kFirst)) << "it came after all";
  sender.objects.lost(kFirst, two[0]);
  const auto again = sender.packet();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].part, two[0].part);
  EXPECT_FALSE(sender.objects.pending(kFirst));
}

struct Tail : Sender {  // an object in three parts, all of which are on their way
  ObjectHandle handle = objects.add(Bytes(2500, 7), kRoutine);
  Way way{kFirst, 0.2, SIZE_MAX, 0, Seconds{1}, MonotonicTime{}, false, 1000};
  std::vector<Carried> parts;
  Tail() {
    while (objects.pending(kFirst)) parts.push_back(packet()[0]);
  }
  std::vector<Carried> repair(std::size_t budget = 1000) {
    FrameWriter frames(budget);
    auto carried = objects.fill_repeats(frames, way);
    objects.check_invariants();
    return carried;
  }
  std::size_t repairs_until_enough() {
    std::size_t count = 0;
    while (objects.has_repeats(way) && count < 100) count += repair().size();
    return count;
  }
};

TEST(ObjectSender, ALargeObjectGetsRepairsForTheLossOfItsPath) {
  Tail calm, rough;
  calm.way.loss = 0.01;
  rough.way.loss = 0.5;
  const std::size_t few = calm.repairs_until_enough(), many = rough.repairs_until_enough();
  EXPECT_GE(few, 1U);
  EXPECT_GT(many, 2 * few);
  EXPECT_LT(many, 20U);
}

TEST(ObjectSender, ARepairThatArrivesStandsForAnyPart) {
  Tail tail;
  const auto one = tail.repair(), two = tail.repair();
  ASSERT_TRUE(one.at(0).repair && two.at(0).repair);
  EXPECT_NE(one[0].repair, two[0].repair);
  tail.objects.acknowledged(one[0]);
  tail.objects.acknowledged(one[0]);
  tail.objects.acknowledged(tail.parts[0]);
  EXPECT_TRUE(tail.objects.take_delivered().empty());
  tail.objects.acknowledged(two[0]);
  EXPECT_EQ(tail.objects.take_delivered(), std::vector<ObjectHandle>{tail.handle});
  tail.objects.lost(kFirst, tail.parts[1]);
  EXPECT_FALSE(tail.objects.pending(kFirst));
}

TEST(ObjectSender, ALostRepairIsReplacedByAnother) {
  Tail tail;
  std::vector<Carried> sent;
  while (tail.objects.has_repeats(tail.way)) sent.push_back(tail.repair().at(0));
  tail.objects.lost(kFirst, sent.front());
  ASSERT_TRUE(tail.objects.has_repeats(tail.way));
  EXPECT_TRUE(tail.repair().at(0).repair);
  EXPECT_FALSE(tail.objects.has_repeats(tail.way));
}

TEST(ObjectSender, RepairsWaitWhileAPartDoes) {
  Tail tail;
  tail.objects.lost(kFirst, tail.parts[1]);
  EXPECT_FALSE(tail.objects.has_repeats(tail.way));
  EXPECT_EQ(tail.packet()[0].part, tail.parts[1].part);
  EXPECT_TRUE(tail.objects.has_repeats(tail.way));
}

TEST(ObjectSender, OneMoreRepairGoesWhenAnAnswerIsLate) {
  Tail tail;
  (void)tail.repairs_until_enough();
  EXPECT_EQ(tail.objects.next_late(tail.way), MonotonicTime{} + Seconds{1});
  tail.way.now = MonotonicTime{} + Seconds{1};
  EXPECT_EQ(tail.repairs_until_enough(), 1U);
  EXPECT_EQ(tail.objects.next_late(tail.way), MonotonicTime{} + Seconds{2});
}

TEST(ObjectSender, WhatTakesMoreSymbolsThanAGenerationHasIsNotRepaired) {
  Tail tail;
  tail.way.room = 93;  // 64 bytes beside what is around a symbol: 40 symbols
  EXPECT_TRUE(tail.objects.has_repeats(tail.way));
  Sender large;
  (void)large.objects.add(Bytes(64 * 128 + 1), kRoutine);
  while (large.objects.pending(kFirst)) (void)large.packet();
  EXPECT_FALSE(large.objects.has_repeats(tail.way));
}

TEST(ObjectSender, ASmallObjectThatWaitsForTheNextPacketIsNotCut) {
  Sender sender;
  (void)sender.objects.add(Bytes(600), kRoutine);
  (void)sender.objects.add(Bytes(600), kRoutine);
  EXPECT_EQ(sender.packet().size(), 1U);
  EXPECT_EQ(sender.packet().size(), 1U);
}

TEST(ObjectSender, AFlashGoesOnEveryLaneAndOthersOnOne) {
  Sender sender;
  sender.objects.open_lane(kFirst);
  (void)sender.objects.add(Bytes(50), kFlash);
  sender.objects.open_lane(kSecond);
  (void)sender.objects.add(Bytes(60), kRoutine);
  const auto one = sender.packet(kFirst), two = sender.packet(kSecond);
  ASSERT_EQ(one.size(), 2U);
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].object, one[0].object);
  sender.objects.acknowledged(two[0]);
  sender.objects.lost(kFirst, one[0]);
  EXPECT_FALSE(sender.objects.pending(kFirst)) << "the other copy came";
}

TEST(ObjectSender, WhatWasLostGoesAgainInItsOldOrder) {
  Sender sender;
  for (std::size_t size : {501, 502, 503}) (void)sender.objects.add(Bytes(size), kRoutine);
  const auto one = sender.packet(), two = sender.packet(), three = sender.packet();
  sender.objects.lost(kFirst, two[0]);
  sender.objects.lost(kFirst, one[0]);
  sender.objects.lost(kFirst, three[0]);
  for (const auto* expected : {&one, &two, &three})
    EXPECT_EQ(sender.packet()[0].object, (*expected)[0].object);
}

TEST(ObjectSender, OnANarrowPathWhatWillBeReplacedIsAStatement) {
  Sender sender;
  (void)sender.objects.add(Bytes(50), {.supersedes_key = 1});
  (void)sender.objects.add(Bytes(50), {});
  FrameWriter frames(1000);
  Way narrow{kFirst};
  narrow.is_narrow = true;
  const auto carried = sender.objects.fill(frames, narrow, Rank::kBulk);
  ASSERT_EQ(carried.size(), 2U);
  EXPECT_TRUE(carried[0].is_statement);
  EXPECT_FALSE(carried[1].is_statement);
  const Bytes plain = frames.take();
  FrameReader reader(plain);
  EXPECT_EQ(wish_of(reader.next().value()), Wish::kWhenConvenient);
  EXPECT_EQ(wish_of(reader.next().value()), Wish::kSoon);
}

TEST(ObjectSender, AFlashWithoutALaneWaitsForOne) {
  Sender sender;
  (void)sender.objects.add(Bytes(3000), kFlash);
  EXPECT_FALSE(sender.objects.pending(kFirst));
  sender.objects.open_lane(kFirst);
  EXPECT_EQ(sender.objects.pending(kFirst), Rank::kFlash);
  const auto sent = sender.packet();
  sender.objects.close_lane(kFirst);
  sender.objects.lost(kFirst, sent[0]);
  EXPECT_FALSE(sender.objects.pending(kFirst));
  sender.objects.open_lane(kFirst);
  EXPECT_EQ(sender.packet()[0].part.from, 0U) << "all of it goes again on a path that came back";
}

TEST(ObjectSender, GivesAPathWithoutRoomOnlyAFlash) {
  Sender sender;
  sender.objects.open_lane(kFirst);
  (void)sender.objects.add(Bytes(10), kRoutine);
  EXPECT_TRUE(sender.packet(kFirst, Rank::kFlash).empty());
  (void)sender.objects.add(Bytes(10), kFlash);
  EXPECT_EQ(sender.packet(kFirst, Rank::kFlash).size(), 1U);
}

TEST(ObjectSender, EarlyObjectsStayInTheQueueAndKeepTheirNumber) {
  Sender sender;
  const ObjectHandle routine = sender.objects.add(Bytes(100), kRoutine);
  const ObjectHandle flash = sender.objects.add(Bytes(100), kFlash);
  (void)sender.objects.add(Bytes(5000), kFlash);
  (void)sender.objects.add(Bytes(20), {.supersedes_key = 1});
  FrameWriter frames(300);
  const auto early = sender.objects.fill_early(frames);
  ASSERT_EQ(early.size(), 2U) << "whole objects only, and none that a newer one will replace";
  EXPECT_EQ(early[0].object, flash) << "the urgent first";
  EXPECT_EQ(early[1].object, routine);
  const Bytes plain = frames.take();
  FrameReader reader(plain);
  const ObjectId number = std::get<WholeObject>(reader.next().value()).id;
  sender.objects.open_lane(kFirst);
  FrameWriter later(110);
  ASSERT_EQ(sender.objects.fill(later, {kFirst}, Rank::kFlash).size(), 1U);
  const Bytes again = later.take();
  EXPECT_EQ(std::get<WholeObject>(FrameReader(again).next().value()).id, number);
}

TEST(ObjectSender, ReplacesWhatIsUnsentAndNothingElse) {
  Sender sender;
  const SendOptions keyed{Precedence::kRoutine, 1, 42, false};
  const ObjectHandle one = sender.objects.add(Bytes(100), keyed);
  EXPECT_EQ(sender.objects.add(Bytes(200), keyed), one);
  EXPECT_EQ(sender.objects.queued_bytes(), 200U);
  EXPECT_EQ(sender.packet()[0].part.size(), 200U);
  const ObjectHandle two = sender.objects.add(Bytes(300), keyed);
  EXPECT_NE(two, one) << "the first is under way";
  EXPECT_EQ(sender.objects.count(), 1U) << "and nobody needs it any more";
  EXPECT_TRUE(sender.objects.replace(two, Bytes(250)));
  EXPECT_EQ(sender.packet()[0].part.size(), 250U);
  EXPECT_FALSE(sender.objects.replace(two, Bytes(1))) << "it is under way";
}

TEST(ObjectSender, CountsApartWhatNothingElseWaitsFor) {
  Sender sender;
  const SendOptions bulk{.group = 1, .supersedes_key = 42, .bulk = true};
  (void)sender.objects.add(Bytes(500), bulk);
  (void)sender.objects.add(Bytes(700), bulk);
  (void)sender.objects.add(Bytes(30), kRoutine);
  EXPECT_EQ(sender.objects.queued_bytes(), 730U) << "of the bulk the newer took the older's place";
  EXPECT_EQ(sender.objects.queued_before_bulk(), 30U);
  (void)sender.objects.add(Bytes(200), bulk);
  EXPECT_EQ(sender.objects.queued_before_bulk(), 30U) << "and a smaller one";
  sender.objects.check_invariants();
  for (const Carried& carried : sender.packet()) sender.objects.acknowledged(carried);
  EXPECT_EQ(sender.objects.queued_before_bulk(), 0U);
  sender.objects.check_invariants();
}

TEST(ObjectSender, GivesUpWhatWasSentAndKeepsWhatWaits) {
  Sender sender;
  (void)sender.objects.add(Bytes(900), kRoutine);
  (void)sender.objects.add(Bytes(900), kRoutine);
  const auto sent = sender.packet();
  sender.objects.give_up_in_flight();
  EXPECT_EQ(sender.objects.count(), 1U);
  sender.objects.acknowledged(sent[0]);
  sender.objects.lost(kFirst, sent[0]);
  EXPECT_TRUE(sender.objects.take_delivered().empty());
  EXPECT_EQ(sender.packet().size(), 1U);
}

TEST(ObjectSender, BeginsNoMoreThanTheReceiverHasRoomFor) {
  Sender sender;
  sender.objects.open_lane(kFirst);
  for (std::uint32_t group = 0; group < 8; ++group)
    (void)sender.objects.add(Bytes(1 << 20), {Precedence::kRoutine, group, std::nullopt, false});
  std::set<ObjectHandle> begun;
  std::vector<Carried> in_flight;
  const auto send = [&](int packets) {
    for (; packets > 0; --packets) {
      for (const Carried& carried : sender.packet())
        begun.insert(carried.object), in_flight.push_back(carried);
    }
  };
  send(100);
  EXPECT_EQ(begun.size(), 2U) << "half of four mebibytes";
  (void)sender.objects.add(Bytes(1 << 20), kFlash);
  send(1);
  EXPECT_EQ(begun.size(), 3U) << "there is room left for the urgent";
  for (int rounds = 0; rounds < 100 && !sender.objects.empty(); ++rounds) {
    for (const Carried& carried : std::exchange(in_flight, {})) sender.objects.acknowledged(carried);
    send(1000);
  }
  EXPECT_EQ(sender.objects.take_delivered().size(), 9U) << "none is left behind";
}

}  // namespace
}  // namespace openline
