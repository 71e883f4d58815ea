// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/accounts.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using test::officer_of;
using Why = DeskRefusal::Why;

class AccountsTest : public testing::Test {
 protected:
  Accounts accounts_{
      {{officer_of("ann", {Role::kSupervisor}), officer_of("bob", {Role::kReleaser}, "defense"),
        officer_of("cleo", {Role::kOfficer}, "defense"), officer_of("dora", {Role::kAuditor}),
        officer_of("eli", {Role::kSupervisor}, "defense")},
       {},
       {}},
      {Seconds{3600}, Seconds{12 * 3600}},
      test::seed_of(1)};
  void TearDown() override { accounts_.check_invariants(); }
  const Officer& the(const std::string& name) { return *accounts_.find(name); }
  std::string sign_in(const std::string& name, WallTime now) {
    auto signed_in = accounts_.end_sign_in(name, "hash of " + name, true, now);
    return signed_in ? signed_in->token : "";
  }
};

TEST_F(AccountsTest, KnowsItsOfficerByTheTokenAndKeepsOnlyItsHash) {
  const auto signed_in = accounts_.end_sign_in("bob", "hash of bob", true, at(0));
  ASSERT_TRUE(signed_in);
  const auto who = accounts_.who(signed_in->token, at(10));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->officer->name, "bob");
  EXPECT_EQ(who->expires, at(12 * 3600));
  EXPECT_NE(signed_in->session.key.hex(), signed_in->token);
  EXPECT_FALSE(accounts_.who(signed_in->session.key.hex(), at(10))) << "what is in the file opens nothing";
  EXPECT_FALSE(accounts_.who("", at(10)));
  EXPECT_FALSE(accounts_.who(signed_in->token.substr(2), at(10)));
}

TEST_F(AccountsTest, EndsSessionsThatAreIdleOrOld) {
  const std::string idle = sign_in("bob", at(0)), busy = sign_in("bob", at(0));
  for (std::int64_t t = 0; t <= 12 * 3600; t += 1800) EXPECT_TRUE(accounts_.who(busy, at(t))) << t;
  EXPECT_FALSE(accounts_.who(idle, at(3601)));
  EXPECT_FALSE(accounts_.who(busy, at(12 * 3600 + 1))) << "a watch is over";
  EXPECT_EQ(accounts_.sessions_of("bob"), 0u);
}

TEST_F(AccountsTest, LocksAfterFiveWrongPasswordsLongerEachTimeAndSparesOpenSessions) {
  const std::string open = sign_in("bob", at(0));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(accounts_.begin_sign_in("bob", at(1)));
    EXPECT_EQ(accounts_.end_sign_in("bob", "hash of bob", false, at(1)).error().why, Why::kWrongCredentials);
  }
  const auto locked = accounts_.begin_sign_in("bob", at(2));
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().why, Why::kLocked);
  EXPECT_EQ(locked.error().retry_after, Seconds{59});
  EXPECT_FALSE(accounts_.end_sign_in("bob", "hash of bob", true, at(2)))
      << "a comparison that was under way opens nothing";
  EXPECT_TRUE(accounts_.who(open, at(2)));
  ASSERT_TRUE(accounts_.begin_sign_in("bob", at(61)));
  EXPECT_FALSE(accounts_.end_sign_in("bob", "hash of bob", false, at(61)));
  EXPECT_EQ(accounts_.begin_sign_in("bob", at(62)).error().retry_after, Seconds{119});
  ASSERT_TRUE(accounts_.unlock("bob", the("ann")));
  EXPECT_TRUE(accounts_.end_sign_in("bob", "hash of bob", true, at(62)));
  EXPECT_EQ(the("bob").wrong_passwords, 0u);
}

TEST_F(AccountsTest, WrongPasswordsByTheNetworkLockNobodyOutAtTheStation) {
  const std::string eve = "192.0.2.1", desk = "198.51.100.7";
  const auto wrong = [&](const std::string& from) {
    EXPECT_FALSE(accounts_.end_sign_in("bob", "hash of bob", false, at(1), false, from));
  };
  for (int i = 0; i < 5; ++i) wrong(eve);
  EXPECT_EQ(accounts_.begin_sign_in("bob", at(2), eve).error().why, Why::kLocked);
  EXPECT_FALSE(accounts_.may_sign_in("bob", "hash of bob", at(2), eve));
  EXPECT_TRUE(accounts_.begin_sign_in("bob", at(2))) << "at the station";
  EXPECT_TRUE(accounts_.begin_sign_in("bob", at(2), desk)) << "from elsewhere";
  EXPECT_TRUE(accounts_.begin_sign_in("cleo", at(2), eve)) << "another account";
  for (int i = 0; i < 45; ++i) wrong("203.0.113." + std::to_string(i));
  EXPECT_EQ(accounts_.begin_sign_in("bob", at(2), desk).error().why, Why::kLocked) << "too many in all";
  EXPECT_FALSE(sign_in("bob", at(2)).empty());
  EXPECT_FALSE(accounts_.end_sign_in("bob", "hash of bob", true, at(3), false, desk))
      << "signing in at the station opens no other door";
  ASSERT_TRUE(accounts_.unlock("bob", the("ann")));
  EXPECT_TRUE(accounts_.end_sign_in("bob", "hash of bob", true, at(3), false, eve));
  accounts_.check_invariants();
}

