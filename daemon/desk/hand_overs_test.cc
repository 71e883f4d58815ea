// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/hand_overs.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using Why = DeskRefusal::Why;

class HandOversTest : public testing::Test {
 public:
  HandOversTest() : accounts_(rows(), {}, test::seed_of(1)) {}
  ~HandOversTest() override { hand_overs_.check_invariants(); }

 protected:
  static AccountRows rows() {
    AccountRows rows;
    rows.officers = {
        test::officer_of("ann", {Role::kOfficer}),        test::officer_of("bob", {Role::kOfficer}),
        test::officer_of("lin", {Role::kLinguist}),       test::officer_of("old", {Role::kOfficer}),
        test::officer_of("new", {Role::kOfficer}),        test::officer_of("chief", {Role::kSupervisor}),
        test::officer_of("far", {Role::kOfficer}, "grid")};
    rows.officers[3].state = AccountState::kDisabled;
    rows.officers[4].state = AccountState::kInvited;
    return rows;
  }
  Actor actor(const std::string& name) { return {name, roles_at(accounts_.find(name)->grants, "defense")}; }
  Allowed<const HandOver*> open(const std::string& to = "bob", bool on_watch = true,
                                const std::string& by = "ann") {
    return hand_overs_.open({"defense", to, "quiet", {"bell", "safe"}, {"{}", {"open 1"}}}, actor(by),
                            on_watch, accounts_, at(0));
  }
  void settle() {
    ASSERT_TRUE(hand_overs_.check(1, 1, true, "", "ann"));
    ASSERT_TRUE(hand_overs_.check(1, 2, false, "no key", "bob"));
  }
  Allowed<const HandOver*> sign(const std::string& by, std::uint32_t version = 1, bool there = true) {
    return hand_overs_.sign(1, version, by, there, accounts_, now_);
  }
  Why why(const Allowed<const HandOver*>& done) { return done ? Why::kSignIn : done.error().why; }
  Accounts accounts_;
  HandOvers hand_overs_{{}};
  Now now_{MonotonicTime(Seconds{100}), at(10)};
};

TEST_F(HandOversTest, BothSignAndTheWatchPasses) {
  ASSERT_TRUE(open());
  settle();
  const auto first = sign("ann");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ((*first)->state, HandOverState::kOpen);
  const auto second = sign("bob");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ((*second)->state, HandOverState::kSigned);
  EXPECT_EQ(hand_overs_.last_at("defense")->number, 1u);
  EXPECT_EQ(hand_overs_.open_at("defense"), nullptr);
  EXPECT_TRUE(sign("ann")) << "who got no answer asks again";
  EXPECT_EQ((*sign("bob"))->signatures.size(), 2u);
  EXPECT_EQ(why(sign("chief")), Why::kConflict);
  EXPECT_EQ(why(hand_overs_.withdraw(1, actor("ann"), at(11))), Why::kConflict);
  EXPECT_FALSE(hand_overs_.report("defense", {"{}", {"open 2"}}, now_.monotonic));
  EXPECT_EQ(hand_overs_.find(1)->version, 1u) << "what was signed stays";
}

