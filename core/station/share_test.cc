// SPDX-License-Identifier: Apache-2.0
#include "core/station/share.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

constexpr Now kThen{MonotonicTime{Seconds{1}}, WallTime{Seconds{1}}};

// A record of one chain with so many entries, each a run.
struct OneChain {
  explicit OneChain(std::uint64_t count) {
    for (std::uint64_t at = 0; at < count; ++at) {
      Header header;
      header.author = station_of(1).key();
      header.incarnation.value.fill(7);
      record.fill_place(header);
      record.append_own(Entry::make(header, Bytes{static_cast<std::uint8_t>(at)}), next);
    }
  }
  [[nodiscard]] const Chain& chain() const { return record.chains().begin()->second; }
  [[nodiscard]] Head head(std::uint64_t sequence) const {
    const auto id = record.recent_id(chain().number, {sequence});
    return {chain().author, {chain().incarnation, {sequence}, *id}};
  }
  JointRecord record{JointRecordOptions{}};
  std::uint32_t next = 1;
};

TEST(Share, SendsWhatThePeersHeadsLack) {
  const OneChain line(5);
  Share share;
  EXPECT_EQ(share.next_to_send(line.chain()), Sequence{0});
  EXPECT_TRUE(share.learn(line.record, {line.head(2)}, kThen));
  EXPECT_EQ(share.covered(line.chain().number), Sequence{3});
  EXPECT_EQ(share.next_to_send(line.chain()), Sequence{3});
  EXPECT_FALSE(share.learn(line.record, {line.head(1)}, kThen));  // coverage never falls by itself
}

TEST(Share, StartsOverFromWhatIsCoveredOnly) {
  const OneChain line(5);
  Share share;
  share.learn(line.record, {line.head(1)}, kThen);
  share.sent_up_to(line.chain().number, {5});
  EXPECT_EQ(share.next_to_send(line.chain()), Sequence{5});
  share.start_over();
  EXPECT_EQ(share.next_to_send(line.chain()), Sequence{2});
}

TEST(Share, IsStuckWhenHeadsDoNotFollowWhatWasSent) {
  const OneChain line(5);
  Share share;
  share.touch(kThen);
  share.sent_up_to(line.chain().number, {5});
  EXPECT_FALSE(share.is_stuck(line.record, kThen.monotonic + Seconds{9}, Seconds{10}));
  EXPECT_TRUE(share.is_stuck(line.record, kThen.monotonic + Seconds{10}, Seconds{10}));
  share.learn(line.record, {line.head(4)}, kThen);
  EXPECT_FALSE(share.is_stuck(line.record, kThen.monotonic + Seconds{10}, Seconds{10}));
}

TEST(Share, HeadsCoverWhatComesAfterThem) {
  const OneChain early(2), late(5);
  Share share;
  const std::vector<Head> heads = {late.head(4)};
  EXPECT_TRUE(share.learn(early.record, heads, kThen));
  EXPECT_EQ(share.covered(early.chain().number), Sequence{2});  // all that we know of
  share.recognise(late.record, late.chain(), heads);
  EXPECT_EQ(share.covered(late.chain().number), Sequence{5});
  share.recognise(late.record, late.chain(), {late.head(3)});
  EXPECT_EQ(share.covered(late.chain().number), Sequence{5});
}

TEST(Share, AHeadThatIsNotOursDoesNotCoverOurBranch) {
  const OneChain line(5);
  Share share;
  Head other = line.head(4);
  other.position.id.value[0] ^= 1;
  EXPECT_FALSE(share.learn(line.record, {other}, kThen));
  EXPECT_EQ(share.next_to_send(line.chain()), Sequence{0});
}

TEST(Share, BeginsEarlierEachTimeThatNothingMoves) {
  const OneChain line(40);
  Share share;
  share.learn(line.record, {line.head(30)}, kThen);
  std::vector<std::uint64_t> begun;
  for (int time = 0; time < 4; ++time) {
    share.sent_up_to(line.chain().number, {40});
    share.go_back();
    begun.push_back(share.next_to_send(line.chain()).value);
    share.learn(line.record, {line.head(30)}, kThen);  // the peer says again what it has
  }
  EXPECT_EQ(begun, (std::vector<std::uint64_t>{30, 27, 15, 0}));
}

// One chain of four with a second branch of one from its third entry on.
std::vector<const Chain*> fork(OneChain& line) {
  Header header;
  header.author = line.chain().author;
  header.incarnation = line.chain().incarnation;
  header.sequence = {2};
  header.previous = line.record.recent_id(line.chain().number, {1});
  const Entry other = Entry::make(header, Bytes{77});
  EXPECT_EQ(line.record.offer(openline::Run{{other}}, line.next).outcome, Offered::Outcome::kPlaced);
  return line.record.chains_of(header.incarnation);
}

// The author's next incarnation, of so many entries, goes on from its first chain.
Head start_anew(OneChain& line, std::uint64_t count) {
  Header header;
  header.author = line.chain().author;
  header.incarnation.value.fill(8);
  header.origin = line.chain().head;
  openline::Run run;
  for (std::uint64_t at = 0; at < count; ++at) {
    run.entries.push_back(Entry::make(header, Bytes{88}));
    header.origin.reset();
    header.sequence = {at + 1};
    header.previous = run.entries.back().id;
  }
  const Position newest = run.entries.back().position();
  EXPECT_EQ(line.record.offer(run, line.next).outcome, Offered::Outcome::kPlaced);
  return {header.author, newest};
}