TEST_F(AccountsTest, KnowsSoManyAddressesAndForgetsThoseThatAreNotLockedFirst) {
  const std::string eve = "192.0.2.1";
  for (int i = 0; i < 5; ++i) (void)accounts_.end_sign_in("bob", "hash of bob", false, at(1), false, eve);
  for (int i = 0; i < 5000; ++i)
    (void)accounts_.end_sign_in("cleo", "hash of cleo", false, at(7200 * i), false, std::to_string(i));
  EXPECT_FALSE(accounts_.begin_sign_in("bob", at(2), eve));
}

TEST_F(AccountsTest, AWallClockThatIsPutRightEndsNoSession) {
  const auto now = [](std::int64_t monotonic, std::int64_t wall) {
    return Now{MonotonicTime(Seconds{monotonic}), at(wall)};
  };
  accounts_.see_clock(now(5, 0));
  const std::string token = sign_in("bob", at(0));
  accounts_.see_clock(now(15, 20 * 3600));
  EXPECT_TRUE(accounts_.who(token, at(20 * 3600)));
  accounts_.see_clock(now(25, -3600));
  EXPECT_TRUE(accounts_.who(token, at(-3600)));
  for (int i = 1; i <= 3500; ++i) accounts_.see_clock(now(25 + i, -3600 + i));
  EXPECT_TRUE(accounts_.who(token, at(-100)));
  accounts_.see_clock(now(25 + 7300, 3700));
  EXPECT_FALSE(accounts_.who(token, at(3700))) << "that was time";
}

TEST_F(AccountsTest, NeverLocksLongerThanAnHour) {
  for (int i = 0; i < 60; ++i) (void)accounts_.end_sign_in("bob", "hash of bob", false, at(i * 7200));
  EXPECT_LE(the("bob").locked_until, at(59 * 7200 + 3600));
}

TEST_F(AccountsTest, SaysNothingOfWhoIsThere) {
  const auto nobody = accounts_.begin_sign_in("nobody", at(0));
  ASSERT_TRUE(nobody);
  EXPECT_EQ(*nobody, "") << "the comparison is made all the same";
  EXPECT_EQ(accounts_.end_sign_in("nobody", "hash of nobody", false, at(0)).error().message,
            accounts_.end_sign_in("bob", "hash of bob", false, at(0)).error().message);
}

TEST_F(AccountsTest, KeepsSixteenSessionsOfOne) {
  const std::string first = sign_in("bob", at(0));
  for (int i = 1; i <= 16; ++i) (void)sign_in("bob", at(i));
  EXPECT_EQ(accounts_.sessions_of("bob"), 16u);
  EXPECT_FALSE(accounts_.who(first, at(17)));
}

TEST_F(AccountsTest, AddsAnOfficerByTwoPeopleAndTwoHalves) {
  const Accounts::Proposal proposal{ChangeKind::kAdd, "fred", "Lt. Fred", {{"defense", {Role::kReleaser}}}};
  const auto proposed = accounts_.propose(proposal, the("ann"), at(0));
  ASSERT_TRUE(proposed) << proposed.error().message;
  EXPECT_EQ(accounts_.find("fred"), nullptr) << "not before another agrees";
  EXPECT_EQ(accounts_.confirm(proposed->change.number, the("ann"), at(1)).error().why, Why::kForbidden);
  EXPECT_EQ(accounts_.confirm(proposed->change.number, the("dora"), at(1)).error().why, Why::kForbidden);
  const auto confirmed = accounts_.confirm(proposed->change.number, the("cleo"), at(1));
  ASSERT_TRUE(confirmed) << confirmed.error().message;
  EXPECT_EQ(the("fred").state, AccountState::kInvited);
  EXPECT_FALSE(accounts_.confirm(proposed->change.number, the("bob"), at(1))) << "once";

  const std::string one = proposed->code_half, other = confirmed->code_half;
  EXPECT_FALSE(accounts_.check_code("fred", one + one, at(2)));
  EXPECT_FALSE(accounts_.check_code("fred", other + other, at(2)));
  EXPECT_FALSE(accounts_.check_code("fred", other + one, at(2)));
  EXPECT_FALSE(accounts_.check_code("fred", one + other, at(24 * 3600 + 2))) << "it holds a day";
  ASSERT_TRUE(accounts_.check_code("fred", one + " " + other, at(2)));
  accounts_.enrol("fred", "hash");
  EXPECT_EQ(the("fred").state, AccountState::kActive);
  EXPECT_FALSE(accounts_.check_code("fred", one + other, at(3))) << "once";
}

