// SPDX-License-Identifier: Apache-2.0
// First messages, early objects, restarts, rekeys, collisions and courier keys.
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr SendOptions kFlash{Precedence::kFlash, 0, std::nullopt, false};

CourierKey courier_key(std::uint8_t number, std::uint8_t generation = 1) {
  return {secret_of<CourierSecret>(number), generation};
}
std::vector<CourierKey> keys_of(std::uint8_t number, std::uint8_t generation = 1) {
  std::vector<CourierKey> keys;
  keys.push_back(courier_key(number, generation));
  return keys;
}

TEST(LinkSessions, OpensAtBothEndsAndSaysItIsFresh) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  ASSERT_EQ(a.opened.size(), 1U);
  ASSERT_EQ(b.opened.size(), 1U);
  EXPECT_TRUE(a.opened[0].fresh);
  EXPECT_TRUE(b.opened[0].fresh);
  EXPECT_TRUE(net.status(a, b).session);
  EXPECT_FALSE(net.status(a, b).courier_key);
}

TEST(LinkSessions, AFlashArrivesWithTheFirstMessage) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);  // b only answers
  const MonotonicTime start = net.time;
  net.introduce(a, b);
  net.send(a, b, object_of(200, 1), kFlash);
  ASSERT_TRUE(net.run_until([&] { return !b.received.empty(); }, 5s));
  EXPECT_EQ(net.time - start, net.wires[0].delay) << "no round trip";
  EXPECT_FALSE(b.received[0].confirmed);
  EXPECT_FALSE(net.status(b, a).session) << "tentative";
  net.run_for(5s);
  EXPECT_EQ(b.count_of(object_of(200, 1)), 1U);
  EXPECT_EQ(a.delivered.size(), 1U);
  EXPECT_TRUE(net.status(b, a).session);
}

TEST(LinkSessions, AFirstMessageOfAPeerThatHasASessionIsAsGoodAsIt) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(5s);
  std::vector<Bytes> firsts;
  net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station == "A" && traffic.bytes[0] == 1) firsts.push_back(traffic.bytes);
  };
  net.drop = [&](const Traffic& traffic) { return traffic.from_station == "B" || traffic.bytes[0] != 1; };
  net.send(a, b, object_of(200, 1));
  ASSERT_TRUE(net.run_until([&] { return !b.received.empty(); }, 60s)) << "a calls when nothing is answered";
  EXPECT_TRUE(b.received[0].confirmed) << "else its reader would drop it, and nobody would send it again";
  for (const Bytes& first : firsts) net.inject(b, {0}, {"thief:1"}, first);
  net.drop = {};
  EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 1; }, 60s));
  EXPECT_EQ(b.received.size(), 1U);
}

TEST(LinkSessions, EarlyObjectsComeOnceThoughTheyComeAgainInTheSession) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  bool answers = false;
  net.drop = [&](const Traffic& traffic) { return traffic.from_station == "B" && !answers; };
  net.send(a, b, object_of(200, 1), kFlash);
  net.run_for(3s);
  net.send(a, b, object_of(200, 2), kFlash);  // a fresh first message carries both
  net.run_for(3s);
  EXPECT_EQ(b.received.size(), 2U);
  answers = true;
  EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 2; }, 60s));
  net.run_for(60s);
  EXPECT_EQ(b.received.size(), 2U);
}

TEST(LinkSessions, AFlashThatWasQueuedDuringAnOutageArrivesSoonAfterHealing) {
  for (const bool first_session : {true, false}) {
    Network net(2, 2);
    Station &a = net.add("A"), &b = net.add("B");
    net.wires[0].cut = net.wires[1].cut = first_session;
    net.introduce_both(a, b);
    net.run_for(100s);
    net.wires[0].cut = net.wires[1].cut = true;
    net.run_for(200s);
    EXPECT_FALSE(net.status(a, b).session);
    net.send(a, b, object_of(500, 1), kFlash);
    net.run_for(500s);
    net.wires[1].cut = false;
    EXPECT_TRUE(net.run_until([&] { return !b.received.empty(); }, 11s));
    net.run_for(10s);
    EXPECT_EQ(b.count_of(object_of(500, 1)), 1U);
    EXPECT_TRUE(net.status(a, b).session);
  }
}

