// SPDX-License-Identifier: Apache-2.0
#include "core/link/object_receiver.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

struct Receiver {
  LinkOptions options;
  ObjectReceiver objects{options};
  auto part(std::uint64_t id, std::uint64_t size, std::uint64_t offset, const Bytes& bytes) {
    auto taken = objects.take(Fragment{{id}, size, offset, bytes});
    objects.check_invariants();
    return taken;
  }
  auto repair(std::uint64_t id, std::size_t k, std::size_t padded_by, std::uint8_t index,
              const Bytes& bytes) {
    auto taken = objects.take(Repair{{id}, k, padded_by, index, bytes});
    objects.check_invariants();
    return taken;
  }
};

TEST(ObjectReceiver, GivesAWholeObjectOutOnce) {
  Receiver receiver;
  const Bytes object{1, 2, 3};
  EXPECT_EQ(receiver.objects.take(WholeObject{{5}, object}).object, object);
  const auto again = receiver.objects.take(WholeObject{{5}, object});
  EXPECT_FALSE(again.object.has_value());
  EXPECT_TRUE(again.kept) << "the repeat is acknowledged";
}

TEST(ObjectReceiver, PutsFragmentsTogetherInAnyOrderWithRepeatsAndOverlaps) {
  Receiver receiver;
  EXPECT_FALSE(receiver.part(1, 6, 4, {5, 6}).object);
  EXPECT_FALSE(receiver.part(1, 6, 0, {1, 2}).object);
  EXPECT_FALSE(receiver.part(1, 6, 0, {1, 2}).object);
  EXPECT_EQ(receiver.part(1, 6, 1, {2, 3, 4}).object, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(receiver.part(1, 6, 0, {1, 2}).object) << "late";
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
}

TEST(ObjectReceiver, IgnoresFragmentsThatDoNotFitTheirObject) {
  Receiver receiver;
  EXPECT_FALSE(receiver.part(1, 4, 3, {1, 2}).object);
  EXPECT_FALSE(receiver.part(1, 4, UINT64_MAX, {1}).object);
  EXPECT_FALSE(receiver.part(1, (1 << 20) + 1, 0, {1}).object);
  EXPECT_FALSE(receiver.part(1, 4, 0, {}).object);
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
  EXPECT_FALSE(receiver.part(1, 4, 0, {1}).object);
  EXPECT_FALSE(receiver.part(1, 5, 1, {1}).object) << "another size";
  EXPECT_EQ(receiver.part(1, 4, 1, {2, 3, 4}).object, (Bytes{1, 2, 3, 4}));
}

TEST(ObjectReceiver, RepairsStandForAnyPartThatDidNotCome) {
  const Bytes object{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  Bytes padded = object;
  padded.resize(12);
  for (std::size_t missing = 0; missing < 3; ++missing) {
    Receiver receiver;
    for (std::size_t at = 0; at < 3; ++at) {
      if (at == missing) continue;
      const std::size_t from = at * 4, to = std::min<std::size_t>(from + 4, 10);
      EXPECT_FALSE(receiver.part(1, 10, from, copy_of(ByteView(object).subspan(from, to - from))).object);
    }
    EXPECT_EQ(receiver.repair(1, 3, 2, 7, coded_symbol(padded, 3, 7)).object, object) << missing;
    EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
    EXPECT_FALSE(receiver.repair(1, 3, 2, 8, coded_symbol(padded, 3, 8)).object) << "given out before";
  }
}

TEST(ObjectReceiver, RepairsAloneAreEnough) {
  Receiver receiver;
  const Bytes object{1, 2, 3, 4, 5, 6};
  EXPECT_FALSE(receiver.repair(1, 2, 0, 255, coded_symbol(object, 2, 255)).object);
  EXPECT_FALSE(receiver.repair(1, 2, 0, 255, coded_symbol(object, 2, 255)).object) << "the same again";
  EXPECT_EQ(receiver.repair(1, 2, 0, 3, coded_symbol(object, 2, 3)).object, object);
}

TEST(ObjectReceiver, IgnoresRepairsThatDoNotFitTheirObject) {
  Receiver receiver;
  const Bytes object{1, 2, 3, 4};
  EXPECT_FALSE(receiver.part(1, 4, 0, {1}).object);
  EXPECT_FALSE(receiver.repair(1, 2, 1, 9, {7, 7}).object) << "of an object of 3 bytes";
  EXPECT_FALSE(receiver.repair(1, 2, 0, 9, coded_symbol(object, 2, 9)).object);
  EXPECT_FALSE(receiver.repair(1, 4, 0, 10, {7}).object) << "cut in another way";
  EXPECT_FALSE(receiver.repair(2, 128, 0, 130, Bytes(10'000)).object) << "larger than objects may be";
  EXPECT_EQ(receiver.repair(1, 2, 0, 10, coded_symbol(object, 2, 10)).object, object);
}

TEST(ObjectReceiver, RepairsTakeRoomAndAreNotKeptBeyondIt) {
  Receiver receiver;
  receiver.options.max_reassembly = 25;
  EXPECT_TRUE(receiver.repair(1, 2, 0, 9, Bytes(5)).kept);
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 15U);
  EXPECT_FALSE(receiver.repair(2, 2, 0, 9, Bytes(6)).kept);
  EXPECT_TRUE(receiver.objects.take(WholeObject{{1}, Bytes(10)}).object);
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
  EXPECT_TRUE(receiver.repair(2, 2, 0, 9, Bytes(6)).kept);
}

TEST(ObjectReceiver, AWholeObjectEndsItsFragments) {
  Receiver receiver;
  (void)receiver.part(1, 1000, 0, Bytes(10));
  EXPECT_TRUE(receiver.objects.take(WholeObject{{1}, Bytes(1000)}).object.has_value());
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
}

TEST(ObjectReceiver, KeepsNothingBeyondItsRoomAndSaysSo) {
  Receiver receiver;
  for (std::uint64_t id = 0; id < 4; ++id) EXPECT_TRUE(receiver.part(id, 1 << 20, 0, {1}).kept);
  EXPECT_FALSE(receiver.part(4, 1 << 20, 0, {1}).kept);
  EXPECT_FALSE(receiver.part(5, 1, 0, {1}).kept);
  EXPECT_TRUE(receiver.part(0, 1 << 20, 1, Bytes((1 << 20) - 1)).object.has_value());
  EXPECT_TRUE(receiver.part(4, 1 << 20, 0, {1}).kept) << "there is room again";
}

TEST(ObjectReceiver, BoundsThePiecesOfAnObjectButLetsItGrowTogether) {
  Receiver receiver;
  std::uint64_t refused = 0;
  for (std::uint64_t at = 0; at < 5000; ++at)
    refused += receiver.part(1, 20'000, at * 4 + 2, {7}).kept ? 0 : 1;
  EXPECT_EQ(refused, 5000 - ObjectReceiver::kMaxPieces);
  EXPECT_TRUE(receiver.part(1, 20'000, 3, {7}).kept);
  std::optional<Bytes> whole;
  for (std::uint64_t at = 20'000; at > 0 && !whole; --at)
    whole = receiver.part(1, 20'000, at - 1, {7}).object;
  for (std::uint64_t at = 0; at < 20'000 && !whole; ++at) whole = receiver.part(1, 20'000, at, {7}).object;
  EXPECT_EQ(whole, Bytes(20'000, 7));
}

TEST(ObjectReceiver, ForgetsTheLowestGapWhenThereAreTooMany) {
  Receiver receiver;
  const Bytes object{1};
  (void)receiver.part(1, 1000, 0, {1});
  for (std::uint64_t id = 0; id <= ObjectReceiver::kMaxGaps; ++id)
    (void)receiver.objects.take(WholeObject{{id * 2}, object});
  receiver.objects.check_invariants();
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U) << "the unfinished object in the gap goes with it";
  EXPECT_FALSE(receiver.objects.take(WholeObject{{1}, object}).object.has_value());
  EXPECT_TRUE(receiver.objects.take(WholeObject{{3}, object}).object.has_value());
}

TEST(ObjectReceiver, StartsOverWithANewEpochButForTheEarlyOnes) {
  Receiver receiver;
  const Bytes object{1};
  (void)receiver.objects.take(WholeObject{{0}, object});
  (void)receiver.part(3, 1000, 0, {1});
  RangeSet early;
  early.add({7, 8});
  receiver.objects.start_over(early);
  EXPECT_TRUE(receiver.objects.take(WholeObject{{0}, object}).object.has_value());
  EXPECT_FALSE(receiver.objects.take(WholeObject{{7}, object}).object.has_value());
  EXPECT_EQ(receiver.objects.unfinished_bytes(), 0U);
}

}  // namespace
}  // namespace openline
