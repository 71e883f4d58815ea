// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/drafts.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using Why = DeskRefusal::Why;

const Actor kAuthor{"ann", {Role::kOfficer}}, kReleaser{"bob", {Role::kReleaser}},
    kSecond{"cleo", {Role::kReleaser}}, kOther{"dora", {Role::kOfficer}},
    kSupervisor{"eli", {Role::kSupervisor}};

DraftContent content(std::uint8_t people = 2, Class entry_class = Class::kLive) {
  DraftContent result;
  result.act = "entries";
  result.body = "{}";
  result.precedence = Precedence::kFlash;
  result.entry_class = entry_class;
  if (entry_class == Class::kExercise) result.exercise = "JUNE";
  result.need = {people, people > 1};
  return result;
}

class DraftsTest : public testing::Test {
 protected:
  Drafts drafts_{{}, test::seed_of(3)};
  LineId line_{};
  void TearDown() override { drafts_.check_invariants(); }
  std::uint64_t add(DraftContent of = content(), const Actor& by = kAuthor, bool submit = true) {
    return (*drafts_.add(line_, "defense", std::move(of), by, submit, at(0)))->number;
  }
  Allowed<bool> release(std::uint64_t number, const Actor& by, const Actor& author = kAuthor,
                        const std::string& words = "live flash", std::uint32_t version = 1) {
    return drafts_.release(number, {version, words, "", false}, by, author, at(1));
  }
};

TEST_F(DraftsTest, GoesOutWhenAnotherReleasesIt) {
  const std::uint64_t number = add();
  const auto together = release(number, kReleaser);
  ASSERT_TRUE(together) << together.error().message;
  EXPECT_TRUE(*together);
  EXPECT_EQ(release(number, kSecond).error().why, Why::kConflict) << "it is going out";
  drafts_.released(number, {{7, "ab"}});
  EXPECT_EQ(drafts_.find(number)->state, DraftState::kReleased);
  EXPECT_EQ(release(number, kSecond).error().why, Why::kConflict);
  EXPECT_EQ(drafts_.withdraw(number, kAuthor).error().why, Why::kConflict);
}

TEST_F(DraftsTest, IsNotReleasedByItsAuthorAlone) {
  const Actor both{"ann", {Role::kOfficer, Role::kReleaser}};
  const std::uint64_t number = add(content(), both);
  const auto alone = release(number, both, both);
  EXPECT_TRUE(alone && !*alone);
  EXPECT_FALSE(release(number, both, both)) << "however often";
  EXPECT_TRUE(*release(number, kReleaser, both));
}

TEST_F(DraftsTest, TakesAReleaser) {
  const std::uint64_t number = add();
  EXPECT_EQ(release(number, kOther).error().why, Why::kForbidden);
  EXPECT_EQ(release(number, kSupervisor).error().why, Why::kForbidden);
}

TEST_F(DraftsTest, TakesAsManyAsAreNeeded) {
  const std::uint64_t number = add(content(3));
  EXPECT_FALSE(*release(number, kReleaser));
  EXPECT_EQ(release(number, kReleaser).error().why, Why::kConflict);
  EXPECT_TRUE(*release(number, kSecond));
}

TEST_F(DraftsTest, AnAuthorWhoWasDisabledCountsNoLonger) {
  const std::uint64_t number = add();
  EXPECT_FALSE(*release(number, kReleaser, {"ann", {}}));
  EXPECT_TRUE(*release(number, kSecond, {"ann", {}}));
}

TEST_F(DraftsTest, IsConfirmedInWordsAndADrillIsNoLiveMessage) {
  const std::uint64_t drill = add(content(2, Class::kExercise)), live = add();
  EXPECT_EQ(drafts_.find(drill)->confirmation(), "exercise JUNE flash");
  for (const char* words :
       {"live flash", "exercise flash", "exercise JULY flash", "Exercise JUNE flash", ""}) {
    const auto refused = release(drill, kReleaser, kAuthor, words);
    ASSERT_FALSE(refused) << words;
    EXPECT_EQ(refused.error().why, Why::kRefused);
  }
  EXPECT_EQ(release(live, kReleaser, kAuthor, "exercise JUNE flash").error().field, "confirm");
  EXPECT_TRUE(drafts_.find(live)->releases.empty()) << "nobody stands behind it";
}

