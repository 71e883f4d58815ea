// SPDX-License-Identifier: Apache-2.0
#include "core/link/block_sender.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr Microseconds kAnswer = Seconds{20};
constexpr double kLoss = 0.1;
const MonotonicTime kStart{Seconds{100}};

// Blocks of k symbols of 10 bytes, each carrying the object of its number.
struct Blocks : ::testing::Test {
  BlockSender sender;
  MonotonicTime now = kStart;
  void begin(std::uint32_t number, Rank rank, std::size_t k) {
    ASSERT_TRUE(sender.may_begin(rank, number));
    sender.begin({number}, rank, Bytes(k * 10, 7), 10, {Carried{number, {0, 1}}});
  }
  std::optional<BlockSender::Next> send() {
    now += Seconds{1};
    const auto wish = sender.next(kLoss, kAnswer, now);
    sender.check_invariants();
    return wish ? std::optional(sender.take(*wish, now)) : std::nullopt;
  }
  std::size_t send_all() {
    std::size_t sent = 0;
    while (send()) ++sent;
    return sent;
  }
  static Report report(BlockStanding newest, std::uint8_t came = 0, std::uint8_t missed = 0) {
    return {{0}, newest, 0, came, missed, {}};
  }
};

TEST(ChanceOfTooFew, IsThatOfTheBinomialDistribution) {
  EXPECT_EQ(chance_of_too_few(3, 2, 0.5), 1);
  EXPECT_NEAR(chance_of_too_few(1, 3, 0.1), 0.001, 1e-12);
  EXPECT_NEAR(chance_of_too_few(2, 2, 0.1), 0.19, 1e-12);
  EXPECT_NEAR(chance_of_too_few(11, 11, 0.1), 0.68619, 1e-5);
  EXPECT_LT(chance_of_too_few(100, 256, 0.03), 1e-9) << "no term is too small";
}

TEST_F(Blocks, GoInOrderAndThenAsRepairsUntilEnoughMustHaveArrived) {
  begin(0, Rank::kFlash, 4);
  for (std::uint8_t index = 0; index < 6; ++index) EXPECT_EQ(send()->index, index);
  const std::size_t more = send_all();
  EXPECT_LE(chance_of_too_few(4, 6 + more, kLoss), BlockSender::kUnlikely);
  EXPECT_GT(chance_of_too_few(4, 5 + more, kLoss), BlockSender::kUnlikely);
}

TEST_F(Blocks, OneThatStaysUnansweredGetsOneMoreEachTimeThatAnAnswerTakes) {
  begin(0, Rank::kFlash, 2);
  (void)send_all();
  const MonotonicTime due = sender.due(kAnswer, now);
  now = due;
  const auto wish = sender.next(kLoss, kAnswer, now);
  ASSERT_TRUE(wish);
  EXPECT_TRUE(wish->late);
  (void)sender.take(*wish, now);
  EXPECT_FALSE(sender.next(kLoss, kAnswer, now));
}

TEST_F(Blocks, TheMoreUrgentGoesFirstAtEachPacket) {
  begin(0, Rank::kRoutine, 8);
  EXPECT_EQ(send()->number.value, 0U);
  begin(1, Rank::kFlash, 2);
  EXPECT_EQ(send()->number.value, 1U);
  EXPECT_EQ(send()->number.value, 1U);
  for (auto next = send(); next; next = send()) {
    if (next->number.value == 0) return;
  }
  FAIL() << "the first never went on";
}

TEST_F(Blocks, AReportEndsWhatCameAndSaysHowMuchWasLost) {
  begin(5, Rank::kRoutine, 3);
  for (int sent = 0; sent < 4; ++sent) (void)send();
  const auto outcome = sender.report(report({{5}, 0, 3}, 3, 1), now + Seconds{2});
  ASSERT_EQ(outcome.arrived.size(), 1U);
  EXPECT_EQ(outcome.arrived[0].object, 5U);
  EXPECT_EQ(outcome.came, 3U);
  EXPECT_EQ(outcome.missed, 1U);
  EXPECT_EQ(outcome.round_trip, Seconds{2});
  EXPECT_FALSE(send());
}

TEST_F(Blocks, AReportOfMissingSymbolsAsksForThatMany) {
  begin(0, Rank::kRoutine, 10);
  while (sender.waiting_bytes() > 0) (void)send();
  (void)send_all();
  (void)sender.report(report({{0}, 5, 200}), now);  // an index that was never sent says nothing
  EXPECT_FALSE(send());
  (void)sender.report(report({{0}, 1, 9}), now);
  EXPECT_FALSE(send()) << "the repairs that are on their way are enough";
  EXPECT_TRUE(sender.report(report({{0}, 1, 14}), now).arrived.empty());
  EXPECT_TRUE(send()) << "only one is on its way";
}

TEST_F(Blocks, NoneBeginsOutOfTheReachOfShortNumbersOrBeyondTheBound) {
  EXPECT_FALSE(sender.may_begin(Rank::kFlash, BlockSender::kReach));
  for (std::uint32_t number = 0; number < BlockSender::kMaxBlocks; ++number) begin(number, Rank::kRoutine, 1);
  EXPECT_FALSE(sender.may_begin(Rank::kRoutine, 8));
  EXPECT_TRUE(sender.may_begin(Rank::kFlash, 8));
}

TEST_F(Blocks, AnAcknowledgementOnAnotherPathEndsThemToo) {
  begin(3, Rank::kRoutine, 2);
  begin(4, Rank::kRoutine, 2);
  const auto arrived = sender.acknowledged({{0}, {5}, {}, {1, 1, 2}});
  ASSERT_EQ(arrived.size(), 1U);
  EXPECT_EQ(arrived[0].object, 3U);
}

}  // namespace
}  // namespace openline