TEST_F(AccountsTest, MakesACodeVoidAfterTenWrongOnes) {
  const auto proposed = accounts_.propose({ChangeKind::kRecover, "bob", "", {}}, the("ann"), at(0));
  const auto confirmed = accounts_.confirm(proposed->change.number, the("cleo"), at(1));
  ASSERT_TRUE(confirmed);
  for (int i = 0; i < 10; ++i)
    EXPECT_FALSE(accounts_.check_code("bob", "aaaa-aaaa-aaaa-bbbb-bbbb-bbbb", at(2)));
  EXPECT_FALSE(accounts_.check_code("bob", proposed->code_half + confirmed->code_half, at(2)));
}

TEST_F(AccountsTest, GivesRolesByTwoAndTakesThemByOne) {
  const Grants more{{"defense", {Role::kOfficer, Role::kReleaser}}};
  const auto proposed = accounts_.propose({ChangeKind::kGrants, "cleo", "", more}, the("eli"), at(0));
  ASSERT_TRUE(proposed) << proposed.error().message;
  EXPECT_EQ(accounts_.confirm(proposed->change.number, the("cleo"), at(1)).error().why, Why::kForbidden)
      << "not the one whom it is about";
  ASSERT_TRUE(accounts_.confirm(proposed->change.number, the("bob"), at(1)));
  EXPECT_EQ(the("cleo").grants, more);
  ASSERT_TRUE(accounts_.take_away("cleo", {{"defense", {Role::kOfficer}}}, the("eli")));
  EXPECT_FALSE(roles_at(the("cleo").grants, "defense").has(Role::kReleaser));
}

TEST_F(AccountsTest, ASupervisorActsAtTheirDesksOnly) {
  const auto elsewhere =
      accounts_.propose({ChangeKind::kGrants, "cleo", "", {{"grid", {Role::kOfficer}}}}, the("eli"), at(0));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().why, Why::kForbidden);
  EXPECT_FALSE(
      accounts_.propose({ChangeKind::kAdd, "gus", "Gus", {{"*", {Role::kOfficer}}}}, the("eli"), at(0)));
  EXPECT_FALSE(accounts_.disable("ann", the("eli"))) << "who supervises every desk is above one of a desk";
  EXPECT_FALSE(accounts_.propose({ChangeKind::kRecover, "cleo", "", {}}, the("bob"), at(0)))
      << "no supervisor";
}

TEST_F(AccountsTest, DisablingEndsSessionsAndEnablingTakesTwo) {
  const std::string token = sign_in("cleo", at(0));
  ASSERT_TRUE(accounts_.disable("cleo", the("ann")));
  EXPECT_FALSE(accounts_.who(token, at(1)));
  EXPECT_FALSE(accounts_.end_sign_in("cleo", "hash of cleo", true, at(1)));
  const auto proposed = accounts_.propose({ChangeKind::kEnable, "cleo", "", {}}, the("ann"), at(2));
  ASSERT_TRUE(proposed);
  EXPECT_FALSE(accounts_.end_sign_in("cleo", "hash of cleo", true, at(2)));
  ASSERT_TRUE(accounts_.confirm(proposed->change.number, the("bob"), at(3)));
  EXPECT_TRUE(accounts_.end_sign_in("cleo", "hash of cleo", true, at(3)));
}

TEST_F(AccountsTest, NeverLosesItsLastSupervisor) {
  ASSERT_TRUE(accounts_.disable("eli", the("ann")));
  EXPECT_EQ(accounts_.disable("ann", the("ann")).error().why, Why::kConflict);
  EXPECT_EQ(
      accounts_.do_by_root({ChangeKind::kGrants, "ann", "", {{"*", {Role::kOfficer}}}}, at(0)).error().why,
      Why::kConflict);
}

TEST_F(AccountsTest, AnOpenChangeExpiresAfterADay) {
  const auto proposed = accounts_.propose({ChangeKind::kRecover, "bob", "", {}}, the("ann"), at(0));
  ASSERT_TRUE(proposed);
  EXPECT_EQ(accounts_.propose({ChangeKind::kRecover, "bob", "", {}}, the("eli"), at(1)).error().why,
            Why::kConflict);
  EXPECT_EQ(accounts_.confirm(proposed->change.number, the("cleo"), at(24 * 3600 + 1)).error().why,
            Why::kConflict);
  EXPECT_EQ(accounts_.changes(at(24 * 3600 + 1)).front()->state, ChangeState::kExpired);
}

