// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/roster.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using Why = DeskRefusal::Why;

constexpr std::int64_t kHour = 3600;

class RosterTest : public testing::Test {
 public:
  RosterTest() : accounts_(rows(), {}, test::seed_of(1)) {}
  ~RosterTest() override { roster_.check_invariants(); }

 protected:
  static AccountRows rows() {
    AccountRows rows;
    rows.officers = {test::officer_of("ann", {Role::kOfficer}, "defense"),
                     test::officer_of("bob", {Role::kReleaser}),
                     test::officer_of("lin", {Role::kLinguist, Role::kAuditor}),
                     test::officer_of("old", {Role::kOfficer})};
    rows.officers.back().state = AccountState::kDisabled;
    return rows;
  }
  static Roster::Plan shift(const std::vector<std::string>& officers, std::int64_t from, std::int64_t to) {
    return {officers, {at(from), at(to)}};
  }
  Allowed<Roster::Planned> plan(const std::vector<Roster::Plan>& shifts, const std::string& desk = "defense",
                                const std::optional<Span>& instead_of = std::nullopt) {
    return roster_.plan(desk, shifts, instead_of, accounts_, "chief", at(0));
  }
  // Why it is refused; kSignIn: it is not.
  Why why(const std::vector<Roster::Plan>& shifts, const std::string& desk = "defense") {
    const auto planned = plan(shifts, desk);
    if (planned) return Why::kSignIn;
    words_ = planned.error().message;
    field_ = planned.error().field;
    return planned.error().why;
  }
  std::string words_, field_;
  Accounts accounts_;
  Roster roster_{{}};
};