TEST(LinkSessions, GoesOnWithTheSameSessionAfterAnOutage) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  net.wires[0].cut = true;
  net.send(a, b, object_of(3000, 1));
  net.run_for(300s);
  EXPECT_EQ(a.closed, 1U);
  EXPECT_EQ(net.status(a, b).paths[0].state, PathState::kDown);
  net.wires[0].cut = false;
  EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 1; }, 15s));
  ASSERT_EQ(a.opened.size(), 2U);
  EXPECT_FALSE(a.opened[1].fresh);
  EXPECT_EQ(b.count_of(object_of(3000, 1)), 1U);
}

TEST(LinkSessions, ARestartedPeerIsFreshAndObjectsInFlightAreGivenUp) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  net.wires[0].rate = 50'000;
  net.send(a, b, object_of(500'000, 1));
  net.run_for(2s);
  net.start(b);
  net.introduce(b, a);
  ASSERT_TRUE(net.run_until([&] { return a.opened.size() == 2; }, 20s));
  EXPECT_TRUE(a.opened[1].fresh);
  EXPECT_EQ(net.status(a, b).objects_in_flight, 0U);
  net.send(a, b, object_of(700, 2));
  EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 1; }, 20s));
  EXPECT_EQ(b.count_of(object_of(700, 2)), 1U);
}

TEST(LinkSessions, NoticesARestartOfAPeerThatOnlyAnswers) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  net.run_for(10s);
  net.start(b);
  net.introduce(b, a, {}, false);
  net.send(a, b, object_of(100, 1), kFlash);
  ASSERT_TRUE(net.run_until([&] { return a.opened.size() == 2; }, 30s)) << "within the detection time";
  EXPECT_TRUE(a.opened[1].fresh);
}

// What one hears in a session says that the other still has it: that nothing is acknowledged is then the way
// there, or its acknowledgements. A new session would only send all again that is under way.
TEST(LinkSessions, DoesNotCallAPeerThatItHearsThoughNothingIsAcknowledged) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  std::size_t calls = 0;
  net.tap = [&](const Traffic& traffic) { calls += traffic.from_station == "B" && traffic.bytes[0] == 1; };
  net.drop = [&](const Traffic& traffic) { return traffic.from_station == "B"; };
  net.send(b, a, object_of(700, 1));
  for (int second = 0; second < 60; ++second, net.run_for(1s)) {
    if (second % 2 == 0) net.send(a, b, object_of(100, static_cast<std::uint8_t>(second)));
  }
  EXPECT_EQ(calls, 0U);
  net.drop = {};
  EXPECT_TRUE(net.run_until([&] { return b.delivered.size() == 1; }, 30s));
  EXPECT_EQ(a.count_of(object_of(700, 1)), 1U);
}

TEST(LinkSessions, RekeysWithoutLosingObjects) {
  Network net(4);
  net.wires[0].loss = 0.2;
  LinkOptions options;
  options.session_age = Seconds{30};
  Station &a = net.add("A", options), &b = net.add("B", options);
  net.introduce_both(a, b);
  std::size_t first_messages = 0;
  net.tap = [&](const Traffic& traffic) { first_messages += traffic.bytes[0] == 1 ? 1 : 0; };
  std::uint64_t number = 0;
  for (; number < 300; ++number) {
    net.send(a, b, object_of(2000, number));
    net.send(b, a, object_of(2000, number));
    net.run_for(1s);
  }
  EXPECT_TRUE(
      net.run_until([&] { return a.delivered.size() == number && b.delivered.size() == number; }, 100s));
  EXPECT_EQ(a.received.size(), number);
  EXPECT_EQ(b.received.size(), number);
  EXPECT_GE(first_messages, 8U);
  EXPECT_EQ(a.opened.size(), 1U) << "nobody above notices";
}

