// SPDX-License-Identifier: Apache-2.0
#include "core/record/joint_record.h"

#include <gtest/gtest.h>

#include <set>

#include "core/record/test_record.h"

namespace openline {
namespace {

// What one member holds of a record that the others write.
struct Holder {
  JointRecord record{JointRecordOptions{}};
  std::uint32_t next_number = 1;
  Offered offer(const std::vector<Entry>& entries) {
    Offered offered = record.offer(Run{entries}, next_number);
    record.check_invariants();
    return offered;
  }
  Offered::Outcome outcome(const std::vector<Entry>& entries) { return offer(entries).outcome; }
};

TEST(JointRecord, TakesRunsInOrderAndCallsRepeatsDuplicates) {
  TestRecord written;
  written.say("USA", "one", Precedence::kFlash);
  written.say("CHN", "two", Precedence::kFlash);
  Holder holder;
  for (const auto& run : written.runs()) EXPECT_EQ(holder.outcome(run), Offered::Outcome::kPlaced);
  for (const auto& run : written.runs()) EXPECT_EQ(holder.outcome(run), Offered::Outcome::kDuplicate);
  EXPECT_EQ(holder.record.heads(), frontier_of(written.runs()));
}

TEST(JointRecord, HoldsWhatIsAboveAGapAndReleasesAncestorsFirst) {
  TestRecord written;
  written.say("USA", "one", Precedence::kFlash);
  written.say("CHN", "two", Precedence::kFlash);
  written.say("USA", "three", Precedence::kFlash);
  Holder holder;
  EXPECT_EQ(holder.outcome(written.runs()[2]), Offered::Outcome::kHeld);
  EXPECT_EQ(holder.outcome(written.runs()[1]), Offered::Outcome::kHeld);
  EXPECT_TRUE(holder.record.heads().empty());
  EXPECT_EQ(holder.record.held_ids().size(), 2u);
  const Offered offered = holder.offer(written.runs()[0]);
  ASSERT_EQ(offered.placed.size(), 3u);
  for (std::size_t at = 0; at < 3; ++at) {
    EXPECT_EQ(offered.placed[at].entry.id, written.runs()[at].back().id);
  }
  EXPECT_EQ(offered.released.size(), 2u);
  EXPECT_EQ(holder.record.held_runs(), 0u);
}

// Runs of a deniable line are cut anew each time that they are read: simulator, deniable, seed 17.
TEST(JointRecord, ALongerRunClosesTheGapBelowAShorterOneThatEndsAtTheSameEntry) {
  TestRecord written(RecordMode::kDeniable);
  std::vector<Entry> whole;
  for (int number = 0; number < 3; ++number) whole.push_back(written.say("USA", "text"));
  Holder holder;
  EXPECT_EQ(holder.outcome({whole[2]}), Offered::Outcome::kHeld);
  EXPECT_EQ(holder.outcome({whole[1], whole[2]}), Offered::Outcome::kHeld);
  EXPECT_EQ(holder.record.held_runs(), 1u);
  EXPECT_EQ(holder.offer(whole).placed.size(), 3u);
  EXPECT_EQ(holder.record.held_runs(), 0u);
}

TEST(JointRecord, LetsGoOfARunThatWasOvertakenFurtherBackThanIdsAreRemembered) {
  TestRecord written(RecordMode::kDeniable);
  std::vector<Entry> whole;
  for (int number = 0; number < 6; ++number) whole.push_back(written.say("USA", "text"));
  JointRecord record(JointRecordOptions{.recent = 2});
  std::uint32_t next = 1;
  EXPECT_EQ(record.offer(openline::Run{{whole[1], whole[2]}}, next).outcome, Offered::Outcome::kHeld);
  const Offered offered = record.offer(openline::Run{whole}, next);
  EXPECT_EQ(offered.placed.size(), 6u);
  EXPECT_EQ(offered.released, std::vector<EntryId>{whole[2].id});
  EXPECT_EQ(record.held_runs(), 0u);
  record.check_invariants();
}

TEST(JointRecord, DropsWhatTheFullPoolCannotHold) {
  TestRecord written;
  for (int number = 0; number < 4; ++number) written.say("USA", "text", Precedence::kFlash);
  JointRecord record(JointRecordOptions{.max_held_runs = 2});
  std::uint32_t next = 1;
  EXPECT_EQ(record.offer(openline::Run{written.runs()[3]}, next).outcome, Offered::Outcome::kHeld);
  EXPECT_EQ(record.offer(openline::Run{written.runs()[2]}, next).outcome, Offered::Outcome::kHeld);
  EXPECT_EQ(record.offer(openline::Run{written.runs()[1]}, next).outcome, Offered::Outcome::kOverflow);
  record.check_invariants();
  EXPECT_EQ(record.offer(openline::Run{written.runs()[0]}, next).outcome, Offered::Outcome::kPlaced);
}

TEST(JointRecord, ANewIncarnationGoesOnFromTheOneBefore) {
  TestRecord written;
  written.say("USA", "before", Precedence::kFlash);
  written.restart("USA");
  written.say("USA", "after", Precedence::kFlash);
  Holder holder;
  EXPECT_EQ(holder.outcome(written.runs()[1]), Offered::Outcome::kHeld);
  const Offered offered = holder.offer(written.runs()[0]);
  EXPECT_EQ(offered.placed.size(), 2u);
  EXPECT_TRUE(offered.forks.empty());
  EXPECT_EQ(holder.record.heads().size(), 1u);  // the older chain is continued: its head says nothing more
}

// Found by fuzz-record: both heads were hidden when the branch came before the incarnation.
TEST(JointRecord, AnIncarnationGoesOnFromTheBranchThatItNamesWhicheverCameFirst) {
  TestRecord written;
  written.say("USA", "peace", Precedence::kFlash);
  const Entry other = written.contradict("USA", "war");
  written.restart("USA");
  const Entry after = written.say("USA", "after", Precedence::kFlash);
  for (const auto& order : {std::vector<std::size_t>{0, 1, 2}, std::vector<std::size_t>{0, 2, 1}}) {
    Holder holder;
    for (const std::size_t at : order)
      EXPECT_EQ(holder.outcome(written.runs()[at]), Offered::Outcome::kPlaced);
    std::set<EntryId> heads;
    for (const Head& head : holder.record.heads()) heads.insert(head.position.id);
    EXPECT_EQ(heads, (std::set<EntryId>{other.id, after.id}));
  }
}

TEST(JointRecord, ShowsEquivocationAndKeepsBothBranches) {
  TestRecord written;
  written.say("USA", "first", Precedence::kFlash);
  written.say("USA", "peace", Precedence::kFlash);
  written.contradict("USA", "war");
  written.seal("USA");
  Holder holder;
  std::vector<Fork> forks;
  for (const auto& run : written.runs()) {
    const Offered offered = holder.offer(run);
    EXPECT_EQ(offered.outcome, Offered::Outcome::kPlaced);
    forks.insert(forks.end(), offered.forks.begin(), offered.forks.end());
  }
  ASSERT_EQ(forks.size(), 1u);
  EXPECT_EQ(forks.front().kind, Fork::Kind::kEquivocation);
  EXPECT_EQ(holder.record.heads().size(), 2u);
}

// A station that was restarted remembers of each chain the head alone: the rest is in its store.
TEST(JointRecord, AsksForTheIdsThatShowAForkAfterItsRestart) {
  TestRecord written;
  for (const char* text : {"first", "peace"}) written.say("USA", text, Precedence::kFlash);
  written.contradict("USA", "war");
  const std::vector<std::vector<Entry>>& runs = written.runs();
  Holder before, after;
  for (int run : {0, 1}) before.offer(runs[static_cast<std::size_t>(run)]);
  const Chain chain = before.record.chains().begin()->second;
  after.record.restore(chain);
  after.next_number = before.next_number;

  const Offered doubtful = after.offer(runs[2]);
  ASSERT_EQ(doubtful.outcome, Offered::Outcome::kDoubtful);
  ASSERT_EQ(doubtful.doubtful.size(), 1U);
  const auto from = after.record.doubt_about(doubtful.doubtful.front());
  ASSERT_TRUE(from.has_value());
  EXPECT_EQ(from->chain, chain.number);
  EXPECT_EQ(from->sequence, Sequence{0});
  after.record.recall(from->chain, {runs[0][0], runs[1][0]});
  EXPECT_FALSE(after.record.doubt_about(doubtful.doubtful.front()));
  const Offered placed = after.offer(runs[2]);
  EXPECT_EQ(placed.outcome, Offered::Outcome::kPlaced);
  ASSERT_EQ(placed.forks.size(), 1U);
  EXPECT_EQ(placed.forks.front().kind, Fork::Kind::kEquivocation);
  EXPECT_EQ(after.outcome(runs[0]), Offered::Outcome::kDuplicate);
}

TEST(JointRecord, AnIncarnationWaitsForTheBranchThatItContinues) {
  TestRecord written;
  for (const char* text : {"first", "peace"}) written.say("USA", text, Precedence::kFlash);
  const Entry war = written.contradict("USA", "war");
  written.restart_from("USA", war);
  written.say("USA", "on", Precedence::kFlash);
  Holder holder;
  for (int run : {0, 1}) holder.offer(written.runs()[static_cast<std::size_t>(run)]);
  EXPECT_EQ(holder.outcome(written.runs()[3]), Offered::Outcome::kHeld);
  EXPECT_EQ(holder.offer(written.runs()[2]).placed.size(), 2U);
  // Where nobody but the author can bring the branch, any entry at its place will do.
  JointRecordOptions deniable;
  deniable.whole_origins = false;
  JointRecord record(deniable);
  std::uint32_t next = 1;
  for (int run : {0, 1})
    (void)record.offer(openline::Run{written.runs()[static_cast<std::size_t>(run)]}, next);
  EXPECT_EQ(record.offer(openline::Run{written.runs()[3]}, next).outcome, Offered::Outcome::kPlaced);
}

TEST(JointRecord, KnowsOnWhichBranchACitedEntryStands) {
  TestRecord written;
  const Entry first = written.say("USA", "first", Precedence::kFlash);
  const Entry peace = written.say("USA", "peace", Precedence::kFlash);
  const Entry war = written.contradict("USA", "war");
  Holder holder;
  for (const auto& run : written.runs()) holder.offer(run);
  const auto at = [&](Position position) { return *holder.record.find_position(position); };
  EXPECT_EQ(at(peace.position()).sequence, Sequence{1});
  EXPECT_EQ(at(war.position()).sequence, Sequence{1});
  EXPECT_NE(at(peace.position()).chain, at(war.position()).chain);
  Position neither = war.position();
  neither.id = first.id;
  EXPECT_EQ(at(neither).sequence, Sequence{0});
}

TEST(JointRecord, RefusesMoreBranchesThanAreKept) {
  TestRecord written;
  written.say("USA", "first", Precedence::kFlash);
  for (int number = 0; number < 10; ++number) {
    written.contradict("USA", "version " + std::to_string(number));
    written.seal("USA");
  }
  Holder holder;
  std::size_t refused = 0;
  for (const auto& run : written.runs()) refused += holder.outcome(run) == Offered::Outcome::kRefused;
  EXPECT_EQ(refused, 2u);  // eight branches beside the first
}

TEST(JointRecord, ShowsRollbackWhenAnAuthorGoesOnFromAnOlderEntry) {
  TestRecord written;
  const Entry old = written.say("USA", "yesterday", Precedence::kFlash);
  written.say("USA", "today", Precedence::kFlash);
  written.restart_from("USA", old);
  written.say("USA", "again", Precedence::kFlash);
  Holder holder;
  holder.offer(written.runs()[0]);
  holder.offer(written.runs()[1]);
  const Offered offered = holder.offer(written.runs()[2]);
  ASSERT_EQ(offered.forks.size(), 1u);
  EXPECT_EQ(offered.forks.front().kind, Fork::Kind::kRollback);
}

TEST(JointRecord, IsTheSameAfterItsRowsWereRead) {
  TestRecord written;
  written.say("USA", "one", Precedence::kFlash);
  written.say("CHN", "two", Precedence::kFlash);
  Holder holder, restored;
  for (const auto& run : written.runs()) holder.offer(run);
  for (const auto& [number, chain] : holder.record.chains()) {
    const Result<Chain> row = Chain::decode(chain.encode());
    ASSERT_TRUE(row.has_value());
    restored.record.restore(*row);
  }
  restored.next_number = holder.next_number;
  EXPECT_EQ(restored.record.heads(), holder.record.heads());
  EXPECT_EQ(restored.outcome(written.runs()[0]), Offered::Outcome::kDuplicate);
}

TEST(JointRecord, NoticesThatAPeerCitesAnOwnEntryThatIsNotHeld) {
  TestRecord written;
  written.say("USA", "yesterday", Precedence::kFlash);
  written.say("USA", "today", Precedence::kFlash);
  Holder holder;
  holder.offer(written.runs()[0]);
  const StationKey own = written.party("USA").station.key();
  EXPECT_TRUE(holder.record.cites_unknown_of(own, frontier_of(written.runs())));
  holder.offer(written.runs()[1]);
  EXPECT_FALSE(holder.record.cites_unknown_of(own, frontier_of(written.runs())));
}

}  // namespace
}  // namespace openline
