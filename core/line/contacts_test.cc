// SPDX-License-Identifier: Apache-2.0
#include "core/line/contacts.h"

#include <gtest/gtest.h>

#include <random>

#include "core/line/test_end.h"

namespace openline {
namespace {

constexpr WallTime kTuesday{Milliseconds{1'686'700'000'000}}, kFriday{Milliseconds{1'687'000'000'000}};

class End : public TestEnd {
 public:
  using TestEnd::TestEnd;

  EntryId request() {
    return write(Kind::kContactRequest,
                 ContactRequestBody{"Secretary", {"Minister"}, {"en", "The object"}, kTuesday, {}}.encode());
  }
  EntryId answer(const EntryId& request, ContactAnswer answer, std::optional<WallTime> time = {}) {
    return write(Kind::kContactAnswer, ContactAnswerBody{request, answer, "officer", time, {}, {}}.encode());
  }
  EntryId change(const EntryId& request, ContactChange change, std::optional<WallTime> time = {}) {
    return write(Kind::kContactChange, ContactChangeBody{request, change, "officer", time, {}}.encode());
  }
  EntryId claim_unanswered(const EntryId& request) {
    ContactUnansweredBody body;
    body.request = request;
    return write(Kind::kContactUnanswered, body.encode());
  }
  ContactStatus status(const EntryId& request) const {
    return status_of(*matters().find(request), one_station_a_party);
  }
  ContactState state(const EntryId& request) const { return status(request).state; }
  // Everything that it says of a request.
  std::string told(const EntryId& request) const {
    const ContactStatus all = status(request);
    std::string text = contact_state_name(all.state);
    if (all.time) text += " " + std::to_string(all.time->time_since_epoch().count());
    for (const auto& answer : all.answers) {
      text += "\n" + answer.act->id.hex() + " " + answer_standing_name(answer.standing);
      if (answer.superseded) text += " superseded";
    }
    for (const auto& change : all.changes) text += "\n" + change.act->id.hex();
    for (const auto& claim : all.unanswered) text += "\n" + claim.act->id.hex();
    return text;
  }
};

class ContactsTest : public testing::Test {
 public:
  End usa{1}, chn{2};
  // Both have read all; they say the same of it.
  void settle(const EntryId& request) {
    for (int round = 0; round < 2; ++round) usa.read(chn), chn.read(usa);
    EXPECT_EQ(usa.told(request), chn.told(request));
  }
};

TEST_F(ContactsTest, ARequestWaitsAndIsAnswered) {
  const EntryId request = usa.request();
  EXPECT_EQ(usa.state(request), ContactState::kWaiting);
  EXPECT_EQ(usa.status(request).time, kTuesday);
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted);
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kAccepted);
  EXPECT_EQ(usa.status(request).answers.front().standing, AnswerStanding::kInTime);
}

TEST_F(ContactsTest, TheLastAnswerOfAPartyStands) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kDeferred, kFriday);
  EXPECT_EQ(chn.status(request).time, kFriday);
  chn.answer(request, ContactAnswer::kDeclined);
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kDeclined);
  EXPECT_TRUE(usa.status(request).answers.front().superseded);
}

TEST_F(ContactsTest, AnAnswerAfterTheClaimIsLate) {
  const EntryId request = usa.request();
  usa.claim_unanswered(request);
  EXPECT_EQ(usa.state(request), ContactState::kUnanswered);
  chn.read(usa);
  EXPECT_EQ(chn.state(request), ContactState::kUnanswered);
  chn.answer(request, ContactAnswer::kDeclined);
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kDeclined);
  EXPECT_EQ(usa.status(request).answers.front().standing, AnswerStanding::kLate);
  EXPECT_EQ(usa.status(request).unanswered.size(), 1U);
}

TEST_F(ContactsTest, AnAnswerThatMeetsTheClaimUnderWayCrossed) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted, kTuesday);
  usa.claim_unanswered(request);
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kAccepted);
  EXPECT_EQ(usa.status(request).answers.front().standing, AnswerStanding::kCrossed);
}

TEST_F(ContactsTest, AClaimAgainstAnAnswerThatItsAuthorHadIsContradictedByItsOwnSignature) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted, kTuesday);
  usa.read(chn);
  usa.claim_unanswered(request);
  settle(request);
  EXPECT_EQ(chn.state(request), ContactState::kAccepted);
  EXPECT_EQ(chn.status(request).answers.front().standing, AnswerStanding::kDenied);
}