TEST(LinkSessions, CollisionsEndInOneSessionThatWorksBothWays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Network net(seed);
    net.wires[0] = {Milliseconds{20}, Milliseconds{100}, seed % 2 ? 0.3 : 0.0, 0.1, 0, false, std::nullopt};
    Station &a = net.add("A"), &b = net.add("B");
    net.introduce_both(a, b);
    net.run_for(30s);
    net.wires[0] = {};
    net.run_for(300s);  // longer than a replaced session lives
    const std::size_t closed = a.closed + b.closed;
    net.send(a, b, object_of(5000, 1));
    net.send(b, a, object_of(5000, 2));
    EXPECT_TRUE(net.run_until([&] { return a.delivered.size() == 1 && b.delivered.size() == 1; }, 1s));
    EXPECT_EQ(a.closed + b.closed, closed);
  }
}

TEST(LinkSessions, OnlyOneSideAnswersWhenBothCallAtOnce) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  std::map<std::string, std::size_t> responses;
  net.tap = [&](const Traffic& traffic) { responses[traffic.from_station] += traffic.bytes[0] == 2 ? 1 : 0; };
  net.introduce_both(a, b);
  net.run_for(10s);
  const bool a_is_lower = a.session_keys[0].key < b.session_keys[0].key;
  EXPECT_EQ(responses[a_is_lower ? "A" : "B"], 0U);
  EXPECT_GE(responses[a_is_lower ? "B" : "A"], 1U);
}

// Both answer each other, for the first calls of the one with the lower key were lost.
struct Crossed {
  Network net;
  Station &a, &b;
  Station &lower, &higher;
  std::function<bool(const Traffic&)> drop_more = [](const Traffic&) { return false; };
  Crossed()
      : a(net.add("A")),
        b(net.add("B")),
        lower(a.session_keys[0].key < b.session_keys[0].key ? a : b),
        higher(&lower == &a ? b : a) {
    const MonotonicTime start = net.time;
    net.drop = [this, start](const Traffic& traffic) {
      const bool early_call = traffic.from_station == lower.name && traffic.bytes[0] == 1;
      return (early_call && net.time < start + Milliseconds{2900}) || drop_more(traffic);
    };
    net.introduce_both(a, b);
  }
};

TEST(LinkSessions, TheLowerKeysSessionStandsWhenBothCameAbout) {
  Crossed crossed;
  std::map<std::string, std::size_t> responses;
  crossed.net.tap = [&](const Traffic& traffic) {
    responses[traffic.from_station] += traffic.bytes[0] == 2 ? 1 : 0;
  };
  crossed.net.run_for(400s);  // longer than the other session is kept
  EXPECT_EQ(responses["A"], 1U);
  EXPECT_EQ(responses["B"], 1U);
  EXPECT_EQ(crossed.a.board->counters().unknown_session + crossed.b.board->counters().unknown_session, 0U);
  EXPECT_EQ(crossed.a.closed + crossed.b.closed, 0U);
}

TEST(LinkSessions, RecoversFromAPeerThatStaysWithTheOtherSession) {
  Crossed crossed;
  std::optional<Bytes> index;  // of the lower key's session: nothing that is sent on it arrives
  crossed.drop_more = [&](const Traffic& traffic) {
    if (traffic.from_station != crossed.lower.name || traffic.bytes[0] != 3) return false;
    const Bytes receiver(traffic.bytes.begin() + 1, traffic.bytes.begin() + 5);
    if (!index) index = receiver;
    return receiver == *index;
  };
  crossed.net.run_for(30s);
  crossed.net.send(crossed.higher, crossed.lower, object_of(10, 1));
  crossed.net.run_for(2s);
  crossed.net.send(crossed.lower, crossed.higher, object_of(10, 2));
  EXPECT_TRUE(crossed.net.run_until([&] { return crossed.higher.received.size() == 1; }, 5s));
  EXPECT_EQ(crossed.a.closed + crossed.b.closed, 0U);
}

