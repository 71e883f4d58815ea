// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/watch.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using Names = std::vector<std::string>;

class WatchTest : public testing::Test {
 public:
  WatchTest() {
    plan_.desks["defense"].confirm_every = Seconds{1800};
    plan_.desks["defense"].confirm_within = Seconds{120};
  }
  ~WatchTest() override { watch_.check_invariants(); }

 protected:
  static Now now(std::int64_t seconds) { return {MonotonicTime{Seconds{seconds + 5000}}, at(seconds)}; }
  // What is told: "asked ann", of the desk "unmanned".
  Names look(std::int64_t seconds, const std::vector<std::string>& officers) {
    std::vector<Watch::Attending> attending;
    for (const std::string& officer : officers) attending.push_back({officer, "defense"});
    watch_.look(attending, {"defense"}, plan_, now(seconds));
    watch_.check_invariants();
    return told();
  }
  Names told() {
    Names names;
    for (const WatchEvent& event : watch_.take_events())
      names.push_back(watch_event_name(event.what) + (event.officer.empty() ? "" : " " + event.officer));
    return names;
  }
  // As if the program had ended and begun again.
  void restart() {
    for (const Watch::Write& write : watch_.take_writes()) {
      if (const auto* presence = std::get_if<Presence>(&write)) presences_[presence->officer] = *presence;
      if (const auto* ended = std::get_if<PresenceEnded>(&write)) presences_.erase(ended->officer);
      if (const auto* desk = std::get_if<DeskWatch>(&write)) desk_ = *desk;
    }
    Watch::Rows rows;
    for (const auto& [name, presence] : presences_) rows.presences.push_back(presence);
    if (desk_) rows.desks.push_back(*desk_);
    watch_ = Watch(rows);
  }
  DeskPlan plan_;
  Watch watch_{{}};
  std::map<std::string, Presence> presences_;
  std::optional<DeskWatch> desk_;
};

TEST_F(WatchTest, AsksWhetherOneIsStillThereAndLapsesWithoutAnAnswer) {
  EXPECT_EQ(look(0, {"ann"}), Names{"came ann"});
  EXPECT_TRUE(watch_.is_on_watch("ann", "defense"));
  EXPECT_EQ(watch_.at("defense", plan_)[0].confirm_by, at(1920));
  EXPECT_EQ(look(1799, {"ann"}), Names{});
  EXPECT_EQ(look(1800, {"ann"}), Names{"asked ann"});
  EXPECT_EQ(look(1919, {"ann"}), Names{}) << "asked once";
  EXPECT_EQ(look(1920, {"ann"}), (Names{"lapsed ann", "unmanned"}));
  EXPECT_FALSE(watch_.may_attend("ann", "defense"));
  EXPECT_EQ(look(9999, {"ann"}), Names{}) << "and is not asked again";
  EXPECT_EQ(watch_.unmanned_for("defense", now(1980)), Seconds{60});
}

TEST_F(WatchTest, AnActAnswersAndBringsBack) {
  (void)look(0, {"ann"});
  watch_.acted("ann", now(1000));
  EXPECT_EQ(look(2799, {"ann"}), Names{});
  EXPECT_EQ(look(2800, {"ann"}), Names{"asked ann"});
  watch_.acted("bob", now(2801));
  EXPECT_EQ(told(), Names{}) << "another's";
  watch_.acted("ann", now(2802));
  EXPECT_EQ(told(), Names{"confirmed ann"});
  EXPECT_EQ(look(4602, {"ann"}), Names{"asked ann"});
  EXPECT_EQ(look(4722, {"ann"}), (Names{"lapsed ann", "unmanned"}));
  watch_.acted("ann", now(4800));
  EXPECT_EQ(told(), Names{"returned ann"});
  EXPECT_TRUE(watch_.may_attend("ann", "defense"));
  EXPECT_EQ(look(4801, {"ann"}), Names{"manned"});
  EXPECT_EQ(watch_.at("defense", plan_)[0].presence.since, at(4800));
  EXPECT_FALSE(watch_.unmanned_for("defense", now(4801)));
}

TEST_F(WatchTest, OneOfTwoThatLapsesLeavesTheDeskManned) {
  (void)look(0, {"ann", "bob"});
  watch_.acted("bob", now(1000));
  EXPECT_EQ(look(1800, {"ann", "bob"}), Names{"asked ann"});
  EXPECT_EQ(look(1920, {"ann", "bob"}), Names{"lapsed ann"});
  EXPECT_EQ(look(2800, {"ann", "bob"}), Names{"asked bob"});
  EXPECT_EQ(look(2920, {"ann", "bob"}), (Names{"lapsed bob", "unmanned"}));
}

TEST_F(WatchTest, ATerminalThatComesAgainByItselfBringsNobodyBack) {
  (void)look(0, {"ann"});
  (void)look(1800, {"ann"});
  (void)look(1920, {"ann"});
  EXPECT_EQ(look(1930, {}), Names{"went ann"});
  EXPECT_EQ(look(1940, {"ann"}), Names{"came ann"});
  EXPECT_FALSE(watch_.is_on_watch("ann", "defense"));
  restart();
  EXPECT_FALSE(watch_.may_attend("ann", "defense")) << "nor a restart";
  EXPECT_EQ(look(2000, {"ann"}), Names{"came ann"});
  EXPECT_FALSE(watch_.is_on_watch("ann", "defense"));
  watch_.acted("ann", now(2001));
  EXPECT_TRUE(watch_.is_on_watch("ann", "defense"));
}

