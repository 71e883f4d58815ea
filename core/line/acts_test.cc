// SPDX-License-Identifier: Apache-2.0
// Visits, calls and readouts: what both ends say of them, whatever crossed.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "core/line/calls.h"
#include "core/line/efforts.h"
#include "core/line/test_end.h"
#include "core/line/visits.h"

namespace openline {
namespace {

constexpr WallTime kNoon{Milliseconds{1'686'700'000'000}};
VisitTerms terms(const char* place) { return {place, *day_of("2023-06-18"), *day_of("2023-06-19")}; }

class Desk : public TestEnd {
 public:
  using TestEnd::TestEnd;
  EntryId propose() {
    return write(Kind::kVisit,
                 VisitBody{"june", "officer", terms("Beijing"), "en", {"Talk", "Listen"}, {}}.encode());
  }
  EntryId accept(const EntryId& visit, const EntryId& proposal) {
    return write(Kind::kVisitAct,
                 VisitActBody{visit, VisitAct::kAccepted, "officer", proposal, {}, {}, {}, {}}.encode());
  }
  EntryId counter(const EntryId& visit, const char* place) {
    return write(Kind::kVisitAct,
                 VisitActBody{visit, VisitAct::kCountered, "officer", {}, terms(place), {}, {}, {}}.encode());
  }
  EntryId act(const EntryId& visit, VisitAct act) {
    return write(Kind::kVisitAct,
                 VisitActBody{visit, act, "officer", {}, {}, Words{"en", "Reasons"}, {}, {}}.encode());
  }
  EntryId outcome(const EntryId& visit, std::uint64_t goal, const char* text) {
    return write(Kind::kVisitOutcome, VisitOutcomeBody{visit, "officer", "en", {{goal, text}}}.encode());
  }
  EntryId start_call() {
    return write(Kind::kCall,
                 CallBody{"officer", {CallStage::kStarted, kNoon, {{"USA", "Secretary"}}}, {}, {}}.encode());
  }
  EntryId end_call(const EntryId& call) {
    return write(
        Kind::kCallAct,
        CallActBody{call, CallAct::kSays, "officer", CallStatement{CallStage::kEnded, kNoon, {}}, {}, {}}
            .encode());
  }
  EntryId on_statement(const EntryId& call, CallAct act, const EntryId& statement) {
    return write(Kind::kCallAct, CallActBody{call, act, "officer", {}, statement, {}}.encode());
  }
  EntryId readout(const EntryId& of, ReadoutMark mark) {
    return write(Kind::kReadout, ReadoutBody{of, mark, "officer", {"en", "They spoke."}}.encode());
  }
  EntryId answer_readout(const EntryId& readout, bool signs) {
    return write(Kind::kReadoutAnswer, ReadoutAnswerBody{readout, signs, "officer", {}}.encode());
  }
  VisitStatus visit(const EntryId& id) const {
    return visit_status_of(*matters().find(id), one_station_a_party);
  }
  CallStatus call(const EntryId& id) const {
    return call_status_of(*matters().find(id), one_station_a_party);
  }
  ReadoutStatus readout_status(const EntryId& id) const {
    return readout_status_of(*matters().find(id), one_station_a_party);
  }
  // All that it says, of all matters.
  std::string told() const {
    std::map<std::string, std::string> all;
    for (const auto& [serial, matter] : matters().all()) {
      std::string& text = all[matter.root().id.hex()];
      if (matter.kind() == Kind::kVisit) {
        const VisitStatus status = visit_status_of(matter, one_station_a_party);
        text = std::string(visit_state_name(status.state)) + (status.crossed ? " crossed " : " ") +
               status.terms.place;
        for (const auto& step : status.steps) text += " " + step.act->id.hex() + (step.stands ? "!" : "");
        for (const auto& one : status.outcomes) text += " " + one.act->id.hex() + (one.superseded ? "-" : "");
      } else if (matter.kind() == Kind::kCall) {
        const CallStatus status = call_status_of(matter, one_station_a_party);
        text = std::string(call_stage_name(status.stage)) + " " + standing_name(status.standing);
        for (const auto& one : status.statements)
          text += " " + one.act->id.hex() + standing_name(one.standing);
      } else {
        text = standing_name(readout_status_of(matter, one_station_a_party).standing);
      }
    }
    std::string text;
    for (const auto& [id, one] : all) text += id + ": " + one + "\n";
    return text;
  }
};

class ActsTest : public testing::Test {
 public:
  Desk usa{1}, chn{2};
  void settle() {
    for (int round = 0; round < 2; ++round) usa.read(chn), chn.read(usa);
    EXPECT_EQ(usa.told(), chn.told());
  }
};

TEST_F(ActsTest, AVisitIsAcceptedPostponedAndProposedAnew) {
  const EntryId visit = usa.propose();
  EXPECT_EQ(usa.visit(visit).state, VisitState::kProposed);
  settle();
  chn.accept(visit, visit);
  settle();
  EXPECT_EQ(usa.visit(visit).state, VisitState::kAccepted);
  usa.act(visit, VisitAct::kPostponed);
  settle();
  EXPECT_EQ(chn.visit(visit).state, VisitState::kPostponed);
  const EntryId again = chn.counter(visit, "Geneva");
  settle();
  usa.accept(visit, again);
  settle();
  EXPECT_EQ(usa.visit(visit).state, VisitState::kAccepted);
  EXPECT_EQ(chn.visit(visit).terms.place, "Geneva");
  chn.act(visit, VisitAct::kHeld);
  settle();
  EXPECT_EQ(usa.visit(visit).state, VisitState::kHeld);
}

TEST_F(ActsTest, NobodyAcceptsTheirOwnProposalOrOneTheyHaveNotRead) {
  const EntryId visit = usa.propose();
  usa.accept(visit, visit);
  chn.accept(visit, visit);
  settle();
  EXPECT_EQ(usa.visit(visit).state, VisitState::kProposed);
}

TEST_F(ActsTest, OfActsThatCrossedTheMoreCautiousStands) {
  const EntryId visit = usa.propose();
  settle();
  chn.accept(visit, visit);
  usa.act(visit, VisitAct::kCancelled);
  settle();
  EXPECT_EQ(chn.visit(visit).state, VisitState::kCancelled);
  EXPECT_TRUE(chn.visit(visit).crossed);
}

TEST_F(ActsTest, EachSideSaysWhatBecameOfTheGoalsAndItsLastWordStands) {
  const EntryId visit = usa.propose();
  settle();
  usa.outcome(visit, 0, "partly");
  chn.outcome(visit, 0, "met");
  usa.outcome(visit, 0, "met");
  settle();
  ASSERT_EQ(usa.visit(visit).outcomes.size(), 3U);
  EXPECT_EQ(std::ranges::count_if(usa.visit(visit).outcomes, [](const auto& one) { return one.superseded; }),
            1);
}

TEST_F(ActsTest, ACallIsOneSidesClaimUntilTheOtherSignsIt) {
  const EntryId call = usa.start_call();
  EXPECT_EQ(usa.call(call).standing, Standing::kOneSide);
  settle();
  chn.on_statement(call, CallAct::kSigns, call);
  settle();
  EXPECT_EQ(usa.call(call).standing, Standing::kBoth);
  const EntryId end = usa.end_call(call);
  settle();
  EXPECT_EQ(usa.call(call).stage, CallStage::kEnded);
  EXPECT_EQ(usa.call(call).standing, Standing::kOneSide);
  chn.on_statement(call, CallAct::kDenies, end);
  settle();
  EXPECT_EQ(usa.call(call).standing, Standing::kDisputed);
  EXPECT_EQ(usa.call(call).statements.front().standing, Standing::kBoth);
}

TEST_F(ActsTest, TwoSidesThatSayTheSameNeedNoSignature) {
  const EntryId call = usa.start_call();
  settle();
  usa.end_call(call);
  chn.end_call(call);
  settle();
  EXPECT_EQ(usa.call(call).standing, Standing::kBoth);
}

TEST_F(ActsTest, OnesOwnSignatureUnderOnesOwnWordsIsNone) {
  const EntryId call = usa.start_call();
  usa.on_statement(call, CallAct::kSigns, call);
  settle();
  EXPECT_EQ(chn.call(call).standing, Standing::kOneSide);
}

TEST_F(ActsTest, AnAgreedReadoutNeedsBothSignatures) {
  const EntryId call = usa.start_call();
  const EntryId agreed = usa.readout(call, ReadoutMark::kAgreed),
                national = usa.readout(call, ReadoutMark::kNational);
  usa.answer_readout(agreed, true);  // its own
  settle();
  EXPECT_EQ(usa.readout_status(agreed).standing, Standing::kOneSide);
  chn.answer_readout(agreed, true);
  chn.answer_readout(national, true);
  settle();
  EXPECT_EQ(usa.readout_status(agreed).standing, Standing::kBoth);
  EXPECT_EQ(usa.readout_status(national).standing, Standing::kOneSide);
}

// Honest and hostile acts alike, on the right matters and on the wrong ones.
void do_something(Desk& one, Desk& other, const std::vector<EntryId>& ids, std::mt19937& random) {
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const EntryId about = ids[below(ids.size())], second = ids[below(ids.size())];
  switch (below(9)) {
    case 0:
      one.accept(about, second);
      break;
    case 1:
      one.counter(about, below(2) == 0 ? "Geneva" : "Vienna");
      break;
    case 2:
      one.act(about, static_cast<VisitAct>(2 + below(3)));
      break;
    case 3:
      one.outcome(about, below(16), "met");
      break;
    case 4:
      one.end_call(about);
      break;
    case 5:
      one.on_statement(about, below(2) == 0 ? CallAct::kSigns : CallAct::kDenies, second);
      break;
    case 6:
      one.answer_readout(about, below(2) == 0);
      break;
    default:
      one.read(other, below(4));
  }
}

TEST(ActsProperty, EveryoneSaysTheSameOfTheSameEntries) {
  constexpr unsigned kRuns = 2000;
  for (unsigned seed = 1; seed <= kRuns; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Desk ends[] = {Desk{1}, Desk{2}};
    std::vector<EntryId> ids;
    for (Desk& end : ends) {
      ids.push_back(end.propose());
      ids.push_back(end.start_call());
      ids.push_back(end.readout(ids.back(), ReadoutMark::kAgreed));
    }
    for (unsigned step = 0; step < 16; ++step) {
      const std::size_t at = random() % 2;
      do_something(ends[at], ends[1 - at], ids, random);
      const EntryId last = ends[at].written().back().id;
      if (std::ranges::find(ids, last) == ids.end()) ids.push_back(last);
    }
    Desk onlooker{9};
    std::size_t at[2] = {0, 0};
    while (at[0] < ends[0].written().size() || at[1] < ends[1].written().size()) {
      const std::size_t from = random() % 2;
      if (at[from] < ends[from].written().size()) onlooker.take(ends[from].written()[at[from]++]);
    }
    for (int round = 0; round < 2; ++round) ends[0].read(ends[1]), ends[1].read(ends[0]);
    ASSERT_EQ(ends[0].told(), ends[1].told());
    ASSERT_EQ(ends[0].told(), onlooker.told());
  }
}

// A party that runs two stores from one disk: each branch is a chain of its own, at whatever end it came
// first.
TEST(ActsProperty, EveryoneSaysTheSameOfOneWhoContradictsHimself) {
  constexpr unsigned kRuns = 1000;
  for (unsigned seed = 1; seed <= kRuns; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<Desk> ends = {Desk{1}, Desk{2}, Desk{3}};
    std::vector<EntryId> ids;
    for (Desk& end : ends) {
      ids.push_back(end.propose());
      ids.push_back(end.start_call());
      ids.push_back(end.readout(ids.back(), ReadoutMark::kAgreed));
    }
    constexpr unsigned kSteps = 30;
    const std::size_t copied_at = random() % kSteps;
    for (unsigned step = 0; step < kSteps; ++step) {
      if (step == copied_at) ends.push_back(ends[2]);
      const std::size_t at = random() % ends.size();
      std::size_t other = random() % ends.size();
      if (at >= 2 && other >= 2) other = random() % 2;
      if (at == other) continue;
      // Each of the honest hears one of the two stores until the end.
      if (at < 2 && other >= 2) other = std::min(2 + at, ends.size() - 1);
      do_something(ends[at], ends[other], ids, random);
      const EntryId last = ends[at].written().back().id;
      if (std::ranges::find(ids, last) == ids.end()) ids.push_back(last);
    }
    std::vector<Desk> onlookers = {Desk{8}, Desk{9}};
    for (Desk& onlooker : onlookers) {
      std::vector<std::size_t> order(ends.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::shuffle(order, random);
      for (int round = 0; round < 2; ++round) {
        for (const std::size_t from : order) {
          for (const Entry& entry : ends[from].written()) onlooker.take(entry);
        }
      }
    }
    ASSERT_EQ(onlookers[0].told(), onlookers[1].told());
    for (std::size_t at = 0; at < 2; ++at) {
      for (int round = 0; round < 2; ++round) {
        for (const Desk& end : ends) {
          for (const Entry& entry : end.written()) {
            if (entry.header.author != ends[at].station()) ends[at].take(entry);
          }
        }
      }
      ASSERT_EQ(ends[at].told(), onlookers[0].told());
    }
  }
}

TEST(Efforts, AreCountedByLevelWithTheTimesThatTheAuthorsSaid) {
  TestEnd usa{1}, chn{2};
  const auto minute = [](int count) { return kNoon + std::chrono::minutes(count); };
  const auto ask = [&](const char* level, int at) {
    return usa.write(Kind::kContactRequest,
                     ContactRequestBody{"Secretary", {level}, {"en", "Talk"}, {}, {}}.encode(), minute(at));
  };
  const auto answer = [&](const EntryId& request, ContactAnswer what, int at) {
    chn.read(usa);
    chn.write(Kind::kContactAnswer, ContactAnswerBody{request, what, "officer", {}, {}, {}}.encode(),
              minute(at));
    usa.read(chn);
  };
  answer(ask("Minister", 0), ContactAnswer::kAccepted, 10);
  answer(ask("Minister", 20), ContactAnswer::kDeclined, 50);
  ask("Minister", 60);
  const EntryId back = ask("General", 0);
  answer(back, ContactAnswer::kDeferred, -5);  // their clock is behind ours
  std::vector<const Matter*> all;
  for (const auto& [serial, matter] : usa.matters().all()) all.push_back(&matter);
  const std::vector<Efforts> efforts = efforts_of(all, one_station_a_party, minute(160));
  ASSERT_EQ(efforts.size(), 2U);
  EXPECT_EQ(efforts[0].level, "Minister");
  EXPECT_EQ(efforts[0].requests, 3U);
  EXPECT_EQ(efforts[0].accepted, 1U);
  EXPECT_EQ(efforts[0].declined, 1U);
  EXPECT_EQ(efforts[0].waiting, 1U);
  EXPECT_EQ(efforts[0].median_to_answer, std::chrono::minutes(20));
  EXPECT_EQ(efforts[0].longest_silence, std::chrono::minutes(100));
  EXPECT_EQ(efforts[1].median_to_answer, Milliseconds{0});
  EXPECT_TRUE(efforts_of({}, one_station_a_party, minute(0)).empty());
}

}  // namespace
}  // namespace openline