TEST(LinkSessions, TheWinnerOfACollisionAnswersWhenItsOwnCallCannotArrive) {
  for (const bool lower_is_deaf : {false, true}) {
    Network net;
    Station &a = net.add("A"), &b = net.add("B");
    Station& lower = a.session_keys[0].key < b.session_keys[0].key ? a : b;
    Station& higher = &lower == &a ? b : a;
    Station& misled = lower_is_deaf ? lower : higher;
    Station& right = lower_is_deaf ? higher : lower;
    right.addresses[0] = "nowhere";
    net.introduce(misled, right);
    right.addresses[0] = right.name + ":0";
    net.introduce(right, misled);
    EXPECT_TRUE(net.run_until([&] { return net.status(a, b).session && net.status(b, a).session; }, 10s));
  }
}

TEST(LinkSessions, ATentativeSessionMovesNothing) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  std::vector<Bytes> firsts;
  net.tap = [&](const Traffic& traffic) {
    if (traffic.bytes[0] == 1) firsts.push_back(traffic.bytes);
  };
  net.drop = [&](const Traffic& traffic) { return traffic.from_station == "B" || firsts.size() < 2; };
  net.run_for(5s);
  // An old call of a's, replayed by someone else from an address of their own.
  net.inject(b, {0}, {"thief:1"}, firsts[0]);
  EXPECT_FALSE(net.status(b, a).session);
  EXPECT_TRUE(net.status(b, a).paths.empty());
  EXPECT_TRUE(b.opened.empty());
  EXPECT_FALSE(net.status(b, a).last_heard.has_value());
}

TEST(LinkSessions, OldFirstMessagesDoNotDisturbALiveSession) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  net.introduce(a, b);
  Bytes first;
  net.tap = [&](const Traffic& traffic) {
    if (traffic.bytes[0] == 1 && first.empty()) first = traffic.bytes;
  };
  net.run_for(10s);
  const auto before = b.board->counters().replayed;
  for (int i = 0; i < 10; ++i) net.inject(b, {0}, {"thief:1"}, first);
  EXPECT_EQ(b.board->counters().replayed, before + 10);
  net.send(b, a, object_of(100, 1));
  EXPECT_TRUE(net.run_until([&] { return b.delivered.size() == 1; }, 1s));
  EXPECT_EQ(net.status(b, a).paths.size(), 1U);
}

TEST(LinkSessions, UsesACourierKeyAndSaysSo) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(a, b, keys_of(9, 3));
  net.introduce(b, a, keys_of(9, 3));
  net.run_for(5s);
  EXPECT_TRUE(net.status(a, b).session);
  EXPECT_TRUE(net.status(a, b).courier_key);
  EXPECT_TRUE(net.status(b, a).courier_key);
}

TEST(LinkSessions, TakesTheTwoNewestCourierKeys) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  std::vector<CourierKey> both = keys_of(10, 4);
  both.push_back(courier_key(9, 3));
  net.introduce(b, a, std::move(both), false);
  net.introduce(a, b, keys_of(9, 3));
  net.run_for(5s);
  EXPECT_TRUE(net.status(a, b).session);
}

TEST(LinkSessions, RefusesToGoWithoutACourierKeyThatIsAgreed) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, keys_of(9), false);
  net.introduce(a, b);
  net.run_for(30s);
  EXPECT_FALSE(net.status(a, b).session);
  EXPECT_TRUE(b.received.empty());
  EXPECT_TRUE(net.status(b, a).suspect_courier_key);
}

TEST(LinkSessions, SuspectsTheCourierKeyAtBothEndsUntilItIsPutRight) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(a, b, keys_of(9));
  net.introduce(b, a, keys_of(10));
  net.run_for(1s);
  EXPECT_FALSE(net.status(b, a).suspect_courier_key) << "one is not enough";
  net.send(a, b, object_of(100, 1), kFlash);
  net.run_for(30s);
  EXPECT_TRUE(net.status(a, b).suspect_courier_key);
  EXPECT_TRUE(net.status(b, a).suspect_courier_key);
  EXPECT_TRUE(b.received.empty());
  net.introduce(b, a, keys_of(9));
  EXPECT_TRUE(net.run_until([&] { return b.received.size() == 1; }, 2s)) << "at once";
  EXPECT_FALSE(net.status(a, b).suspect_courier_key);
  EXPECT_FALSE(net.status(b, a).suspect_courier_key);
}

