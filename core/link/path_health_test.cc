// SPDX-License-Identifier: Apache-2.0
#include "core/link/path_health.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/link/address_validation.h"

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{1000}};
constexpr HeartbeatPace kIdle{};

TEST(PathHealth, NeedsAsManyMissedHeartbeatsAsItsLossMakesUnlikely) {
  const LinkOptions options;
  const std::vector<std::pair<double, int>> expected{{0, 3},   {0.04, 3},  {0.09, 4},
                                                     {0.3, 8}, {0.45, 12}, {0.9, 12}};
  for (const auto& [loss, missed] : expected) {
    PathHealth health(options, std::nullopt);
    for (int i = 0; i < 100'000; ++i)
      i % 100 < static_cast<int>(loss * 100 + 0.5) ? health.lost(1) : health.acknowledged(1);
    // The measured loss swings with the pattern above; the formula is checked against what was measured.
    int least = 3;
    while (least < 12 && std::pow(health.loss(), least) > 1e-4) ++least;
    EXPECT_EQ(health.detection_time(true), Seconds{10 * least}) << loss << " " << missed;
    EXPECT_EQ(health.detection_time(false), Seconds{60 * least});
    EXPECT_EQ(least, loss == 0 || loss > 0.8 ? missed : least);
  }
}

TEST(PathHealth, GoesDownAfterItsDetectionTimeOfSilence) {
  const LinkOptions options;
  PathHealth health(options, std::nullopt);
  EXPECT_TRUE(health.heard(kStart));
  EXPECT_FALSE(health.heard(kStart));
  EXPECT_FALSE(health.check(kIdle, kStart + Seconds{180} - Microseconds{1}));
  EXPECT_TRUE(health.check(kIdle, kStart + Seconds{180}));
  EXPECT_EQ(health.state(), PathState::kDown);
  EXPECT_EQ(health.check_due(kIdle), kNever);
  EXPECT_TRUE(health.heard(kStart + Seconds{500}));
}

TEST(PathHealth, BecomingBusyIsNoReasonToCallASilentPathDown) {
  const LinkOptions options;
  PathHealth health(options, std::nullopt);
  (void)health.heard(kStart);
  const HeartbeatPace busy{true, kStart + Seconds{100}};
  EXPECT_FALSE(health.check(busy, kStart + Seconds{129}));
  EXPECT_TRUE(health.check(busy, kStart + Seconds{130}));
}

TEST(PathHealth, GettingBusyAgainAndAgainDoesNotPutDetectionOff) {
  const LinkOptions options;
  PathHealth health(options, std::nullopt);
  (void)health.heard(kStart);
  EXPECT_TRUE(health.check({true, kStart + Seconds{179}}, kStart + Seconds{180}));
}

TEST(PathHealth, HeartbeatsGoOnlyWhereNothingElseWasSent) {
  const LinkOptions options;
  PathHealth health(options, std::nullopt);
  EXPECT_LE(health.ping_due(kIdle), kStart) << "a new path is tried at once";
  health.sent(kStart);
  EXPECT_EQ(health.ping_due(kIdle), kStart + Seconds{60});
  EXPECT_EQ(health.ping_due({true, kStart}), kStart + Seconds{10});
}

TEST(PathHealth, AnUntriedPathThatNeverAnswersGoesDown) {
  const LinkOptions options;
  PathHealth health(options, std::nullopt);
  EXPECT_EQ(health.check_due(kIdle), kNever) << "nothing was due";
  health.sent(kStart);
  EXPECT_TRUE(health.check(kIdle, kStart + Seconds{180}));
}

TEST(PathHealth, HeartbeatsTakeATwentiethOfANarrowPathAtMost) {
  const LinkOptions options;
  PathHealth health(options, 9);  // bytes a second: 75 bit/s
  health.sent(kStart);
  EXPECT_GE(health.ping_due({true, kStart}), kStart + Seconds{64 * 20 / 9});
}

TEST(PathHealth, HeartbeatsGoOftenEnoughForANatButNotOnANarrowPath) {
  const LinkOptions options;
  PathHealth behind_nat(options, std::nullopt, Seconds{25}), narrow(options, 8, Seconds{25});
  for (PathHealth* health : {&behind_nat, &narrow}) health->sent(kStart);
  EXPECT_EQ(behind_nat.ping_due(kIdle), kStart + Seconds{25});
  EXPECT_EQ(behind_nat.ping_due({true, kStart}), kStart + Seconds{10}) << "busy ones go more often still";
  EXPECT_EQ(narrow.ping_due(kIdle), kStart + Seconds{64 * 20 / 8}) << "a twentieth of its rate at most";
  behind_nat.sent(kStart + Seconds{20});
  EXPECT_EQ(behind_nat.ping_due(kIdle), kStart + Seconds{45}) << "only when nothing else was sent";
}

TEST(AddressValidation, AllowsThreeTimesWhatCame) {
  AddressValidation validation;
  EXPECT_EQ(validation.allowance(), 0U);
  validation.received(100);
  EXPECT_EQ(validation.allowance(), 300U);
  validation.sent(250);
  EXPECT_EQ(validation.allowance(), 50U);
  validation.sent(100);
  EXPECT_EQ(validation.allowance(), 0U);
  validation.set_valid();
  EXPECT_EQ(validation.allowance(), UINT64_MAX);
}

TEST(AddressValidation, TakesTheAnswerToItsOwnChallengeOnly) {
  AddressValidation validation;
  const ChallengeToken token{{1, 2, 3}};
  EXPECT_FALSE(validation.answered(ChallengeToken{}));
  EXPECT_EQ(validation.challenge(token, kStart), token);
  EXPECT_FALSE(validation.answered(ChallengeToken{{9}}));
  EXPECT_EQ(validation.challenge(ChallengeToken{{9}}, kStart + Seconds{1}), token)
      << "a late answer counts too";
  EXPECT_TRUE(validation.answered(token));
  EXPECT_FALSE(validation.answered(token)) << "once";
  EXPECT_EQ(validation.challenge_due(), kNever);
}

TEST(AddressValidation, GivesUpAfterAWhile) {
  AddressValidation validation;
  EXPECT_EQ(validation.failure_due(), kNever);
  (void)validation.challenge({{1}}, kStart);
  EXPECT_EQ(validation.challenge_due(), kStart + AddressValidation::kRepeat);
  (void)validation.challenge({{1}}, kStart + Seconds{1});
  EXPECT_EQ(validation.failure_due(), kStart + AddressValidation::kPatience);
}

}  // namespace
}  // namespace openline