TEST_F(ContactsTest, ACounterProposalIsAgreedToByItsTime) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kCountered, kFriday);
  usa.read(chn);
  EXPECT_EQ(usa.state(request), ContactState::kCountered);
  usa.change(request, ContactChange::kTimeAgreed, kTuesday);  // that is not what was proposed
  EXPECT_EQ(usa.state(request), ContactState::kCountered);
  usa.change(request, ContactChange::kTimeAgreed, kFriday);
  settle(request);
  EXPECT_EQ(chn.state(request), ContactState::kAccepted);
  EXPECT_EQ(chn.status(request).time, kFriday);
}

TEST_F(ContactsTest, ANewTimeOpensTheQuestionAgainUnlessTheAnswerCrossedIt) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted);
  usa.read(chn);
  usa.change(request, ContactChange::kRescheduled, kFriday);
  EXPECT_EQ(usa.state(request), ContactState::kWaiting);
  EXPECT_EQ(usa.status(request).time, kFriday);
  chn.answer(request, ContactAnswer::kDeclined);  // has not read of the new time
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kDeclined);
}

// A second station of the requester's party set one without having read of anything.
TEST_F(ContactsTest, OfTwoNewTimesEitherPassesOverWhatItKnew) {
  const SameParty two_stations = [&](const StationKey& one, const StationKey& other) {
    const auto party = [](const StationKey& key) { return key == TestEnd(2).station(); };
    return party(one) == party(other);
  };
  for (int hour = 0; hour < 8; ++hour) {  // which of the two is the last in order hangs on their ids
    const WallTime time = kTuesday + hour * Milliseconds{3'600'000};
    End first{1}, answers{2}, second{3};
    const EntryId request = first.request();
    answers.read(first), second.read(first);
    answers.answer(request, ContactAnswer::kAccepted);
    first.read(answers);
    first.change(request, ContactChange::kRescheduled, kFriday);
    second.change(request, ContactChange::kRescheduled, time);
    first.read(second);
    EXPECT_EQ(status_of(*first.matters().find(request), two_stations).state, ContactState::kWaiting);
  }
}

TEST_F(ContactsTest, AnAgreementAcceptsTheCounterProposalThatItNames) {
  const SameParty two_stations = [&](const StationKey& one, const StationKey& other) {
    return (one == TestEnd(1).station()) == (other == TestEnd(1).station());
  };
  for (const bool to_first : {true, false}) {
    End asks{1}, first{2}, second{3};
    const EntryId request = asks.request();
    first.read(asks), second.read(asks);
    first.answer(request, ContactAnswer::kCountered, kTuesday);
    second.answer(request, ContactAnswer::kCountered, kFriday);
    asks.read(first), asks.read(second);
    asks.change(request, ContactChange::kTimeAgreed, to_first ? kTuesday : kFriday);
    const ContactStatus status = status_of(*asks.matters().find(request), two_stations);
    EXPECT_EQ(status.state, ContactState::kAccepted);
    EXPECT_EQ(status.time, to_first ? kTuesday : kFriday);
  }
}

TEST_F(ContactsTest, WhoAnswersANewTimeIsNotLateForTheOldOne) {
  const EntryId request = usa.request();
  usa.claim_unanswered(request);
  usa.change(request, ContactChange::kRescheduled, kFriday);
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted);
  settle(request);
  EXPECT_EQ(usa.status(request).answers.front().standing, AnswerStanding::kInTime);
}

TEST_F(ContactsTest, AWithdrawalEndsItAndAnswersStayVisible) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.answer(request, ContactAnswer::kAccepted);
  usa.change(request, ContactChange::kWithdrawn);
  settle(request);
  EXPECT_EQ(chn.state(request), ContactState::kWithdrawn);
  EXPECT_EQ(chn.status(request).answers.size(), 1U);
}

TEST_F(ContactsTest, EachSideActsForItselfOnly) {
  const EntryId request = usa.request();
  chn.read(usa);
  chn.change(request, ContactChange::kWithdrawn);
  chn.claim_unanswered(request);
  usa.answer(request, ContactAnswer::kAccepted);
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kWaiting);
}

