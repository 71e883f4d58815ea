// SPDX-License-Identifier: Apache-2.0
// Packets that nobody honest sent: they change nothing, are counted, and take a bounded amount of memory and
// work.
#include "core/link/frames.h"
#include "core/link/handshake_payload.h"
#include "core/link/test_network.h"

namespace openline::link_test {
namespace {

constexpr SendOptions kFlash{Precedence::kFlash, 0, std::nullopt, false};

// A first message of a caller with these keys, as a program of its own would write it.
struct ForgedCall {
  SessionKeyPair caller;
  SessionKey responder;
  Psk psk;
  std::uint8_t generation = 0;
  std::optional<SignedLocator> locator = std::nullopt;
  std::uint8_t ephemeral = 200;
  [[nodiscard]] Bytes packet() const {
    const Bytes payload = write_handshake_payload(LinkEpoch{{1, 2, 3}}, locator ? &*locator : nullptr);
    NoiseInitiator noise(handshake_prologue(generation), caller.clone(), responder, psk.clone(),
                         SessionKeyPair::from_seed(secret_of<SessionSecret>(ephemeral)));
    return write_first_packet(generation, 7, noise.write_first(payload).value(), responder, std::nullopt);
  }
};

struct Pair {
  Network net;
  Station &a, &b;
  Pair() : a(net.add("A")), b(net.add("B")) {
    net.introduce_both(a, b);
    net.run_for(10s);
    net.take_quietly(a), net.take_quietly(b);
  }
  [[nodiscard]] std::uint64_t dropped() const {
    const SwitchboardCounters& c = b.board->counters();
    return c.malformed + c.bad_mac + c.unknown_caller + c.unknown_session + c.failed_authentication +
           c.replayed;
  }
};

TEST(SwitchboardHostile, DropsEveryTruncationOfEveryPacketAndCountsIt) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  std::map<std::uint8_t, Bytes> by_type;
  net.tap = [&](const Traffic& traffic) { by_type.try_emplace(traffic.bytes[0], traffic.bytes); };
  net.drop = [](const Traffic& traffic) { return traffic.from_station == "A"; };
  net.introduce(a, b);
  net.run_for(100ms);
  const Bytes first = by_type.at(1);
  for (std::size_t size = 0; size < first.size(); ++size)
    net.inject(b, {0}, {"A:0"}, Bytes(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(size)));
  const auto& counters = b.board->counters();
  EXPECT_EQ(counters.malformed + counters.bad_mac, first.size());
  EXPECT_FALSE(b.board->next_packet({0}, 1200, net.now()).has_value()) << "silence";
}

TEST(SwitchboardHostile, DropsEveryFlippedByteOfEveryPacket) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  std::vector<Traffic> all;
  bool record = true;
  net.tap = [&](const Traffic& traffic) {
    if (record) all.push_back(traffic);
  };
  net.drop = [&](const Traffic& traffic) { return traffic.from_station == "A" && traffic.bytes[0] == 3; };
  net.introduce(a, b);
  net.send(a, b, object_of(100, 1), kFlash);
  net.run_for(900ms);
  record = false;
  std::map<std::uint8_t, int> tried;
  for (const Traffic& traffic : all) {
    if (++tried[traffic.bytes[0]] > 1) continue;
    Station& to = traffic.from_station == "A" ? b : a;
    const std::size_t received = to.received.size();
    for (std::size_t at = 0; at < traffic.bytes.size(); ++at) {
      Bytes bytes = traffic.bytes;
      bytes[at] ^= 0x41;
      to.board->start_turn();
      net.inject(to, {0}, traffic.from, bytes);
    }
    EXPECT_EQ(to.received.size(), received) << int{traffic.bytes[0]};
    EXPECT_FALSE(net.status(b, a).session);
  }
  EXPECT_EQ(tried.size(), 3U) << "a first message, a response and a transport packet";
  net.drop = nullptr;
  net.run_for(10s);
  EXPECT_TRUE(net.status(b, a).session) << "the true ones still do";
  EXPECT_EQ(b.received.size(), 1U);
}

TEST(SwitchboardHostile, DropsReplayedTransportPackets) {
  Pair p;
  std::vector<Traffic> sent;
  p.net.tap = [&](const Traffic& traffic) {
    if (traffic.from_station == "A") sent.push_back(traffic);
  };
  for (std::uint64_t number = 0; number < 20; ++number) p.net.send(p.a, p.b, object_of(700, number));
  p.net.run_for(1s);
  ASSERT_EQ(p.b.received.size(), 20U);
  const auto before = p.b.board->counters().replayed;
  for (const Traffic& traffic : sent) p.net.inject(p.b, {0}, {"thief:1"}, traffic.bytes);
  EXPECT_EQ(p.b.received.size(), 20U);
  EXPECT_EQ(p.b.board->counters().replayed, before + sent.size());
  EXPECT_EQ(p.net.status(p.b, p.a).paths.size(), 1U) << "a replay moves no address";
}

