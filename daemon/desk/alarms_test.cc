// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/alarms.h"

#include <gtest/gtest.h>

#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using What = AlarmEvent::What;
using Why = DeskRefusal::Why;

MonotonicTime since(std::int64_t seconds) { return MonotonicTime{Seconds{seconds}}; }

AlarmCause cause(AlarmKind kind, const std::string& entry = "ab",
                 Precedence precedence = Precedence::kFlash) {
  AlarmCause result;
  result.kind = kind;
  result.desk = "defense";
  result.entry = kind == AlarmKind::kSilent ? "" : entry;
  result.precedence = precedence;
  return result;
}

class AlarmsTest : public testing::Test {
 protected:
  AlarmsTest() {
    DeskPlan::Desk& desk = plan_.desks["defense"];
    desk.steps = {{Seconds{30}, "second bell", {}, ""}, {Seconds{60}, "duty officer", {"/bin/true"}, ""}};
  }
  std::vector<std::string> look(std::int64_t time, const std::vector<AlarmCause>& causes) {
    alarms_.look(causes, plan_, since(time), at(time));
    std::vector<std::string> names;
    for (const AlarmEvent& event : alarms_.take_events())
      names.push_back(event.what == What::kStep ? event.step.name : alarm_event_name(event.what));
    return names;
  }
  using Names = std::vector<std::string>;
  DeskPlan plan_;
  Alarms alarms_{{}};
};

TEST_F(AlarmsTest, RingsUntilTheCauseIsOverAndNeverAgainForIt) {
  const std::vector<AlarmCause> flash{cause(AlarmKind::kMessage)};
  EXPECT_EQ(look(0, flash), Names{"raised"});
  EXPECT_EQ(look(1, flash), Names{});
  EXPECT_TRUE(alarms_.rings_at("defense"));
  EXPECT_FALSE(alarms_.rings_at("grid"));
  EXPECT_EQ(look(2, {}), Names{"ended"});
  EXPECT_FALSE(alarms_.rings_at("defense"));
}

TEST_F(AlarmsTest, AMessageIsAnsweredByAcknowledgingItAlone) {
  (void)look(0, {cause(AlarmKind::kMessage), cause(AlarmKind::kOverdue, "cd", Precedence::kRoutine)});
  EXPECT_EQ(alarms_.answer(1, "ann", at(1)).error().why, Why::kConflict);
  EXPECT_EQ(alarms_.answer(2, "ann", at(1)).error().why, Why::kConflict);
  EXPECT_EQ(alarms_.answer(3, "ann", at(1)).error().why, Why::kNotFound);
}

TEST_F(AlarmsTest, GoesThroughThePlanWhileNobodyAnswers) {
  const std::vector<AlarmCause> silent{cause(AlarmKind::kSilent)};
  EXPECT_EQ(look(0, silent), Names{"raised"});
  EXPECT_EQ(look(29, silent), Names{});
  EXPECT_EQ(look(30, silent), Names{"second bell"});
  EXPECT_EQ(look(31, silent), Names{});
  ASSERT_TRUE(alarms_.answer(1, "ann", at(40)));
  EXPECT_EQ(look(100, silent), Names{"answered"}) << "the duty officer sleeps on";
  EXPECT_FALSE(alarms_.rings_at("defense"));
  EXPECT_EQ(alarms_.answer(1, "bob", at(101)).error().why, Why::kConflict);
  EXPECT_EQ(look(102, {}), Names{"ended"});
  EXPECT_EQ(look(103, silent), Names{"raised"}) << "silent anew is an alarm anew";
}

TEST_F(AlarmsTest, WaitsAsLongAsTheCauseSays) {
  AlarmCause silent = cause(AlarmKind::kSilent);
  silent.patience = Seconds{60};
  EXPECT_EQ(look(0, {silent}), Names{});
  EXPECT_EQ(look(59, {silent}), Names{});
  EXPECT_EQ(look(59, {}), Names{}) << "it was heard again";
  EXPECT_EQ(look(60, {silent}), Names{});
  EXPECT_EQ(look(119, {silent}), Names{});
  EXPECT_EQ(look(120, {silent}), Names{"raised"});
}

