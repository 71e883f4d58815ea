// SPDX-License-Identifier: Apache-2.0
// Requests for contact between stations under faults: answered, declined, or provably left unanswered.
#include "sim/scenario.h"
#include "sim/statements.h"
#include "sim/test_run.h"

namespace openline::sim {
namespace {

constexpr Seconds kFlashTime{600};  // the agreement's time to answer a FLASH

WorldOptions seeded(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

RequestContact flash_request(const World& world, const std::string& key = "request") {
  RequestContact what;
  what.line = world.line();
  what.precedence = Precedence::kFlash;
  what.request = {"Secretary", {"Minister", "Deputy"}, {"", "The object over our coast"}, {}, {}};
  what.key = RequestKey{key, hash_of(view_of(key))};
  return what;
}

AnswerContact answer_to(const World& world, const EntryId& request, ContactAnswer answer,
                        const std::string& key = "answer") {
  AnswerContact what;
  what.line = world.line();
  what.entry = request.hex();
  what.answer = answer;
  what.role = "duty officer";
  what.key = RequestKey{key, hash_of(view_of(key))};
  return what;
}

ChangeContact withdrawal_of(const World& world, const EntryId& request) {
  ChangeContact what;
  what.line = world.line();
  what.entry = request.hex();
  what.change = ContactChange::kWithdrawn;
  what.role = "watch officer";
  return what;
}

ContactReport only_report(World& world, std::size_t station) {
  const std::vector<ContactReport> reports = world.station(station).contacts(world.line());
  if (reports.size() != 1) throw std::runtime_error("not one request");
  return reports.front();
}
ContactState state(World& world, std::size_t station) { return only_report(world, station).status.state; }

// The same at all that hold the same entries.
std::string told(World& world, std::size_t station) { return text_of(statements_of(world, station)); }

class ContactTest : public testing::Test {
 public:
  // A line, and a request by the first station. The desk of the other is empty unless somebody attends.
  void begin(std::uint64_t seed, bool cut = false) {
    world = std::make_unique<World>(seeded(seed));
    ASSERT_TRUE(world->set_up_line()) << world->report();
    ASSERT_TRUE(settle(*world)) << world->report();
    if (cut) world->set_cut(0, 1, true);
    if (cut) world->run_for(Seconds{200});
    const std::size_t errand = world->ask_surely(0, [&] { return flash_request(*world); }, "request");
    ASSERT_TRUE(world->run_until([&] { return world->all_answered(); }, kSoon)) << world->report();
    request = world->answer(errand)->result->entries.front().id;
  }
  void attend() {
    world->ask(1, Attend{world->line(), "duty officer", 1});
    world->later(Seconds{30}, [this] {
      if (attends) attend();
    });
  }
  bool until_claimed() {
    return world->run_until([&] { return state(*world, 0) == ContactState::kUnanswered; },
                            kFlashTime + Seconds{5});
  }
  void expect_both_say_the_same() {
    world->run_for(Seconds{1});  // what was just written is durable and under way
    ASSERT_TRUE(settle(*world)) << world->report();
    EXPECT_EQ(told(*world, 0), told(*world, 1));
  }
  ContactUnansweredBody claim(std::size_t station) {
    return only_report(*world, station).status.unanswered.front().body;
  }
  static Seconds length(const ContactUnansweredBody& body) {
    return std::chrono::floor<Seconds>(body.until - body.since);
  }

  std::unique_ptr<World> world;
  EntryId request;
  bool attends = true;
};

TEST_F(ContactTest, AnAnswerInTimeEndsTheWait) {
  begin(41);
  ASSERT_TRUE(settle(*world)) << world->report();
  EXPECT_EQ(state(*world, 1), ContactState::kWaiting);
  world->ask_surely(1, [&] { return answer_to(*world, request, ContactAnswer::kAccepted); }, "answer");
  expect_both_say_the_same();
  EXPECT_EQ(state(*world, 0), ContactState::kAccepted);
  world->run_for(kFlashTime + Seconds{60});
  EXPECT_EQ(world->count_entries(0, Kind::kContactUnanswered), 0U);
  EXPECT_TRUE(world->status(0).open_items.empty());
  EXPECT_TRUE(world->status(1).open_items.empty());
}

TEST_F(ContactTest, NeverReachedThemWhenAllPathsAreCut) {
  begin(42, true);
  ASSERT_TRUE(until_claimed()) << world->report();
  const ContactUnansweredBody body = claim(0);
  EXPECT_EQ(body.reach, ContactReach::kNotReached);
  EXPECT_EQ(length(body), kFlashTime);
  EXPECT_EQ(body.path_down, kFlashTime);
  EXPECT_TRUE(body.signed_there.empty());
  world->set_cut(0, 1, false);
  expect_both_say_the_same();
  EXPECT_EQ(state(*world, 1), ContactState::kUnanswered);
}

// A matter has room for so many acts of a station: the last are kept for what ends it. A claim that did not
// count any more would end nothing, and be written again at every turn.
TEST_F(ContactTest, NewTimesWithoutEndEndInAWithdrawal) {
  begin(47, true);
  std::size_t set = 0;
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(until_claimed()) << world->report();
    ChangeContact later = withdrawal_of(*world, request);
    later.change = ContactChange::kRescheduled;
    later.time = world->now(0).wall + Milliseconds{86'400'000};
    const std::uint64_t asked = world->ask(0, later);
    world->run_for(Seconds{1});
    const Reply* reply = world->reply(0, asked);
    ASSERT_NE(reply, nullptr);
    if (!reply->result) {
      EXPECT_EQ(reply->result.error().why, Refused::kConflict);
      break;
    }
    ++set;
  }
  world->run_for(2 * kFlashTime);
  EXPECT_EQ(world->count_entries(0, Kind::kContactUnanswered), set + 1);
  world->ask(0, withdrawal_of(*world, request));
  world->run_for(Seconds{1});
  EXPECT_EQ(state(*world, 0), ContactState::kWithdrawn);
  EXPECT_GE(set, 5U);
}

// The last one is kept for cancelling.
TEST(Visit, ActsThatWouldNotCountAreRefused) {
  World world(seeded(51));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  const auto put = [&](ActBody body) {
    PutAct what;
    what.line = world.line();
    what.body = std::move(body);
    const std::uint64_t asked = world.ask(0, std::move(what));
    world.run_for(Seconds{1});
    const Reply* reply = world.reply(0, asked);
    if (reply == nullptr) throw std::runtime_error("no reply");
    return reply->result;
  };
  const VisitTerms terms{"Geneva", *day_of("2023-06-14"), *day_of("2023-06-15")};
  const auto proposed = put(VisitBody{"visit", "officer", terms, "en", {"Talk"}, {}});
  ASSERT_TRUE(proposed) << proposed.error().message;
  const EntryId visit = proposed->entries.front().id;
  const Words why{"en", "Not now."};
  for (int act = 0; act < 14; ++act) {
    const auto done = put(VisitActBody{visit, VisitAct::kPostponed, "officer", {}, {}, why, {}, why});
    ASSERT_TRUE(done) << act << done.error().message;
  }
  const auto refused = put(VisitActBody{visit, VisitAct::kPostponed, "officer", {}, {}, why, {}, why});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, Refused::kConflict);
  EXPECT_TRUE(put(VisitActBody{visit, VisitAct::kCancelled, "officer", {}, {}, why, {}, {}}));
}

TEST_F(ContactTest, ReachedAnEmptyDesk) {
  begin(43);
  ASSERT_TRUE(until_claimed()) << world->report();
  const ContactUnansweredBody body = claim(0);
  EXPECT_EQ(body.reach, ContactReach::kEmptyDesk);
  EXPECT_EQ(body.path_up, kFlashTime);
  EXPECT_EQ(body.times_silent, 0U);
  expect_both_say_the_same();
}

TEST_F(ContactTest, AnOfficerHadItAndDidNotAnswer) {
  begin(44);
  attend();
  ASSERT_TRUE(settle(*world)) << world->report();
  world->ask(1, MarkShown{world->line(), {request}, "duty officer"});
  ASSERT_TRUE(until_claimed()) << world->report();
  attends = false;
  const ContactUnansweredBody body = claim(0);
  EXPECT_EQ(body.reach, ContactReach::kOfficer);
  EXPECT_EQ(body.signed_there.size(), 2U);  // attended, shown
  for (const EntryId& id : body.signed_there) EXPECT_NE(world->store(1).find(id), nullptr);
  expect_both_say_the_same();
}

TEST_F(ContactTest, AnAcknowledgementIsNoAnswer) {
  begin(45);
  ASSERT_TRUE(settle(*world)) << world->report();
  world->ask_surely(1, [&] { return Acknowledge{world->line(), request.hex(), "duty officer", {}}; });
  ASSERT_TRUE(until_claimed()) << world->report();
  EXPECT_EQ(claim(0).reach, ContactReach::kOfficer);
}

TEST_F(ContactTest, ADeclineFiveDaysLaterIsLateAndCloses) {
  begin(46);
  ASSERT_TRUE(until_claimed()) << world->report();
  EXPECT_EQ(world->status(1).open_items.size(), 1U);  // still theirs to answer
  world->run_for(Seconds{5 * 24 * 3600});
  world->ask_surely(1, [&] { return answer_to(*world, request, ContactAnswer::kDeclined); }, "answer");
  expect_both_say_the_same();
  EXPECT_EQ(state(*world, 0), ContactState::kDeclined);
  EXPECT_EQ(only_report(*world, 0).status.answers.front().standing, AnswerStanding::kLate);
  EXPECT_TRUE(world->status(1).open_items.empty());
}

TEST_F(ContactTest, AnAnswerThatIsOnItsWayAtTheDeadlineCrossed) {
  begin(47);
  ASSERT_TRUE(settle(*world)) << world->report();
  world->run_for(kFlashTime - Seconds{30});
  world->set_cut(0, 1, true);
  world->ask_surely(1, [&] { return answer_to(*world, request, ContactAnswer::kAccepted); }, "answer");
  ASSERT_TRUE(until_claimed()) << world->report();
  EXPECT_EQ(state(*world, 1), ContactState::kAccepted);
  world->set_cut(0, 1, false);
  expect_both_say_the_same();
  EXPECT_EQ(state(*world, 0), ContactState::kAccepted);
  EXPECT_EQ(only_report(*world, 1).status.answers.front().standing, AnswerStanding::kCrossed);
}

TEST_F(ContactTest, TheTimeGoesOnWhileTheRequestersStationIsDown) {
  begin(48);
  ASSERT_TRUE(settle(*world)) << world->report();
  world->run_for(Seconds{100});
  world->stop(0, "maintenance");
  world->run_for(Seconds{200});
  world->start(0);
  ASSERT_TRUE(until_claimed()) << world->report();
  const ContactUnansweredBody body = claim(0);
  EXPECT_EQ(body.path_up + body.path_down + body.unobserved, length(body));
  EXPECT_NEAR(static_cast<double>(length(body).count()), 600.0, 2.0);
  EXPECT_GE(body.unobserved, Seconds{195});
  EXPECT_EQ(body.reach, ContactReach::kEmptyDesk);
  expect_both_say_the_same();
}

TEST_F(ContactTest, EachSideIsRefusedWhatIsNotItsOwn) {
  begin(49);
  ASSERT_TRUE(settle(*world)) << world->report();
  const auto refusal = [&](std::size_t station, Command command) {
    const std::uint64_t asked = world->ask(station, std::move(command));
    EXPECT_TRUE(world->run_until([&] { return world->reply(station, asked) != nullptr; }, kSoon));
    const auto& result = world->reply(station, asked)->result;
    return result ? "done" : result.error().message;
  };
  EXPECT_EQ(refusal(0, answer_to(*world, request, ContactAnswer::kAccepted)),
            "this is our own request: the other side answers it");
  EXPECT_EQ(refusal(1, withdrawal_of(*world, request)), "this is their request: answer it");
  EXPECT_EQ(refusal(1, answer_to(*world, request, ContactAnswer::kCountered)),
            "a counter-proposal names a time");
  EXPECT_EQ(refusal(1, answer_to(*world, EntryId{}, ContactAnswer::kAccepted)),
            "no contact request on this line begins with '" + EntryId{}.hex() + "'");
  ChangeContact agreed = withdrawal_of(*world, request);
  agreed.change = ContactChange::kTimeAgreed;
  EXPECT_EQ(refusal(0, agreed), "they did not propose another time");
  EXPECT_EQ(refusal(0, withdrawal_of(*world, request)), "done");
  EXPECT_EQ(refusal(0, withdrawal_of(*world, request)), "this request was withdrawn");
  RequestContact nobody = flash_request(*world, "nobody");
  nobody.request.to_roles.clear();
  EXPECT_EQ(refusal(0, nobody), "say whom it asks for: 1 to 8 roles, in the order to try");
  expect_both_say_the_same();
}

// Acts of both, at random, lost and crossing and between crashes: in the end both say the same.
class ContactChaos : public testing::TestWithParam<std::uint64_t> {};
TEST_P(ContactChaos, BothSayTheSameInTheEnd) {
  WorldOptions options = seeded(GetParam());
  World world(options);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Chance chance(GetParam() * 7919);
  world.set_faults(random_faults(chance));
  for (int round = 0; round < 30; ++round) {
    const std::size_t at = chance.below(2);
    if (chance.happens(0.1)) world.crash(at);
    if (chance.happens(0.15)) world.set_cut(0, 1, chance.happens(0.5));
    const std::string key = "act " + std::to_string(round);
    if (!world.is_running(at) || chance.happens(0.2)) {
      world.ask_surely(at, [&world, key] { return flash_request(world, key); }, key);
    } else if (const auto reports = world.station(at).contacts(world.line()); !reports.empty()) {
      const ContactReport& report = reports[chance.below(reports.size())];
      const EntryId about = report.contact->root().id;
      if (report.own) {
        world.ask(at, withdrawal_of(world, about));
      } else {
        AnswerContact what = answer_to(world, about, static_cast<ContactAnswer>(chance.below(4)), key);
        if (what.answer == ContactAnswer::kCountered) what.time = WallTime{Milliseconds{1'700'000'000'000}};
        world.ask(at, what);
      }
    }
    world.run_for(Seconds{static_cast<std::int64_t>(chance.below(300))});
    ASSERT_EQ(world.failure(), "") << world.report();
  }
  world.set_faults({});
  world.set_cut(0, 1, false);
  ASSERT_TRUE(settle(world, Seconds{15 * 60})) << world.report();
  EXPECT_EQ(told(world, 0), told(world, 1)) << world.report();
  EXPECT_NE(told(world, 0), "");
}
INSTANTIATE_TEST_SUITE_P(Seeds, ContactChaos, testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace openline::sim