TEST(SwitchboardHostile, RandomBytesChangeNothing) {
  Pair p;
  const auto before = p.dropped();
  for (int i = 0; i < 20'000; ++i) {
    Bytes packet(1 + p.net.random.below(300));
    p.net.random.fill(packet);
    packet[0] = static_cast<std::uint8_t>(p.net.random.below(6));
    p.b.board->receive({0}, {"flood:" + std::to_string(i)}, packet, p.net.now());
  }
  EXPECT_EQ(p.dropped(), before + 20'000);
  EXPECT_FALSE(p.b.board->next_packet({0}, 1200, p.net.now()).has_value()) << "nothing is answered";
  p.b.board->check_invariants();
  EXPECT_TRUE(p.net.status(p.b, p.a).session);
}

TEST(SwitchboardHostile, AStrangerGetsSilence) {
  Pair p;
  ForgedCall call{SessionKeyPair::from_seed(secret_of<SessionSecret>(66)), p.b.session_keys[0].key,
                  psk_without_courier_key(p.a.id(), p.b.id())};
  p.b.board->start_turn();
  p.net.inject(p.b, {0}, {"stranger:1"}, call.packet());
  StationKeyPair stranger(secret_of<SigningSeed>(66));
  call.locator = SignedLocator::sign({stranger.key(), 1, call.caller.key, {}}, stranger);
  call.ephemeral = 201;
  p.net.inject(p.b, {0}, {"stranger:1"}, call.packet());
  EXPECT_EQ(p.b.board->counters().unknown_caller, 2U);
  EXPECT_TRUE(p.b.locators.empty());
  EXPECT_FALSE(p.b.board->next_packet({0}, 1200, p.net.now()).has_value());
}

TEST(SwitchboardHostile, RefusesALocatorThatIsNotNewerOrNotTheCallers) {
  Pair p;
  const SessionKeyPair thief = SessionKeyPair::from_seed(secret_of<SessionSecret>(66));
  ForgedCall call{thief.clone(), p.b.session_keys[0].key, psk_without_courier_key(p.a.id(), p.b.id())};
  call.locator = p.a.locator();  // a's own, whose key the thief has not
  p.net.inject(p.b, {0}, {"thief:1"}, call.packet());
  call.locator =
      SignedLocator::sign({p.a.id(), 1, thief.key, {}}, *p.a.key);  // an old one, of a key that leaked
  call.ephemeral = 201;
  p.net.inject(p.b, {0}, {"thief:1"}, call.packet());
  EXPECT_EQ(p.b.board->counters().unknown_caller, 2U);
  EXPECT_TRUE(p.b.locators.empty());
}

// A peer that announces another's session key as its own neither receives that other's calls nor stops them.
TEST(SwitchboardHostile, APeerCannotTakeAnothersSessionKeyForItsOwn) {
  for (const bool with_courier_keys : {false, true}) {
    for (const bool rotates : {false, true}) {  // the victim's key is one that b does not know yet
      Network net;
      Station &thief = net.add("A"), &b = net.add("B"), &victim = net.add("C");
      const auto keys = [&](std::uint8_t of) {
        std::vector<CourierKey> all;
        if (with_courier_keys) all.push_back({secret_of<CourierSecret>(of), 1});
        return all;
      };
      net.introduce(b, victim, keys(3), false);
      if (rotates) {
        victim.session_keys.insert(victim.session_keys.begin(),
                                   SessionKeyPair::from_seed(secret_of<SessionSecret>(90)));
        victim.locator_counter = 2;
        net.start(victim);
      }
      const Locator taken{thief.id(), 2, victim.session_keys[0].key, {}};
      b.board->set_peer({thief.id(), SignedLocator::sign(taken, *thief.key), keys(1)}, net.now());
      net.introduce(victim, b, keys(3));
      net.send(victim, b, object_of(10, 1), kFlash);
      net.run_for(5s);
      EXPECT_TRUE(net.status(b, victim).session);
      EXPECT_FALSE(net.status(b, thief).session);
      EXPECT_FALSE(net.status(b, thief).suspect_courier_key);
      ASSERT_EQ(b.received.size(), 1U);
      EXPECT_EQ(b.received[0].peer, victim.id());
    }
  }
}

TEST(SwitchboardHostile, AsksForCookiesUnderLoadAndServesThoseWhoAnswer) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  b.board->start_turn();
  ForgedCall call{SessionKeyPair::from_seed(secret_of<SessionSecret>(66)), b.session_keys[0].key,
                  psk_without_courier_key(a.id(), b.id())};
  for (std::uint8_t i = 0; i < 20; ++i) {  // uses up the turn's budget
    call.ephemeral = static_cast<std::uint8_t>(i + 1);
    b.board->receive({0}, {"flood:1"}, call.packet(), net.now());
  }
  EXPECT_EQ(b.board->counters().unknown_caller, 20U);
  net.introduce(a, b);
  a.board->run_timers(net.now());
  const auto first = a.board->next_packet({0}, 1200, net.now());
  ASSERT_TRUE(first.has_value());
  b.board->receive({0}, {"A:0"}, first->bytes, net.now());
  EXPECT_EQ(b.board->counters().cookies_sent, 1U);
  const auto cookie = b.board->next_packet({0}, 1200, net.now());
  ASSERT_TRUE(cookie.has_value());
  EXPECT_EQ(cookie->to.text, "A:0");
  EXPECT_LT(cookie->bytes.size(), first->bytes.size());
  a.board->receive({0}, {"B:0"}, cookie->bytes, net.now());
  EXPECT_EQ(a.board->counters().cookies_asked, 1U);
  const auto second = a.board->next_packet({0}, 1200, net.now());
  ASSERT_TRUE(second.has_value());
  b.board->receive({0}, {"A:1"}, second->bytes, net.now());
  EXPECT_EQ(b.board->counters().cookies_sent, 2U) << "a cookie is of one address";
  (void)b.board->next_packet({0}, 1200, net.now());
  b.board->receive({0}, {"A:0"}, second->bytes, net.now());
  const auto response = b.board->next_packet({0}, 1200, net.now());
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->bytes[0], 2);
}