TEST(Share, AHeadOfOneBranchSaysNothingOfTheOther) {
  OneChain line(4);
  const auto branches = fork(line);
  Share share;
  share.learn(line.record, {line.head(3)}, kThen);
  EXPECT_EQ(share.next_to_send(*branches[0]), Sequence{4});
  EXPECT_EQ(share.next_to_send(*branches[1]), Sequence{2});
  Share further;  // on a branch that we know, beyond what we have of it
  Position unknown{line.chain().incarnation, {9}, {}};
  further.learn(line.record, {{line.chain().author, unknown}}, kThen);
  EXPECT_EQ(further.next_to_send(*branches[0]), Sequence{2});
  EXPECT_EQ(further.next_to_send(*branches[1]), Sequence{2});
}

TEST(Share, WhoHasALaterIncarnationHasWhatItContinuesHoweverThatForked) {
  OneChain line(4);
  const Head newest = start_anew(line, 2);
  Share share;
  share.learn(line.record, {newest}, kThen);
  EXPECT_EQ(share.covered(line.chain().number), Sequence{4});
  const auto branches = fork(line);
  share.forget(line.record, branches);
  EXPECT_EQ(share.next_to_send(*branches[0]), Sequence{4});
  EXPECT_EQ(share.next_to_send(*branches[1]), Sequence{2});
  share.learn(line.record, {newest, {newest.author, branches[1]->head}}, kThen);
  EXPECT_EQ(share.next_to_send(*branches[1]), Sequence{3});
}

TEST(Share, ABranchThatEndedLongAgoIsCoveredByItsHead) {
  OneChain line(4);
  const auto branches = fork(line);
  const Head ended{line.chain().author, branches[1]->head};
  for (std::uint64_t at = 0; at < JointRecordOptions{}.recent; ++at) {  // its id is no longer remembered
    Header header;
    header.author = station_of(2).key();
    header.incarnation.value.fill(9);
    line.record.fill_place(header);
    line.record.append_own(Entry::make(header, {}), line.next);
  }
  Share share;
  share.learn(line.record, {ended}, kThen);
  EXPECT_EQ(share.next_to_send(*branches[1]), Sequence{3});
}

// The chains that lag, by looking at each.
std::set<ChainNumber> lagging(const OneChain& line, const Share& share) {
  std::set<ChainNumber> found;
  for (const auto& [number, chain] : line.record.chains()) {
    if (share.covered(number) <= chain.head.sequence) found.insert(number);
  }
  return found;
}

TEST(Share, KnowsWhichChainsLagWhateverIsLearned) {
  OneChain line(4);
  const Head first = line.head(3);
  Share share;
  const auto expect_known = [&](const char* after) {
    EXPECT_EQ(share.is_behind(line.record), !lagging(line, share).empty()) << after;
    share.check_invariants(line.record);
    EXPECT_EQ(share.lagging(line.record), lagging(line, share)) << after;
  };
  expect_known("nothing");
  share.learn(line.record, {first}, kThen);
  expect_known("its heads");
  EXPECT_FALSE(share.is_behind(line.record));

  const Head newest = start_anew(line, 2);
  expect_known("a new incarnation");
  EXPECT_TRUE(share.is_behind(line.record));
  share.learn(line.record, {newest}, kThen);
  expect_known("heads of the new incarnation");
  EXPECT_FALSE(share.is_behind(line.record));

  const auto branches = fork(line);
  expect_known("a fork");
  share.forget(line.record, branches);
  expect_known("forgetting the branches");
  const Head branch{newest.author, branches[1]->head};
  share.learn(line.record, {newest, branch}, kThen);
  expect_known("heads of both branches");
  EXPECT_FALSE(share.is_behind(line.record));
  share.learn(line.record, {branch}, kThen);
  share.learn_anew(line.record, newest.author, {branch}, kThen);
  expect_known("learning the author anew");
  EXPECT_TRUE(share.is_behind(line.record));
  share.learn(line.record, {newest, branch}, kThen);
  share.restarted(line.record, newest.author);
  expect_known("the author's restart");
  share.learn(line.record, {newest, branch}, kThen);
  share.fall_back(line.record, {newest, branch}, {});
  expect_known("an older store");
  EXPECT_EQ(share.lagging(line.record).size(), 3u);
}

TEST(Share, WhatIsTakenBackLagsAgain) {
  OneChain line(5);
  Share share;
  share.learn(line.record, {line.head(2)}, kThen);
  EXPECT_TRUE(share.lagging(line.record).contains(line.chain().number));
  share.sent_up_to(line.chain().number, {5});
  share.go_back();
  share.check_invariants(line.record);
  EXPECT_EQ(share.lagging(line.record), lagging(line, share));
  EXPECT_EQ(share.covered(line.chain().number), Sequence{2});
}

}  // namespace
}  // namespace openline
