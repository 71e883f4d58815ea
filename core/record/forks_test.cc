// SPDX-License-Identifier: Apache-2.0
// Labels and forks: reported beside the entries, never as damage of the file.
#include <gtest/gtest.h>

#include "core/record/test_exports.h"

namespace openline {
namespace {

Verification verify(const TestRecord& record) {
  auto verified = verify_export(record.file("USA", {}), record.roots());
  EXPECT_TRUE(verified.holds()) << texts_of(verified.problems);
  return verified;
}

void expect_fork(const Verification& verified, const std::string& text) {
  EXPECT_NE(texts_of(verified.forks).find(text), std::string::npos) << texts_of(verified.forks);
}

TEST(ForksTest, TwoEntriesAtOnePlaceAreEquivocation) {
  TestRecord record;
  record.say("USA", "one");
  const Entry second = record.say("USA", "two");
  const Entry other = record.contradict("USA", "not two");
  const auto verified = verify(record);
  ASSERT_EQ(verified.forks.size(), 1U);
  expect_fork(verified, "Equivocation: USA signed two different entries for one place, USA 1 (");
  expect_fork(verified, short_id(second.id));
  expect_fork(verified, short_id(other.id));
  EXPECT_EQ(verified.entries.size(), 3U);
}

TEST(ForksTest, RestartingFromTheNewestEntryIsNoFork) {
  TestRecord record;
  record.say("USA", "one");
  record.restart("USA");
  record.say("USA", "two");
  record.restart("USA");
  record.say("USA", "three");
  EXPECT_TRUE(verify(record).forks.empty());
}

TEST(ForksTest, ContinuingAnOlderEntryIsRollback) {
  TestRecord record;
  const Entry backup = record.say("USA", "one");
  record.say("USA", "two");
  record.restart_from("USA", backup);
  record.say("USA", "three");
  const auto verified = verify(record);
  ASSERT_EQ(verified.forks.size(), 1U) << texts_of(verified.forks);
  expect_fork(verified, "continues entry 0 (" + short_id(backup.id) + "), though 1 is there too");
}

TEST(ForksTest, TwoIncarnationsFromOneEntryAreRollback) {
  TestRecord record;
  const Entry backup = record.say("USA", "one");
  record.restart("USA");
  record.say("USA", "two");
  record.restart_from("USA", backup);
  record.say("USA", "three");
  expect_fork(verify(record), "both continue the same entry: a restored backup or a copied disk.");
}

TEST(ForksTest, TwoIncarnationsFromNothingAreRollback) {
  TestRecord record;
  record.say("USA", "one");
  record.begin_again("USA");
  record.say("USA", "two");
  expect_fork(verify(record), "both begin from nothing");
}

// Else whoever puts the other's station on its own card could have the other's words counted as its own.
TEST(ForksTest, OneStationOnTwoPartiesCardsIsAProblem) {
  TestRecord record;
  for (CardChain& chain : record.head().cards) {
    if (chain.newest().code != "CHN") continue;
    Card next = chain.newest();
    next.edition = 2;
    next.previous = chain.editions()[0].hash();
    next.stations.push_back({record.party("USA").station.key(), "taken", std::nullopt});
    ASSERT_TRUE(chain.add(SignedCard::sign(next, record.party("CHN").root)));
  }
  record.say("USA", "hello");
  expect_problem(verify_export(record.file("USA", {}), record.roots()), "both list station");
}

std::vector<std::string> labels_of_last(const TestRecord& record) {
  const auto verified = verify(record);
  const EntryId last = record.runs().back().back().id;
  for (const VerifiedEntry& one : verified.entries) {
    if (one.entry.id == last) return one.labels;
  }
  return {"not found"};
}

TEST(LabelsTest, UnknownKindsAndBadBodiesAreKeptAndLabelled) {
  TestRecord record;
  record.write("USA", static_cast<Kind>(999), Precedence::kFlash, Bytes{1, 2, 3});
  EXPECT_EQ(labels_of_last(record), std::vector<std::string>{"unknown kind"});
  record.write("USA", Kind::kText, Precedence::kFlash, Bytes{0xff});
  ASSERT_EQ(labels_of_last(record).size(), 1U);
  EXPECT_EQ(labels_of_last(record)[0].rfind("bad body: text:", 0), 0U) << labels_of_last(record)[0];
}

TEST(LabelsTest, CitingAnUnknownEntryIsLabelled) {
  TestRecord record;
  record.write("USA", Kind::kAcknowledged, Precedence::kRoutine,
               AcknowledgedBody{EntryId{}, "general", false}.encode());
  EXPECT_EQ(labels_of_last(record), std::vector<std::string>{"cites an unknown entry"});
}

TEST(LabelsTest, FalseParentsAreLabelled) {
  TestRecord record;
  record.say("USA", "one");
  TestRecord copy;  // the same line, where USA said something else
  copy.say("USA", "something else");
  copy.say("CHN", "I read that");
  record.add_run(copy.runs().back());
  EXPECT_EQ(labels_of_last(record), std::vector<std::string>{"cites an unknown entry"});
}

TEST(LabelsTest, EntriesAfterRevocationAreLabelledAndEarlierOnesAreNot) {
  TestRecord record;
  record.say("USA", "one");
  const Entry trusted = record.say("USA", "two");
  record.say("CHN", "noted");
  record.restart("USA");
  const Entry later = record.say("USA", "three");
  for (CardChain& chain : record.head().cards) {
    if (chain.newest().code != "USA") continue;
    Card next = chain.newest();
    next.edition = 2;
    next.previous = chain.editions()[0].hash();
    next.stations[0].revoked = {{record.line(), trusted.id}};
    next.stations.push_back({TestParty("USA", 60).station.key(), "new", std::nullopt});
    ASSERT_TRUE(chain.add(SignedCard::sign(next, record.party("USA").root)));
  }
  std::size_t labelled = 0;
  for (const VerifiedEntry& one : verify(record).entries) {
    if (one.labels.empty()) continue;
    ++labelled;
    EXPECT_EQ(one.entry.id, later.id);
    EXPECT_EQ(one.labels, std::vector<std::string>{"after revocation"});
  }
  EXPECT_EQ(labelled, 1U);
}

}  // namespace
}  // namespace openline