TEST_F(WatchTest, WhatWasConfirmedHoldsOverARestartAndOverAReconnection) {
  (void)look(0, {"ann"});
  watch_.acted("ann", now(60));
  restart();
  (void)look(600, {"ann"});
  EXPECT_EQ(watch_.at("defense", plan_)[0].presence.since, at(0)) << "it is the same watch";
  EXPECT_EQ(look(1859, {"ann"}), Names{});
  EXPECT_EQ(look(1860, {"ann"}), Names{"asked ann"});
  (void)look(1861, {});
  EXPECT_EQ(look(1862, {"ann"}), (Names{"came ann", "asked ann"})) << "in the new window too";
}

TEST_F(WatchTest, AShortAbsenceIsTheSameWatchAndALongOneIsNot) {
  (void)look(0, {"ann"});
  (void)look(100, {});
  (void)look(220, {"ann"});
  EXPECT_EQ(watch_.at("defense", plan_)[0].presence.since, at(0));
  (void)look(300, {});
  (void)look(421, {"ann"});
  EXPECT_EQ(watch_.at("defense", plan_)[0].presence.since, at(421));
  (void)look(500, {});
  (void)look(500 + 24 * 3600, {});
  EXPECT_EQ(watch_.at("defense", plan_).size(), 1u);
  (void)look(501 + 24 * 3600, {});
  EXPECT_TRUE(watch_.at("defense", plan_).empty());
}

TEST_F(WatchTest, AMomentWithoutAnybodyIsNoNews) {
  EXPECT_EQ(look(0, {}), Names{}) << "nobody was ever there";
  EXPECT_EQ(look(10, {"ann"}), (Names{"came ann", "manned"}));
  EXPECT_EQ(look(20, {}), Names{"went ann"});
  EXPECT_EQ(look(24, {"ann"}), Names{"came ann"});
  EXPECT_EQ(look(30, {}), Names{"went ann"});
  EXPECT_EQ(look(35, {}), Names{"unmanned"});
  EXPECT_EQ(look(40, {}), Names{});
  EXPECT_EQ(watch_.unmanned_for("defense", now(40)), Seconds{10});
  restart();
  EXPECT_EQ(look(50, {}), Names{}) << "told once";
  EXPECT_EQ(watch_.unmanned_for("defense", now(50)), Seconds{20}) << "and it has been so all the time";
}

TEST_F(WatchTest, TheWatchPasses) {
  (void)look(0, {"ann", "bob"});
  watch_.passed("ann", "bob", "defense", now(100));
  EXPECT_EQ(told(), Names{"relieved ann"});
  EXPECT_FALSE(watch_.may_attend("ann", "defense"));
  EXPECT_EQ(watch_.at("defense", plan_)[1].presence.since, at(100)) << "bob's watch begins";
  watch_.acted("ann", now(110));
  EXPECT_FALSE(watch_.may_attend("ann", "defense")) << "who was relieved still acts";
  restart();
  EXPECT_FALSE(watch_.may_attend("ann", "defense"));
  watch_.takes_up("ann", "grid", now(120));
  EXPECT_FALSE(watch_.may_attend("ann", "defense"));
  watch_.takes_up("ann", "defense", now(120));
  EXPECT_TRUE(watch_.may_attend("ann", "defense"));
}

TEST_F(WatchTest, NobodyIsAskedWhereThereAreNoOfficers) {
  EXPECT_EQ(look(0, {""}), Names{"came"});
  EXPECT_EQ(look(100'000, {""}), Names{});
  EXPECT_FALSE(watch_.unmanned_for("defense", now(100'000)));
  EXPECT_FALSE(watch_.at("defense", plan_)[0].confirm_by);
  restart();
  EXPECT_TRUE(watch_.at("defense", plan_).empty());
}

TEST_F(WatchTest, AWallClockThatJumpsLapsesNobody) {
  (void)look(0, {"ann"});
  watch_.look({{"ann", "defense"}}, {"defense"}, plan_, {MonotonicTime{Seconds{5010}}, at(1'000'000)});
  EXPECT_EQ(told(), Names{});
  watch_.look({{"ann", "defense"}}, {"defense"}, plan_, {MonotonicTime{Seconds{6800}}, at(-1'000'000)});
  EXPECT_EQ(told(), Names{"asked ann"});
}

TEST_F(WatchTest, RemembersWhenTheAlarmWasTried) {
  (void)look(0, {});
  watch_.alarm_tested("defense", at(7));
  EXPECT_EQ(watch_.desk("defense")->alarm_tested, at(7));
  (void)look(10, {"ann"});
  restart();
  EXPECT_EQ(watch_.desk("defense")->alarm_tested, at(7));
}

}  // namespace
}  // namespace openline::daemon