TEST_F(RosterTest, SaysWhoIsOnWatchAndWhoIsNext) {
  ASSERT_TRUE(plan({shift({"bob"}, 8 * kHour, 16 * kHour), shift({"ann", "bob"}, 0, 8 * kHour)}));
  EXPECT_EQ(roster_.at("defense", at(0))->officers, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(roster_.at("defense", at(8 * kHour))->officers, std::vector<std::string>{"bob"})
      << "its end is not in it";
  EXPECT_EQ(roster_.at("defense", at(16 * kHour)), nullptr);
  EXPECT_EQ(roster_.at("grid", at(0)), nullptr);
  EXPECT_EQ(roster_.after("defense", at(0))->span.from, at(8 * kHour));
  EXPECT_EQ(roster_.after("defense", at(8 * kHour)), nullptr);
  const auto between = roster_.between("defense", {at(7 * kHour), at(9 * kHour)});
  ASSERT_EQ(between.size(), 2u);
  EXPECT_LT(between[0]->span.from, between[1]->span.from);
  EXPECT_TRUE(roster_.between("defense", {at(16 * kHour), at(20 * kHour)}).empty());
}

TEST_F(RosterTest, RefusesWhoCannotAttendTheDesk) {
  for (const auto& [name, words] :
       {std::pair{"nobody", "no officer \"nobody\""}, {"old", "disabled"}, {"lin", "no role by which"}}) {
    EXPECT_EQ(why({shift({"ann"}, 0, kHour), shift({name}, kHour, 2 * kHour)}), Why::kRefused);
    EXPECT_EQ(field_, "shifts[1].officers");
    EXPECT_NE(words_.find(words), std::string::npos) << words_;
  }
  EXPECT_EQ(why({shift({"ann"}, 0, kHour)}, "grid"), Why::kRefused) << "a role at another desk";
  EXPECT_EQ(why({shift({}, 0, kHour)}), Why::kRefused);
  EXPECT_EQ(why({shift({"ann", "ann"}, 0, kHour)}), Why::kRefused);
  EXPECT_EQ(why({shift(std::vector<std::string>(17, "ann"), 0, kHour)}), Why::kRefused);
  EXPECT_TRUE(roster_.between("defense", {at(0), at(kHour)}).empty()) << "all or none";
}

TEST_F(RosterTest, RefusesTimesThatAreNoShift) {
  const std::int64_t day = 24 * kHour;
  for (const auto& [from, to] : {std::pair{kHour, kHour},
                                 {kHour, std::int64_t{0}},
                                 {std::int64_t{0}, std::int64_t{59}},
                                 {std::int64_t{0}, 48 * kHour + 1},
                                 {-day - 1, -day + kHour},
                                 {400 * day - kHour, 400 * day + 1}}) {
    EXPECT_EQ(why({shift({"ann"}, from, to)}), Why::kRefused) << from << " " << to;
    EXPECT_TRUE(field_.starts_with("shifts[0].")) << field_;
  }
  EXPECT_NE(words_.find("400 days ahead"), std::string::npos) << words_;
  EXPECT_EQ(why({shift({"ann"}, 0, 60), shift({"ann"}, kHour, 49 * kHour), shift({"ann"}, -day, -day + kHour),
                 shift({"ann"}, 400 * day - kHour, 400 * day)}),
            Why::kSignIn)
      << words_;
  EXPECT_EQ(why({}), Why::kRefused);
  EXPECT_EQ(why(std::vector<Roster::Plan>(257, shift({"ann"}, 0, kHour))), Why::kRefused);
}

TEST_F(RosterTest, OneOfficerIsAtOneDeskAtATime) {
  ASSERT_TRUE(plan({shift({"bob"}, 0, 8 * kHour)}));
  EXPECT_EQ(why({shift({"ann", "bob"}, 8 * kHour - 1, 9 * kHour)}), Why::kConflict);
  EXPECT_EQ(field_, "shifts[0]");
  EXPECT_NE(words_.find("bob is in another shift at that time"), std::string::npos) << words_;
  EXPECT_EQ(why({shift({"bob"}, kHour, 2 * kHour)}, "grid"), Why::kConflict) << "at another desk too";
  EXPECT_EQ(why({shift({"ann"}, 0, 2 * kHour), shift({"ann"}, kHour, 3 * kHour)}), Why::kConflict);
  EXPECT_EQ(field_, "shifts[1]");
  EXPECT_EQ(why({shift({"ann"}, 0, 8 * kHour), shift({"bob"}, 8 * kHour, 9 * kHour)}), Why::kSignIn)
      << words_;
}

TEST_F(RosterTest, PutsShiftsInThePlaceOfOthers) {
  ASSERT_TRUE(plan({shift({"ann"}, 0, 8 * kHour), shift({"bob"}, 8 * kHour, 16 * kHour)}));
  const Span day{at(kHour), at(24 * kHour)};
  const auto planned = plan({shift({"ann"}, 8 * kHour, 12 * kHour)}, "defense", day);
  ASSERT_TRUE(planned) << planned.error().message;
  ASSERT_EQ(planned->removed.size(), 1u) << "what began before stays";
  EXPECT_EQ(planned->removed[0].officers, std::vector<std::string>{"bob"});
  EXPECT_EQ(roster_.at("defense", at(9 * kHour))->officers, std::vector<std::string>{"ann"});
  EXPECT_EQ(roster_.at("defense", at(13 * kHour)), nullptr);
  EXPECT_TRUE(plan({}, "defense", day)) << "or in the place of nothing";
  EXPECT_FALSE(plan({shift({"lin"}, 0, kHour)}, "defense", Span{at(0), at(kHour)}));
  EXPECT_NE(roster_.at("defense", at(0)), nullptr) << "refused, nothing was removed";
  EXPECT_FALSE(plan({}, "defense", Span{at(kHour), at(kHour)}));
  EXPECT_FALSE(plan({}, "defense", Span{at(-25 * kHour), at(kHour)})) << "what was planned stays";
}

TEST_F(RosterTest, IsBoundedAndForgetsTheOldestFirst) {
  RosterLimits few;
  few.shifts = 2;
  std::vector<Shift> rows{
      {7, "defense", {"ann"}, {at(-500 * 24 * kHour), at(-499 * 24 * kHour)}, "chief", at(0)},
      {8, "defense", {"ann"}, {at(-2 * kHour), at(-kHour)}, "chief", at(0)}};
  roster_ = Roster(rows, few);
  ASSERT_TRUE(plan({shift({"ann"}, 0, kHour)}));
  const auto writes = roster_.take_writes();
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(std::get<ShiftRemoved>(writes[0]).number, 7u);
  EXPECT_EQ(std::get<Shift>(writes[1]).number, 9u);
  EXPECT_EQ(why({shift({"ann"}, kHour, 2 * kHour)}), Why::kFull);
}

}  // namespace
}  // namespace openline::daemon
