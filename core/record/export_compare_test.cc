// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/record/test_exports.h"

namespace openline {
namespace {

Verification exported(const TestRecord& record, const std::string& by = "USA") {
  auto verified = verify_export(record.file(by, {}), record.roots());
  EXPECT_TRUE(verified.holds()) << texts_of(verified.problems);
  return verified;
}

// A record with the same beginning, always: everything comes from fixed seeds.
TestRecord beginning() {
  TestRecord record;
  for (int i = 0; i < 10; ++i) record.say(i % 2 == 0 ? "USA" : "CHN", std::to_string(i));
  return record;
}

TEST(ExportCompareTest, TwoExportsOfOneRecordAreIdentical) {
  const TestRecord record = beginning();
  const Comparison found = compare_exports(exported(record, "USA"), exported(record, "CHN"));
  EXPECT_TRUE(found.identical) << found.difference;
  EXPECT_EQ(found.common, 10U);
  EXPECT_EQ(found.only_first + found.only_second, 0U);
  HashStream ids;
  for (const VerifiedEntry& one : exported(record).entries) ids.add(one.entry.id.view());
  EXPECT_EQ(found.digest, ids.hash_so_far());
}

TEST(ExportCompareTest, OneSideAheadIsIdenticalAtTheCommonFrontier) {
  const TestRecord record = beginning();
  TestRecord ahead = beginning();
  ahead.say("USA", "more");
  ahead.restart("CHN");
  ahead.say("CHN", "more still");
  const Comparison found = compare_exports(exported(record), exported(ahead));
  EXPECT_TRUE(found.identical) << found.difference;
  EXPECT_EQ(found.common, 10U);
  EXPECT_EQ(found.only_first, 0U);
  EXPECT_EQ(found.only_second, 2U);
  const Comparison reversed = compare_exports(exported(ahead), exported(record));
  EXPECT_TRUE(reversed.identical);
  EXPECT_EQ(reversed.digest, found.digest);
  EXPECT_EQ(reversed.only_first, 2U);
}

TEST(ExportCompareTest, EachSideAheadInItsOwnChainIsIdentical) {
  TestRecord usa = beginning(), chn = beginning();
  usa.say("USA", "sent, not yet received");
  chn.say("CHN", "sent, not yet received either");
  const Comparison found = compare_exports(exported(usa), exported(chn, "CHN"));
  EXPECT_TRUE(found.identical) << found.difference;
  EXPECT_EQ(found.common, 10U);
  EXPECT_EQ(found.only_first, 1U);
  EXPECT_EQ(found.only_second, 1U);
}

TEST(ExportCompareTest, ADifferingEntryIsNamed) {
  TestRecord one = beginning(), other = beginning();
  const Entry here = one.say("USA", "this"), there = other.say("USA", "that");
  const Comparison found = compare_exports(exported(one), exported(other));
  EXPECT_FALSE(found.identical);
  EXPECT_EQ(found.difference, "The first export has " + entry_name("USA", here) + " where the second has " +
                                  entry_name("USA", there) + ".");
}

TEST(ExportCompareTest, ABranchThatOnlyOneSideHasIsNamed) {
  const TestRecord record = beginning();
  TestRecord forked = beginning();
  const Entry branch = forked.contradict("CHN", "another");
  const Comparison found = compare_exports(exported(record), exported(forked));
  EXPECT_FALSE(found.identical);
  EXPECT_EQ(found.difference, entry_name("CHN", branch) + " is only in the second export.");
  const Comparison reversed = compare_exports(exported(forked), exported(record));
  EXPECT_EQ(reversed.difference, entry_name("CHN", branch) + " is only in the first export.");
}

TEST(ExportCompareTest, RecordsOfTwoLinesAreNotCompared) {
  const TestRecord record = beginning();
  TestRecord elsewhere(RecordMode::kAttested, {"USA", "RUS"});
  elsewhere.say("USA", "0");
  const Comparison found = compare_exports(exported(record), exported(elsewhere));
  EXPECT_FALSE(found.identical);
  EXPECT_EQ(found.difference, "They are records of two different lines.");
}

TEST(ExportCompareTest, WhatDoesNotVerifyIsNeverIdentical) {
  const TestRecord record = beginning();
  ExportPieces damaged = record.pieces("USA", {});
  damaged.runs[3].back() ^= 1;
  const Verification broken = verify_export(damaged.file(), record.roots());
  EXPECT_EQ(compare_exports(broken, broken).difference, "The first export does not verify.");
  EXPECT_EQ(compare_exports(exported(record), broken).difference, "The second export does not verify.");
  const Verification nothing = verify_export({}, {});
  EXPECT_FALSE(compare_exports(nothing, nothing).identical);
}

TEST(ExportCompareTest, DeniableRecordsCompareToo) {
  TestRecord record(RecordMode::kDeniable);
  record.say("USA", "hello");
  EXPECT_TRUE(compare_exports(exported(record, "USA"), exported(record, "CHN")).identical);
}

}  // namespace
}  // namespace openline