TEST_F(ContactsTest, AnActWithoutTheRequestAmongItsAncestorsIsNoAct) {
  const EntryId request = usa.request();
  chn.answer(request, ContactAnswer::kAccepted);  // it has not read it: it guessed the id
  settle(request);
  EXPECT_EQ(usa.state(request), ContactState::kWaiting);
}

TEST_F(ContactsTest, AFloodOfAnswersIsCutAtTheSamePlaceEverywhere) {
  const EntryId request = usa.request();
  chn.read(usa);
  for (int number = 0; number < 40; ++number) {
    chn.answer(request, number % 2 == 0 ? ContactAnswer::kAccepted : ContactAnswer::kDeclined);
  }
  usa.claim_unanswered(request);
  settle(request);
  EXPECT_EQ(usa.status(request).answers.size(), 16U);
}

TEST_F(ContactsTest, ARestartInBetweenChangesNothing) {
  const EntryId request = usa.request();
  usa.claim_unanswered(request);
  chn.read(usa);
  usa.restart(7);
  chn.restart(8);
  chn.answer(request, ContactAnswer::kDeclined);
  settle(request);
  EXPECT_EQ(usa.status(request).answers.front().standing, AnswerStanding::kLate);
  for (const auto& [serial, contact] : usa.matters().all()) {
    const Result<Matter> again = Matter::decode(contact.encode());
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->encode(), contact.encode());
    Matters restored(1);
    restored.restore(*again);
    EXPECT_NE(restored.find(request), nullptr);
  }
}

TEST_F(ContactsTest, TheOldestIsForgottenFirst) {
  Matters contacts(2);
  for (int number = 0; number < 3; ++number) usa.request();
  std::uint64_t serial = 0;
  for (const Entry& entry : usa.written())
    contacts.place({{1}, entry}, JointRecord{JointRecordOptions{}}, ++serial);
  EXPECT_EQ(contacts.drop_oldest(), 1U);
  EXPECT_EQ(contacts.drop_oldest(), std::nullopt);
  EXPECT_EQ(contacts.find(usa.written().front().id), nullptr);
  EXPECT_FALSE(contacts.find_by_prefix(Kind::kContactRequest, "zz"));
  EXPECT_EQ(
      (*contacts.find_by_prefix(Kind::kContactRequest, usa.written().back().id.hex().substr(0, 12)))->serial,
      3U);
  EXPECT_FALSE(contacts.find_by_prefix(Kind::kContactRequest, ""));  // several
}

// Whatever is done, and however it crosses, both ends and an onlooker who reads in yet another order agree.
TEST(ContactsProperty, EveryoneSaysTheSameOfTheSameEntries) {
  constexpr int kRuns = 2000;
  for (unsigned seed = 1; seed <= kRuns; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    End ends[] = {End{1}, End{2}};
    std::vector<EntryId> requests = {ends[0].request(), ends[1].request()};
    for (unsigned step = 0; step < 12; ++step) {
      End& one = ends[below(2)];
      End& other = &one == &ends[0] ? ends[1] : ends[0];
      const EntryId about = requests[below(2)];
      const auto answer = static_cast<ContactAnswer>(below(4));
      const auto time = below(2) == 0 ? kTuesday : kFriday;
      switch (below(5)) {
        case 0:
          one.answer(about, answer, answer == ContactAnswer::kDeclined ? std::nullopt : std::optional(time));
          break;
        case 1:
          if (below(3) == 0) {
            one.change(about, ContactChange::kWithdrawn);
          } else {
            one.change(about, below(2) == 0 ? ContactChange::kRescheduled : ContactChange::kTimeAgreed, time);
          }
          break;
        case 2:
          one.claim_unanswered(about);
          break;
        default:
          one.read(other, below(4));
      }
    }
    End onlooker{9};
    std::size_t at[2] = {0, 0};
    while (at[0] < ends[0].written().size() || at[1] < ends[1].written().size()) {
      const unsigned from = below(2);
      if (at[from] < ends[from].written().size()) onlooker.take(ends[from].written()[at[from]++]);
    }
    for (int round = 0; round < 2; ++round) ends[0].read(ends[1]), ends[1].read(ends[0]);
    for (const EntryId& request : requests) {
      ASSERT_EQ(ends[0].told(request), ends[1].told(request));
      ASSERT_EQ(ends[0].told(request), onlooker.told(request));
    }
  }
}

}  // namespace
}  // namespace openline