TEST_F(AccountsTest, TheRootKeyActsAloneWithAWholeCode) {
  const auto done = accounts_.do_by_root({ChangeKind::kRecover, "ann", "", {}}, at(0));
  ASSERT_TRUE(done);
  EXPECT_TRUE(accounts_.check_code("ann", done->code_half, at(1)));
  const Hash challenge = accounts_.new_challenge(at(0));
  EXPECT_TRUE(accounts_.use_challenge(challenge, at(600)));
  EXPECT_FALSE(accounts_.use_challenge(challenge, at(600))) << "once";
  EXPECT_FALSE(accounts_.use_challenge(accounts_.new_challenge(at(0)), at(601)));
}

TEST_F(AccountsTest, ChangingThePasswordEndsTheOtherSessions) {
  const auto kept = accounts_.end_sign_in("bob", "hash of bob", true, at(0));
  const std::string other = sign_in("bob", at(0));
  accounts_.set_password("bob", "new hash", kept->session.key);
  EXPECT_TRUE(accounts_.who(kept->token, at(1)));
  EXPECT_FALSE(accounts_.who(other, at(1)));
}

TEST_F(AccountsTest, APasswordThatWasChangedMeanwhileOpensNothing) {
  accounts_.set_password("bob", "new hash", std::nullopt);
  EXPECT_FALSE(accounts_.end_sign_in("bob", "hash of bob", true, at(0))) << "compared before it was changed";
  EXPECT_EQ(the("bob").wrong_passwords, 0u);
}

TEST_F(AccountsTest, RecoveringTakesTheOldPasswordAndTheSessionsAway) {
  const std::string token = sign_in("cleo", at(0));
  ASSERT_TRUE(accounts_.disable("cleo", the("ann"))) << "as one does with a stolen account";
  const auto proposed = accounts_.propose({ChangeKind::kRecover, "cleo", "", {}}, the("ann"), at(1));
  ASSERT_TRUE(proposed) << proposed.error().message;
  const auto confirmed = accounts_.confirm(proposed->change.number, the("bob"), at(2));
  ASSERT_TRUE(confirmed);
  EXPECT_FALSE(accounts_.who(token, at(3)));
  EXPECT_FALSE(accounts_.end_sign_in("cleo", "hash of cleo", true, at(3)));
  EXPECT_TRUE(accounts_.check_code("cleo", proposed->code_half + confirmed->code_half, at(3)));
}

TEST_F(AccountsTest, AChangeIsJudgedAsThingsStandWhenItIsConfirmed) {
  const Grants more{{"defense", {Role::kOfficer, Role::kReleaser}}};
  const auto proposed = accounts_.propose({ChangeKind::kGrants, "cleo", "", more}, the("eli"), at(0));
  ASSERT_TRUE(proposed);
  ASSERT_TRUE(accounts_.disable("eli", the("ann")));
  EXPECT_EQ(accounts_.confirm(proposed->change.number, the("bob"), at(1)).error().why, Why::kConflict);
  const auto last = accounts_.propose(
      {ChangeKind::kGrants, "ann", "", {{"*", {Role::kOfficer, Role::kReleaser}}}}, the("ann"), at(2));
  ASSERT_TRUE(last);
  EXPECT_EQ(accounts_.confirm(last->change.number, the("bob"), at(3)).error().why, Why::kConflict)
      << "the last supervisor";
}

TEST(Accounts, TheFirstOfficerIsASupervisorOfEveryDesk) {
  Accounts empty({}, {}, test::seed_of(2));
  EXPECT_FALSE(empty.peopled());
  EXPECT_FALSE(empty.add_first(officer_of("ann", {Role::kSupervisor}, "defense")));
  EXPECT_FALSE(empty.add_first(officer_of("ann", {Role::kOfficer})));
  EXPECT_TRUE(empty.add_first(officer_of("ann", {Role::kSupervisor})));
  EXPECT_TRUE(empty.peopled());
}

TEST(Accounts, NamesAndTitlesAreWhatTheyLookLike) {
  EXPECT_FALSE(name_problem("a.smith-2"));
  for (const char* bad :
       {"", "Smith", "2smith", "smith jones", "smith\n", "\xd0\xb0nn", "a23456789012345678901234567890123"})
    EXPECT_TRUE(name_problem(bad)) << bad;
  EXPECT_FALSE(title_problem("Кап. 1 ранга Иванов"));
  EXPECT_FALSE(title_problem("اللواء سالم"));
  for (const char* bad :
       {"", " Smith", "Smith ", "Smith\x07", "Smith \xe2\x80\xae htimS", "Sm\xe2\x80\x8bith", "\xff"})
    EXPECT_TRUE(title_problem(bad)) << bad;
}

}  // namespace
}  // namespace openline::daemon