TEST(LinkSessions, ANewCourierKeyReplacesTheSessionWithoutAGap) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  net.introduce(a, b, keys_of(9));
  net.run_for(20s);
  EXPECT_TRUE(net.status(a, b).session) << "the peer does not have it yet";
  net.introduce(b, a, keys_of(9));
  net.run_for(40s);
  EXPECT_TRUE(net.status(a, b).courier_key);
  EXPECT_TRUE(net.status(b, a).courier_key);
  EXPECT_EQ(a.closed + b.closed, 0U);
}

TEST(LinkSessions, LearnsANewSessionKeyFromTheLocatorInTheFirstMessage) {
  for (const bool with_courier_key : {false, true}) {
    Network net;
    Station &a = net.add("A"), &b = net.add("B");
    const auto keys = [&] { return with_courier_key ? keys_of(9) : std::vector<CourierKey>(); };
    net.introduce(b, a, keys(), false);
    a.session_keys.insert(a.session_keys.begin(), SessionKeyPair::from_seed(secret_of<SessionSecret>(77)));
    a.locator_counter = 2;
    net.start(a);
    net.introduce(a, b, keys());
    net.run_for(5s);
    EXPECT_TRUE(net.status(a, b).session);
    ASSERT_EQ(b.locators.size(), 1U);
    EXPECT_EQ(b.locators[0].locator.counter, 2U);
    EXPECT_EQ(b.locators[0].locator.session_key, a.session_keys[0].key);
  }
}

TEST(LinkSessions, TakesCallsToAnOldSessionKeyOfItsOwn) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(a, b);  // with b's first key
  b.session_keys.insert(b.session_keys.begin(), SessionKeyPair::from_seed(secret_of<SessionSecret>(78)));
  b.locator_counter = 2;
  net.start(b);
  net.introduce(b, a, {}, false);
  net.run_for(5s);
  EXPECT_TRUE(net.status(a, b).session);
  ASSERT_EQ(a.locators.size(), 1U);
  EXPECT_EQ(a.locators[0].locator.session_key, b.session_keys[0].key);
}

TEST(LinkSessions, LeavesTheLocatorOutOnceThePeerHasIt) {
  std::size_t with = 0, without = 0;
  for (std::size_t* size : {&with, &without}) {
    Network net;
    Station &a = net.add("A"), &b = net.add("B");
    if (size == &without) a.board->peer_has_locator(b.id(), 1);
    net.introduce(a, b);
    if (size == &without) a.board->peer_has_locator(b.id(), 1);
    net.tap = [&](const Traffic& traffic) { *size = std::max(*size, traffic.bytes.size()); };
    net.run_for(500ms);
  }
  EXPECT_GT(with, without + 100);
}

TEST(LinkSessions, SaysGoodbyeAndShowsIt) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  a.board->close("moved to the alternate station", net.now());
  net.run_for(1s);
  EXPECT_EQ(net.status(b, a).closing, "moved to the alternate station");
  EXPECT_FALSE(net.status(b, a).session);
  EXPECT_EQ(b.closed, 1U);
  net.start(a);
  net.introduce(a, b);
  net.run_for(5s);
  EXPECT_TRUE(net.status(b, a).session);
  EXPECT_FALSE(net.status(b, a).closing.has_value());
}

TEST(LinkSessions, RemovingAPeerForgetsItsSessions) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce_both(a, b);
  net.run_for(10s);
  a.board->remove_peer(b.id());
  EXPECT_FALSE(a.board->status(b.id()).has_value());
  net.send(b, a, object_of(10, 1));
  net.run_for(10s);
  EXPECT_TRUE(a.received.empty());
  EXPECT_GT(a.board->counters().unknown_session, 0U);
  net.introduce(a, b);
  net.run_for(20s);
  EXPECT_TRUE(net.status(a, b).session);
}

}  // namespace
}  // namespace openline::link_test