TEST(SwitchboardHostile, SpendsABudgetOfKeyAgreementsATurnWhoeverCalls) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  ForgedCall call{SessionKeyPair::from_seed(secret_of<SessionSecret>(66)), b.session_keys[0].key,
                  psk_without_courier_key(a.id(), b.id())};
  for (std::uint64_t turn = 1; turn <= 3; ++turn) {
    b.board->start_turn();
    for (int i = 0; i < 200; ++i) {
      call.ephemeral = static_cast<std::uint8_t>(i + 1);
      b.board->receive({0}, {"flood:" + std::to_string(i)}, call.packet(), net.now());
    }
    EXPECT_EQ(b.board->counters().unknown_caller, 20 * turn) << "only these cost a key agreement";
    EXPECT_EQ(b.board->counters().cookies_sent, 180 * turn);
  }
}

TEST(SwitchboardHostile, AnswersAFirstMessageWithAtMostThreeTimesItsBytes) {
  Network net(1, 8);
  Station &a = net.add("A"), &b = net.add("B");
  for (std::string& address : b.addresses) address.insert(0, std::string(60, 'b'));
  net.start(b);
  net.introduce(b, a, {}, false);
  ForgedCall call{a.session_keys[0].clone(), b.session_keys[0].key, psk_without_courier_key(a.id(), b.id())};
  for (const bool long_call : {false, true}) {  // by its locator
    if (long_call) call.locator = a.locator();
    call.ephemeral = long_call ? 201 : 200;
    const Bytes first = call.packet();
    for (int repeats = 1; repeats <= 5; ++repeats) {
      b.board->receive({0}, {"victim:1"}, first, net.now());
      std::size_t answered = 0;
      while (const auto packet = b.board->next_packet({0}, 65536, net.now()))
        answered += packet->bytes.size();
      EXPECT_GT(answered, 0U);
      EXPECT_LE(answered, 3 * first.size());
    }
  }
}

TEST(SwitchboardHostile, ABoundedNumberOfAnswersWaitsForAnAdapter) {
  Network net;
  Station &a = net.add("A"), &b = net.add("B");
  net.introduce(b, a, {}, false);
  ForgedCall call{a.session_keys[0].clone(), b.session_keys[0].key, psk_without_courier_key(a.id(), b.id())};
  for (int i = 0; i < 2000; ++i) {
    if (i % 10 == 0) b.board->start_turn();
    call.ephemeral = static_cast<std::uint8_t>(i % 250 + 1);
    b.board->receive({0}, {"A:" + std::to_string(i)}, call.packet(), net.now());
    b.board->check_invariants();  // tentative sessions, waiting packets
  }
  EXPECT_GT(b.board->counters().over_budget, 0U);
}