TEST_F(DraftsTest, AReleaseIsOfWhatItsReleaserSaw) {
  const std::uint64_t number = add(content(3));
  EXPECT_FALSE(*release(number, kReleaser));
  ASSERT_TRUE(drafts_.change(number, content(3, Class::kExercise), kAuthor));
  EXPECT_TRUE(drafts_.find(number)->releases.empty());
  EXPECT_EQ(release(number, kSecond).error().field, "version");
  EXPECT_EQ(drafts_.give_back(number, 1, "spelling", kSecond).error().field, "version");
}

TEST_F(DraftsTest, IsReturnedWithAReasonAndComesAgain) {
  const std::uint64_t number = add();
  ASSERT_TRUE(drafts_.give_back(number, 1, "which balloon?", kReleaser));
  EXPECT_EQ(drafts_.find(number)->remark, "which balloon?");
  EXPECT_EQ(release(number, kReleaser).error().why, Why::kConflict);
  EXPECT_EQ(drafts_.submit(number, kOther).error().why, Why::kForbidden);
  ASSERT_TRUE(drafts_.change(number, content(), kAuthor));
  ASSERT_TRUE(drafts_.submit(number, kAuthor));
  EXPECT_TRUE(*release(number, kReleaser, kAuthor, "live flash", 2));
}

TEST_F(DraftsTest, AnEmergencyIsOneAloneWhereThePlanHasIt) {
  const std::uint64_t number = add();
  const Actor alone{"ann", {Role::kReleaser}};
  EXPECT_EQ(drafts_.release(number, {1, "live flash", "nobody else is here", false}, alone, alone, at(1))
                .error()
                .field,
            "emergency");
  const auto together =
      drafts_.release(number, {1, "live flash", "nobody else is here", true}, alone, alone, at(1));
  ASSERT_TRUE(together);
  EXPECT_TRUE(*together);
  EXPECT_EQ(drafts_.find(number)->releases.front().emergency, "nobody else is here");
}

TEST_F(DraftsTest, WhatDidNotGoOutIsReleasedAgain) {
  const std::uint64_t number = add();
  EXPECT_TRUE(*release(number, kReleaser));
  drafts_.not_released(number);
  EXPECT_TRUE(*release(number, kReleaser)) << "who released it already, after a failure or a restart";
  const Draft kept = *drafts_.find(number);
  Drafts restarted({kept}, test::seed_of(4));
  EXPECT_EQ(restarted.withdraw(number, kAuthor).error().why, Why::kConflict) << "it may have gone out";
  EXPECT_FALSE(restarted.release(number, {1, "live flash", "", false}, kReleaser, kAuthor, at(2)));
  restarted.not_released(number);
  EXPECT_TRUE(*restarted.release(number, {1, "live flash", "", false}, kReleaser, kAuthor, at(2)));
  EXPECT_EQ(restarted.find(number)->key, kept.key) << "and once, by its key";
}

TEST_F(DraftsTest, OneThatIsBeingWrittenWaitsForNobody) {
  const std::uint64_t number = add(content(), kAuthor, false);
  EXPECT_EQ(release(number, kReleaser).error().why, Why::kConflict);
  EXPECT_EQ(drafts_.withdraw(number, kOther).error().why, Why::kForbidden);
  EXPECT_TRUE(drafts_.withdraw(number, kSupervisor));
}

TEST_F(DraftsTest, WhoIsNoReleaserAnyMoreDoesNotStandBehindIt) {
  const std::uint64_t number = add(content(3));
  EXPECT_FALSE(*release(number, kReleaser));
  drafts_.keep_releases(number, [](const std::string& officer) { return officer != "bob"; });
  EXPECT_FALSE(*release(number, kSecond));
}

TEST_F(DraftsTest, AnEmergencyIsOfItsMoment) {
  const std::uint64_t number = add();
  const Actor alone{"ann", {Role::kReleaser}};
  ASSERT_TRUE(drafts_.release(number, {1, "live flash", "alone", true}, alone, alone, at(1)));
  drafts_.not_released(number);
  EXPECT_TRUE(drafts_.find(number)->releases.empty());
}

TEST_F(DraftsTest, HasABound) {
  for (std::size_t i = 0; i < Drafts::kMaxOpen; ++i) (void)add();
  EXPECT_EQ(drafts_.add(line_, "defense", content(), kAuthor, true, at(0)).error().why, Why::kFull);
  for (std::uint64_t number = 1; number <= 100; ++number) ASSERT_TRUE(drafts_.withdraw(number, kAuthor));
  (void)add();
  EXPECT_EQ(drafts_.all().size(), Drafts::kMaxOpen - 100 + 1 + Drafts::kOverKept);
}

}  // namespace
}  // namespace openline::daemon
