// SPDX-License-Identifier: Apache-2.0
#include "core/link/rounds.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{10}};
constexpr Microseconds kTrip = Milliseconds{100};

MonotonicTime at(int milliseconds) { return kStart + Milliseconds{milliseconds}; }

TEST(Rounds, CountWhatArrivesAndWhatIsLostInARoundTrip) {
  Rounds rounds(1000);
  EXPECT_FALSE(rounds.acknowledged(1000, false, kTrip, at(0))) << "nobody knows since when that was counted";
  rounds.lost(1000);
  for (int i = 1; i < 10; ++i) EXPECT_FALSE(rounds.acknowledged(1000, i == 5, kTrip, at(10 * i)));
  const auto round = rounds.acknowledged(0, false, kTrip, at(100));
  ASSERT_TRUE(round);
  EXPECT_DOUBLE_EQ(round->rate, 90'000);
  EXPECT_DOUBLE_EQ(round->loss, 0.1);
  EXPECT_TRUE(round->held_back);
  EXPECT_EQ(round->least, kTrip);
}

TEST(Rounds, WeighOneRoundByThoseBeforeIt) {
  Rounds rounds(1000);
  std::optional<Round> round;
  const auto play = [&](int number, int arrived, std::size_t lost) {
    for (int i = 1; i < arrived; ++i)
      EXPECT_FALSE(rounds.acknowledged(1000, true, kTrip, at(100 * number + i)));
    rounds.lost(lost);
    round = rounds.acknowledged(1000, true, kTrip, at(100 * number + 100));
    ASSERT_TRUE(round);
  };
  (void)rounds.acknowledged(0, true, kTrip, at(0));
  for (int number = 0; number < 40; ++number) play(number, 10, 0);
  play(40, 10, 10'000);
  EXPECT_DOUBLE_EQ(round->loss, 0.5);
  EXPECT_NEAR(round->loss_lately, 1.0 / 9, 0.01) << "of eight rounds' worth before it nothing was lost";
  EXPECT_DOUBLE_EQ(round->sent, 200'000) << "a path that became faster is known at once";
  play(41, 5, 0);
  EXPECT_NEAR(round->sent, 105'000, 1000) << "one slow round is chance";
}

TEST(Rounds, DoNotCountOverAPause) {
  Rounds rounds(1000);
  (void)rounds.acknowledged(1000, true, kTrip, at(0));
  EXPECT_FALSE(rounds.acknowledged(1000, true, kTrip, at(5000)));
  EXPECT_FALSE(rounds.last());
  EXPECT_TRUE(rounds.acknowledged(1000, true, kTrip, at(5100))) << "it began after the pause";
}

TEST(Rounds, SeeAQueueInTheRoundTrip) {
  Rounds rounds(1000);
  EXPECT_FALSE(rounds.shows_queue(kTrip)) << "nothing to compare with";
  (void)rounds.acknowledged(1000, true, kTrip, at(0));
  EXPECT_FALSE(rounds.shows_queue(kTrip * 5 / 4));
  EXPECT_TRUE(rounds.shows_queue(kTrip * 4 / 3));
  for (int i = 1; i < 4; ++i) (void)rounds.acknowledged(1000, true, 3 * kTrip, at(i));
  EXPECT_EQ(rounds.recent(), kTrip) << "jitter is no queue";
  (void)rounds.acknowledged(1000, true, 3 * kTrip, at(4));
  EXPECT_EQ(rounds.recent(), 3 * kTrip);
}

TEST(Rounds, SeeAShorterQueueWhereTheRoundTripIsShort) {
  for (const auto& [trip, whims] : {std::pair(Microseconds{100}, Microseconds{1000}),
                                    {Microseconds{500}, Microseconds{2000}},
                                    {Milliseconds{20}, Milliseconds{5}}}) {
    Rounds rounds(1000);
    (void)rounds.acknowledged(1000, true, trip, at(0));
    EXPECT_FALSE(rounds.shows_queue(trip + trip / 4 + whims)) << trip.count();
    EXPECT_TRUE(rounds.shows_queue(trip + trip / 4 + whims + Microseconds{1})) << trip.count();
  }
}

TEST(Rounds, ForgetALeastRoundTripOfAnotherRoute) {
  Rounds rounds(1000);
  (void)rounds.acknowledged(1000, true, kTrip, at(0));
  for (int second = 1; second < 70; ++second)
    (void)rounds.acknowledged(1000, true, 5 * kTrip, at(1000 * second));
  EXPECT_EQ(rounds.least(), 5 * kTrip);
  EXPECT_FALSE(rounds.shows_queue(5 * kTrip));
}

}  // namespace
}  // namespace openline
