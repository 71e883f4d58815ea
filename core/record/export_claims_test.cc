// SPDX-License-Identifier: Apache-2.0
// What an auditor is told, class by class.
#include <gtest/gtest.h>

#include "core/record/test_exports.h"

namespace openline {
namespace {

class ExportClaimsTest : public testing::Test {
 protected:
  void explain(const TestRecord& record, std::vector<SignedHeads> heads) {
    const auto verified = verify_export(record.file("USA", std::move(heads)), record.roots());
    ASSERT_TRUE(verified.holds()) << texts_of(verified.problems);
    claims_ = claims_of(verified);
  }
  void expect_claim(const std::string& standing, const std::string& text) const {
    std::string all;
    for (const Claim& claim : claims_) {
      if (claim.standing == standing && claim.text.find(text) != std::string::npos) return;
      all += "[" + claim.standing + "] " + claim.text + "\n";
    }
    ADD_FAILURE() << "wanted [" << standing << "] " << text << "\namong\n" << all;
  }
  std::vector<Claim> claims_;
};

TEST_F(ExportClaimsTest, SaysWhoWroteAndWhoStored) {
  SixtyEntries sixty;
  explain(sixty.record, sixty.heads);
  expect_claim("signed by both", "The line \"defense\" was agreed between ");
  expect_claim("one side's claim", "CHN wrote 30 entries, each signed by a station on its card.");
  expect_claim("signed by both", "USA stored 30 entries of CHN: its heads cover them.");
  expect_claim("signed by both", "CHN stored 25 entries of USA: its heads cover them.");
  expect_claim("one side's claim",
               "No heads of another member cover 5 entries of USA: only USA says that they were written.");
  expect_claim("signed by both",
               "Each entry was written after the entries that it names, 60 entries in all.");
}

TEST_F(ExportClaimsTest, SaysWhoAcknowledgedWhatInWhichRole) {
  TestRecord record;
  const Entry flash = record.say("USA", "launch", Precedence::kFlash);
  record.write("CHN", Kind::kShown, Precedence::kRoutine, ShownBody{{flash.id}, "watch officer"}.encode());
  record.write("CHN", Kind::kAcknowledged, Precedence::kRoutine,
               AcknowledgedBody{flash.id, "duty general", false}.encode());
  const std::string name = entry_name("USA", flash);
  explain(record, {});
  expect_claim("signed by both",
               "CHN acknowledged, by the role \"duty general\", not personally authenticated: " + name + ".");
  expect_claim("signed by both", "CHN showed to the role \"watch officer\": " + name + ".");
  record.write("USA", Kind::kAcknowledged, Precedence::kRoutine,
               AcknowledgedBody{EntryId{}, "general", true}.encode());
  explain(record, {});  // USA's own, which CHN's heads do not cover
  expect_claim(
      "one side's claim",
      "USA acknowledged, by the role \"general\", personally authenticated: 00000000 (not in this file).");
}

TEST_F(ExportClaimsTest, WhatWasDoneInAnExerciseSaysSo) {
  TestRecord record;
  const Entry drill = record.write("USA", Kind::kSuspend, Precedence::kRoutine, ReasonBody{"drill"}.encode(),
                                   Class::kExercise);
  ASSERT_FALSE(drill.header.exercise.empty());
  explain(record, {});
  expect_claim("one side's claim", "USA declared the line suspended: " + entry_name("USA", drill) +
                                       " (EXERCISE " + drill.header.exercise + ").");
}

TEST_F(ExportClaimsTest, SaysWhichTestsWereAnsweredAndByWhom) {
  TestRecord record;
  std::vector<Entry> tests;
  for (std::uint64_t i = 0; i < 3; ++i) {
    tests.push_back(record.write("USA", Kind::kTest, Precedence::kFlash, openline::TestBody{i, 0}.encode(),
                                 Class::kTest));
  }
  const auto answer = [&](const Entry& test, std::optional<std::string> role) {
    record.write("CHN", Kind::kTestAnswer, Precedence::kRoutine, TestAnswerBody{test.id, role}.encode(),
                 Class::kTest);
  };
  answer(tests[0], std::nullopt);
  answer(tests[1], "watch officer");
  explain(record, {});
  expect_claim("signed by both",
               "CHN answered tests by its station alone: " + entry_name("USA", tests[0]) + ".");
  expect_claim("signed by both",
               "CHN answered tests by the role \"watch officer\": " + entry_name("USA", tests[1]) + ".");
  expect_claim("one side's claim",
               "No answer is in this file to tests of USA: " + entry_name("USA", tests[2]) + ".");
}

TEST_F(ExportClaimsTest, ObservationsAndAttendanceAreOneSidesClaimEvenWhenStoredByBoth) {
  TestRecord record;
  const ObservationBody down{Observation::kPathDown, WallTime{}, "fibre", std::nullopt};
  const Entry seen = record.write("CHN", Kind::kObservation, Precedence::kFlash, down.encode());
  const Entry desk =
      record.write("CHN", Kind::kAttendance, Precedence::kFlash, AttendanceBody{false, "officer"}.encode());
  explain(record, {record.heads_of("USA")});
  expect_claim("one side's claim",
               "CHN says that it observed \"path down\": " + entry_name("CHN", seen) + ".");
  expect_claim("one side's claim",
               "CHN says that its desk was not attended: " + entry_name("CHN", desk) + ".");
}

TEST_F(ExportClaimsTest, ActsAndForksAreSaid) {
  TestRecord record;
  record.write("USA", Kind::kSuspend, Precedence::kRoutine, ReasonBody{"maintenance"}.encode());
  record.write("USA", Kind::kResume, Precedence::kRoutine, ReasonBody{""}.encode());
  record.contradict("USA", "something else");
  explain(record, {record.heads_of("CHN")});
  expect_claim("signed by both", "USA declared the line suspended: USA 0 (");
  expect_claim("signed by both", "USA declared the line resumed: USA 1 (");
  expect_claim("one side's claim", "Equivocation: USA signed two different entries for one place");
}

TEST_F(ExportClaimsTest, SaysWhatIsNotProvable) {
  SixtyEntries sixty;
  explain(sixty.record, sixty.heads);
  expect_claim("not provable", "Real time");
  expect_claim("not provable", "The person behind a role");
  expect_claim("not provable", "That something was not delivered or not answered");
  expect_claim("not provable", "Completeness past the last heads");
  expect_claim("not provable", "They name ");
}

TEST_F(ExportClaimsTest, LongListsAreCut) {
  TestRecord record;
  for (int i = 0; i < 25; ++i)
    record.write("USA", Kind::kAttendance, Precedence::kFlash, AttendanceBody{true, "officer"}.encode());
  explain(record, {});
  expect_claim("one side's claim", " and 5 more.");
}

TEST_F(ExportClaimsTest, OnADeniableLineNothingIsProvable) {
  TestRecord record(RecordMode::kDeniable);
  const Entry hello = record.say("USA", "hello");
  record.write("CHN", Kind::kAcknowledged, Precedence::kRoutine,
               AcknowledgedBody{hello.id, "general", false}.encode());
  explain(record, {record.heads_of("CHN")});
  EXPECT_GT(claims_.size(), 5U);
  for (const Claim& claim : claims_) EXPECT_EQ(claim.standing, "not provable") << claim.text;
  expect_claim("not provable", "CHN acknowledged");
  expect_claim("not provable", "nothing in its record is signed, and anyone could have written this file.");
  for (const Claim& claim : claims_) {
    EXPECT_EQ(claim.text.find("each signed by"), std::string::npos) << claim.text;
  }
}

TEST_F(ExportClaimsTest, OfThreeMembersEachThatStoredIsNamed) {
  TestRecord record(RecordMode::kAttested, {"USA", "CHN", "RUS"});
  record.say("USA", "to both");
  const auto rus = record.heads_of("RUS");
  record.say("USA", "to nobody yet");
  explain(record, {rus});
  expect_claim("signed by both", "RUS stored 1 entry of USA: its heads cover them.");
  expect_claim("one side's claim", "No heads of another member cover 1 entry of USA");
}

}  // namespace
}  // namespace openline