// A peer that is a member and behaves badly: its packets authenticate.
struct BadPeer {
  Network net;
  Station &a, &b;
  std::optional<Transport> transport;
  BadPeer() : a(net.add("A")), b(net.add("B")) {
    net.introduce(b, a, {}, false);
    const Bytes payload = write_handshake_payload(LinkEpoch{{9}}, nullptr);
    NoiseInitiator noise(handshake_prologue(0), a.session_keys[0].clone(), b.session_keys[0].key,
                         psk_without_courier_key(a.id(), b.id()),
                         SessionKeyPair::from_seed(secret_of<SessionSecret>(123)));
    const Bytes first = noise.write_first(payload).value();
    net.inject(b, {0}, {"A:0"}, write_first_packet(0, 55, first, b.session_keys[0].key, std::nullopt));
    const auto response = b.board->next_packet({0}, 1200, net.now()).value();
    const auto parsed = read_response_packet(response.bytes).value();
    transport.emplace(noise.read_second(parsed.noise).value().keys, 55, parsed.sender_index);
    frames([](FrameWriter& writer) { (void)writer.add(PingFrame{}); });
  }
  void frames(const std::function<void(FrameWriter&)>& write, std::uint8_t path = 0) {
    FrameWriter writer(1150);
    write(writer);
    plain(writer.take(), path);
  }
  void plain(const Bytes& bytes, std::uint8_t path = 0) {
    net.inject(b, {0}, {"A:0"}, transport->seal({path}, bytes).packet);
  }
};