TEST_F(HandOversTest, IsBetweenTwoWhoMayHaveTheWatch) {
  for (const auto& [to, words] : {std::pair{"ann", "themselves"},
                                  {"nobody", "no officer"},
                                  {"old", "disabled"},
                                  {"new", "not in use"},
                                  {"lin", "no role"},
                                  {"far", "no role"}}) {
    const auto refused = open(to);
    ASSERT_EQ(why(refused), Why::kRefused) << to;
    EXPECT_EQ(refused.error().field, "to");
    EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(why(open("bob", false)), Why::kConflict) << "not on watch";
  ASSERT_TRUE(open());
  EXPECT_EQ(why(open("bob", true, "chief")), Why::kConflict) << "one at a time";
  settle();
  EXPECT_EQ(why(sign("chief")), Why::kForbidden);
  EXPECT_EQ(why(hand_overs_.check(1, 1, true, "", "chief")), Why::kForbidden);
}

TEST_F(HandOversTest, NobodySignsForWhatTheyDidNotSee) {
  ASSERT_TRUE(open());
  settle();
  EXPECT_TRUE(hand_overs_.report("defense", {R"({"n":2})", {"open 1", "urgent 2"}}, now_.monotonic));
  const auto stale = sign("bob", 1);
  ASSERT_EQ(why(stale), Why::kConflict);
  EXPECT_EQ(stale.error().field, "version");
  EXPECT_NE(stale.error().message.find("version 2"), std::string::npos) << stale.error().message;
  ASSERT_TRUE(sign("bob", 2));
  // Something came: bob has to look again.
  EXPECT_TRUE(
      hand_overs_.report("defense", {R"({"n":3})", {"alarm 7", "open 1", "urgent 2"}}, now_.monotonic));
  EXPECT_FALSE(hand_overs_.find(1)->is_signed_by("bob"));
  ASSERT_TRUE(sign("ann", 3));
  EXPECT_EQ(hand_overs_.find(1)->state, HandOverState::kOpen);
  // What comes now is ann's until bob has signed for it.
  EXPECT_TRUE(hand_overs_.report("defense", {R"({"n":4})", {"alarm 7", "open 1", "urgent 2", "urgent 3"}},
                                 now_.monotonic));
  EXPECT_TRUE(hand_overs_.find(1)->is_signed_by("ann"));
  EXPECT_EQ(why(sign("bob", 3)), Why::kConflict);
  ASSERT_TRUE(sign("bob", 4));
  const HandOver& done = *hand_overs_.find(1);
  EXPECT_EQ(done.state, HandOverState::kSigned);
  EXPECT_EQ(done.opened_report, "{}");
  EXPECT_EQ(done.report, R"({"n":4})");
}

// Two routine messages a second: who signs has read what they saw a moment ago.
TEST_F(HandOversTest, OnABusyLineAVersionMayBeSignedThatWasTheNewestAMomentAgo) {
  ASSERT_TRUE(open());
  settle();
  EXPECT_TRUE(hand_overs_.report("defense", {R"({"n":2})", {"open 1", "open 2"}}, now_.monotonic));
  now_.monotonic += Seconds{1};
  EXPECT_TRUE(hand_overs_.report("defense", {R"({"n":3})", {"open 1", "open 2", "open 3"}}, now_.monotonic));
  ASSERT_TRUE(sign("ann", 2));
  now_.monotonic += Seconds{1};
  EXPECT_TRUE(hand_overs_.report("defense", {R"({"n":4})", {"open 2", "open 3", "open 4"}}, now_.monotonic));
  EXPECT_EQ(why(sign("bob", 1)), Why::kSignIn) << "version 2 came two seconds ago";
  const HandOver& done = *hand_overs_.find(1);
  EXPECT_EQ(done.state, HandOverState::kSigned);
  EXPECT_EQ(done.report, R"({"n":4})") << "what came in between is in it";
  EXPECT_EQ(done.signatures[1].version, 1u);

  ASSERT_TRUE(open());
  ASSERT_TRUE(hand_overs_.check(2, 1, true, "", "ann"));
  ASSERT_TRUE(hand_overs_.check(2, 2, true, "", "ann"));
  const auto sign_second = [&] { return hand_overs_.sign(2, 1, "ann", true, accounts_, now_); };
  EXPECT_TRUE(hand_overs_.report("defense", {"{}", {"open 1", "open 2"}}, now_.monotonic));
  now_.monotonic += Seconds{2} + Milliseconds{1};
  EXPECT_EQ(why(sign_second()), Why::kConflict) << "too long ago";
  EXPECT_EQ(why(hand_overs_.sign(2, 3, "ann", true, accounts_, now_)), Why::kConflict) << "never seen";
  EXPECT_TRUE(hand_overs_.report("defense", {"{}", {"open 1", "open 2", "open 3"}}, now_.monotonic));
  EXPECT_TRUE(hand_overs_.report("defense", {"{}", {"late 3", "open 1", "open 2"}}, now_.monotonic));
  EXPECT_EQ(why(hand_overs_.sign(2, 2, "ann", true, accounts_, now_)), Why::kConflict) << "that is urgent";
}

TEST_F(HandOversTest, WhatGoesFromTheReportAsksNobodyToLookAgain) {
  ASSERT_TRUE(open());
  settle();
  EXPECT_FALSE(hand_overs_.report("defense", {R"({"n":0})", {}}, now_.monotonic));
  EXPECT_EQ(hand_overs_.find(1)->version, 1u);
  EXPECT_EQ(hand_overs_.find(1)->report, R"({"n":0})");
  ASSERT_TRUE(sign("bob", 1));
  EXPECT_TRUE(hand_overs_.report("defense", {"{}", {"open 1"}}, now_.monotonic))
      << "it came back: that is new";
  EXPECT_FALSE(hand_overs_.report("grid", {"{}", {"open 9"}}, now_.monotonic));
}

TEST_F(HandOversTest, EachItemIsDoneOrARemarkSaysWhyNot) {
  ASSERT_TRUE(open());
  const auto refused = sign("ann");
  ASSERT_EQ(why(refused), Why::kConflict);
  EXPECT_NE(refused.error().message.find("item 1"), std::string::npos) << refused.error().message;
  ASSERT_TRUE(hand_overs_.check(1, 1, true, "", "ann"));
  ASSERT_TRUE(hand_overs_.check(1, 2, false, "", "ann"));
  EXPECT_EQ(why(sign("ann")), Why::kConflict);
  ASSERT_TRUE(hand_overs_.check(1, 2, false, "no key", "ann"));
  ASSERT_TRUE(sign("ann"));
  EXPECT_EQ(why(hand_overs_.check(1, 1, false, "", "bob")), Why::kConflict) << "signed for as it is";
  EXPECT_EQ(why(hand_overs_.check(1, 0, true, "", "bob")), Why::kRefused);
  EXPECT_EQ(why(hand_overs_.check(1, 3, true, "", "bob")), Why::kRefused);
  EXPECT_EQ(why(hand_overs_.check(1, 1, true, std::string(501, 'x'), "bob")), Why::kRefused);
  EXPECT_EQ(why(hand_overs_.check(2, 1, true, "", "bob")), Why::kNotFound);
}

TEST_F(HandOversTest, TheWatchPassesToWhoIsThere) {
  ASSERT_TRUE(open());
  settle();
  EXPECT_EQ(why(sign("bob", 1, false)), Why::kConflict);
  ASSERT_TRUE(sign("bob", 1, true));
  EXPECT_EQ(why(sign("ann", 1, false)), Why::kConflict) << "bob left meanwhile";
  ASSERT_TRUE(sign("ann", 1, true));
}

TEST_F(HandOversTest, WhoWasDisabledMeanwhileTakesNothing) {
  ASSERT_TRUE(open());
  settle();
  ASSERT_TRUE(accounts_.disable("bob", *accounts_.find("chief")));
  EXPECT_EQ(why(sign("ann")), Why::kConflict);
  EXPECT_EQ(why(hand_overs_.withdraw(1, actor("lin"), at(11))), Why::kForbidden);
  ASSERT_TRUE(hand_overs_.withdraw(1, actor("chief"), at(11)));
  EXPECT_EQ(hand_overs_.find(1)->closed_by, "chief");
  EXPECT_EQ(hand_overs_.last_at("defense"), nullptr) << "it was not signed";
  EXPECT_TRUE(open("chief"));
}

TEST_F(HandOversTest, KeepsTheLastInMemoryAndTheOthersOnDisk) {
  for (std::uint64_t number = 1; number <= 70; ++number) {
    ASSERT_TRUE(open());
    ASSERT_TRUE(hand_overs_.withdraw(number, actor("bob"), at(1)));
  }
  EXPECT_EQ(hand_overs_.find(1), nullptr);
  EXPECT_NE(hand_overs_.find(70), nullptr);
  std::vector<HandOver> rows{hand_overs_.take_writes().back()};
  hand_overs_ = HandOvers(rows);
  ASSERT_TRUE(open());
  EXPECT_EQ(hand_overs_.open_at("defense")->number, 71u);
}

}  // namespace
}  // namespace openline::daemon