TEST_F(AlarmsTest, ARestartStopsNoBellAndTakesNoStepTwice) {
  const std::vector<AlarmCause> flash{cause(AlarmKind::kMessage)};
  (void)look(0, flash);
  (void)look(30, flash);
  std::vector<Alarm> rows;
  for (const Alarm* alarm : alarms_.all()) rows.push_back(*alarm);
  alarms_ = Alarms(rows);
  EXPECT_TRUE(alarms_.rings_at("defense"));
  EXPECT_EQ(look(40, flash), Names{});
  EXPECT_EQ(look(70, flash), Names{"duty officer"}) << "it goes on from where it was";
  EXPECT_EQ(look(71, {}), Names{"ended"});
}

TEST_F(AlarmsTest, StepsThatCameDueWhileTheStationWasDownAreTakenInOrder) {
  const std::vector<AlarmCause> flash{cause(AlarmKind::kMessage)};
  (void)look(0, flash);
  EXPECT_EQ(look(3600, flash), (Names{"second bell", "duty officer"}));
}

TEST_F(AlarmsTest, ATestRingsUntilSomebodyAnswers) {
  EXPECT_EQ(alarms_.test({}, "line", "defense", "ann", at(0)).number, 1u);
  EXPECT_EQ(alarms_.test({}, "line", "defense", "bob", at(1)).number, 1u) << "one at a time";
  EXPECT_EQ(look(30, {}), (Names{"raised", "second bell"}));
  const auto answered = alarms_.answer(1, "bob", at(31));
  ASSERT_TRUE(answered);
  EXPECT_EQ((*answered)->answered_by, "bob");
  EXPECT_EQ(look(32, {}), (Names{"answered", "ended"}));
}

TEST_F(AlarmsTest, AFlashRingsWhateverElseThereIs) {
  std::vector<AlarmCause> causes;
  for (int i = 0; i < 1100; ++i)
    causes.push_back(cause(AlarmKind::kNoAnswer, std::to_string(i), Precedence::kRoutine));
  (void)look(0, causes);
  EXPECT_EQ(alarms_.all().size(), Alarms::kMax);
  causes.push_back(cause(AlarmKind::kMessage, "urgent"));
  (void)look(1, causes);
  EXPECT_EQ(alarms_.all().size(), Alarms::kMax);
  EXPECT_EQ(alarms_.all().front()->cause.entry, "urgent");
  EXPECT_EQ(look(2, causes), Names{}) << "the others do not take turns";
}

TEST_F(AlarmsTest, AnUnmannedDeskRingsOnceUntilSomebodyAttends) {
  AlarmCause unmanned = cause(AlarmKind::kUnmanned, "");
  (void)look(0, {unmanned});
  ASSERT_EQ(alarms_.all().size(), 1u);
  const std::uint64_t number = alarms_.all()[0]->number;
  unmanned.line.value.fill(9);  // another of the desk's lines: it is the same alarm
  (void)look(1, {unmanned});
  ASSERT_EQ(alarms_.all().size(), 1u);
  EXPECT_EQ(alarms_.answer(number, "ann", at(2)).error().why, Why::kConflict);
  alarms_.manned("grid", "ann", at(3));
  EXPECT_TRUE(alarms_.find(number)->rings());
  alarms_.manned("defense", "ann", at(3));
  EXPECT_FALSE(alarms_.find(number)->rings());
  EXPECT_EQ(alarms_.find(number)->answered_by, "ann");
  EXPECT_EQ(look(4, {}), (Names{"answered", "ended"}));
  EXPECT_TRUE(alarms_.all().empty());
}

}  // namespace
}  // namespace openline::daemon