TEST(SwitchboardHostile, KeepsAtMostFourMebibytesOfUnfinishedObjects) {
  BadPeer bad;
  EXPECT_TRUE(bad.net.status(bad.b, bad.a).session);
  const Bytes piece(100);
  for (std::uint64_t id = 0; id < 2000; ++id) {
    bad.frames([&](FrameWriter& writer) { (void)writer.add_part({{id * 2}, 1 << 20, 5000, piece}); });
  }
  for (std::uint64_t at = 0; at < 6000; ++at) {  // one object in pieces that never touch
    bad.frames([&](FrameWriter& writer) {
      (void)writer.add_part({{0}, 1 << 20, 10'000 + at * 40, ByteView(piece).first(20)});
    });
  }
  EXPECT_TRUE(bad.b.received.empty());  // the bounds are in check_invariants
}

TEST(SwitchboardHostile, DoesNotAcknowledgeWhatItHadNoRoomFor) {
  BadPeer bad;
  const Bytes piece(100);
  for (std::uint64_t id = 0; id < 5; ++id) {  // packets 1 to 5, after the first heartbeat
    bad.frames([&](FrameWriter& writer) { (void)writer.add_part({{id}, 1 << 20, 0, piece}); });
  }
  std::optional<Acknowledgement> ack;
  while (const auto packet = bad.b.board->next_packet({0}, 1200, bad.net.now())) {
    const auto opened = bad.transport->open(packet->bytes).value();
    FrameReader reader(opened.plain);
    while (const auto frame = reader.next()) {
      if (const auto* found = std::get_if<Acknowledgement>(&*frame)) ack = *found;
    }
  }
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->largest.value, 4U);
}

TEST(SwitchboardHostile, ToleratesNumbersThatAPeerLeavesOut) {
  BadPeer bad;
  const Bytes object(3);
  for (std::uint64_t id = 0; id < 40'000; id += 2) {
    bad.frames([&](FrameWriter& writer) {
      for (std::uint64_t more = 0; more < 80; more += 2, id += 2) (void)writer.add(WholeObject{{id}, object});
    });
  }
  EXPECT_GE(bad.b.received.size(), 19'000U);
  const std::size_t received = bad.b.received.size();
  bad.frames([&](FrameWriter& writer) { (void)writer.add(WholeObject{{ObjectId::kMax}, object}); });
  EXPECT_EQ(bad.b.received.size(), received + 1);
}

TEST(SwitchboardHostile, ToleratesAbsurdFrames) {
  BadPeer bad;
  bad.net.send(bad.b, bad.a, object_of(100, 1));
  (void)bad.b.board->next_packet({0}, 1200, bad.net.now());
  for (std::uint8_t path = 0; path < 16; ++path) {
    bad.frames(
        [&](FrameWriter& writer) {
          (void)writer.add(Acknowledgement{{path}, {INT32_MAX}, Milliseconds{UINT32_MAX}, {1U << 31}});
          (void)writer.add(Acknowledgement{{path}, {500}, Milliseconds{0}, {1, 1, 1, 1}});
          (void)writer.add_part({{1}, UINT64_MAX, UINT64_MAX - 1, object_of(5, 1)});
          (void)writer.add_part({{1}, 10, 8, object_of(5, 1)});
          (void)writer.add(Repair{{1}, 128, 4, 255, object_of(5, 1)});
          (void)writer.add(Repair{{1}, 1, 0, 1, object_of(5, 1)});
          (void)writer.add(PathChallenge{});
          (void)writer.add(PathResponse{});
        },
        path);
  }
  EXPECT_TRUE(bad.b.delivered.empty()) << "nothing that was acknowledged had been sent";
  const auto malformed = bad.b.board->counters().malformed;
  bad.plain(from_hex("8101").value());
  bad.plain(from_hex("ff").value());
  bad.plain(from_hex("850300010081").value());
  EXPECT_EQ(bad.b.board->counters().malformed, malformed + 3);
  bad.plain(from_hex("820a43010203").value());
  EXPECT_EQ(bad.b.board->counters().malformed, malformed + 3) << "a frame of a later edition is no error";
  EXPECT_TRUE(bad.net.status(bad.b, bad.a).session);
}

TEST(SwitchboardHostile, FollowsAPeerThroughABoundedNumberOfAddresses) {
  BadPeer bad;
  for (int i = 0; i < 300; ++i) {
    FrameWriter writer(100);
    (void)writer.add(PingFrame{});
    bad.net.inject(bad.b, {0}, {"many:" + std::to_string(i)}, bad.transport->seal({0}, writer.take()).packet);
  }
  EXPECT_LE(bad.net.status(bad.b, bad.a).paths.size(), 16U);
  EXPECT_TRUE(bad.net.status(bad.b, bad.a).session);
}

// The answer to a challenge may come over the very address that it replaces, with more frames behind it.
TEST(SwitchboardHostile, OutlivesAPathThatItsOwnPacketReplaces) {
  BadPeer bad;
  FrameWriter ping(100);
  (void)ping.add(PingFrame{});
  bad.net.inject(bad.b, {0}, {"A:9"}, bad.transport->seal({0}, ping.take()).packet);
  std::optional<ChallengeToken> token;
  while (const auto packet = bad.b.board->next_packet({0}, 1200, bad.net.now())) {
    const auto opened = bad.transport->open(packet->bytes).value();
    FrameReader reader(opened.plain);
    while (const auto frame = reader.next()) {
      if (const auto* challenge = std::get_if<PathChallenge>(&*frame)) token = challenge->token;
    }
  }
  ASSERT_TRUE(token.has_value());
  bad.frames([&](FrameWriter& writer) {  // from A:0
    (void)writer.add(PathResponse{*token});
    (void)writer.add(PathChallenge{});
    (void)writer.add(PingFrame{});
  });
  std::map<std::string, std::size_t> bytes_to;
  while (const auto packet = bad.b.board->next_packet({0}, 1200, bad.net.now()))
    bytes_to[packet->to.text] += packet->bytes.size();
  EXPECT_GT(bytes_to["A:9"], 0U) << "the answer";
  EXPECT_LE(bytes_to["A:0"], 50U) << "a challenge";
  bad.net.run_for(10s);
  const LinkStatus status = bad.net.status(bad.b, bad.a);
  ASSERT_EQ(status.paths.size(), 1U);
  EXPECT_EQ(status.paths[0].remote.text, "A:9");
}

TEST(SwitchboardHostile, HoldsABoundedNumberOfPeers) {
  Network net;
  LinkOptions options;
  options.max_peers = 2;
  Station &a = net.add("A", options), &b = net.add("B"), &c = net.add("C"), &d = net.add("D");
  for (const Station* peer : {&b, &c, &d}) net.introduce(a, *peer);
  EXPECT_TRUE(a.board->status(c.id()).has_value());
  EXPECT_FALSE(a.board->status(d.id()).has_value());
}

TEST(SwitchboardHostile, IgnoresPacketsOnPathsThatAreNotConfigured) {
  Pair p;
  const auto before = p.b.board->counters().malformed;
  p.net.inject(p.b, {7}, {"A:0"}, Bytes(100, 3));
  p.net.inject(p.b, {0}, {"A:0"}, {});
  EXPECT_EQ(p.b.board->counters().malformed, before + 2);
  EXPECT_FALSE(p.b.board->next_packet({7}, 1200, p.net.now()).has_value());
}

}  // namespace
}  // namespace openline::link_test
