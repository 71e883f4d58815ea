// SPDX-License-Identifier: Apache-2.0
#include "core/link/initiations.h"

#include <gtest/gtest.h>

#include "core/link/early_objects.h"
#include "core/link/handshake_payload.h"
#include "core/link/tentative_sessions.h"

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{1000}};

template <class Any>
Any secret_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(number);
  return Any(std::span<const std::uint8_t, 32>(bytes));
}

Initiation initiation(std::uint32_t index) {
  auto keys = [](std::uint8_t number) { return SessionKeyPair::from_seed(secret_of<SessionSecret>(number)); };
  return {index,        0, keys(2).key, NoiseInitiator({}, keys(1), keys(2).key, Psk{}, keys(3)), {},
          std::nullopt, {}};
}

TentativeSession tentative(std::uint32_t index, MonotonicTime now) {
  Session session(Transport({}, index, 1), false, 0, now);
  session.ends = now + Seconds{120};
  return {std::move(session),
          {},
          SessionKey{{static_cast<std::uint8_t>(index), static_cast<std::uint8_t>(index >> 8)}},
          {},
          {},
          {}};
}

TEST(Initiations, DoubleTheirIntervalToTheLongest) {
  Initiations initiations;
  (void)initiations.add(initiation(1));
  MonotonicTime now = kStart;
  for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
    initiations.sent(now, Seconds{30});
    EXPECT_EQ(initiations.due(), now + Seconds{seconds});
    now = initiations.due();
  }
  EXPECT_FALSE(initiations.is_worn());
  initiations.sent(now, Seconds{10});
  EXPECT_EQ(initiations.due(), now + Seconds{10}) << "while something waits";
  EXPECT_TRUE(initiations.is_worn()) << "eight repeats of one message";
  (void)initiations.add(initiation(2));
  EXPECT_FALSE(initiations.is_worn());
}

TEST(Initiations, HurryAndPostpone) {
  Initiations initiations;
  initiations.sent(kStart, Seconds{30});
  initiations.hurry();
  EXPECT_LE(initiations.due(), kStart);
  initiations.postpone(kStart + Seconds{3});
  EXPECT_EQ(initiations.due(), kStart + Seconds{3});
}

TEST(Initiations, KeepTheFourNewest) {
  Initiations initiations;
  for (std::uint32_t index = 1; index <= 4; ++index)
    EXPECT_FALSE(initiations.add(initiation(index)).has_value());
  EXPECT_EQ(initiations.add(initiation(5)), 1U);
  EXPECT_EQ(initiations.find(1), nullptr);
  EXPECT_NE(initiations.find(2), nullptr);
  EXPECT_EQ(initiations.newest()->index, 5U);
  EXPECT_EQ(initiations.clear(), (std::vector<std::uint32_t>{2, 3, 4, 5}));
  EXPECT_TRUE(initiations.empty());
}

TEST(TentativeSessions, KeepTheNewestAndRememberMoreEphemerals) {
  TentativeSessions sessions;
  for (std::uint32_t index = 1; index <= 100; ++index) {
    const auto evicted = sessions.add(tentative(index, kStart), 4);
    EXPECT_EQ(evicted.has_value(), index > 4);
  }
  EXPECT_EQ(sessions.all().size(), 4U);
  EXPECT_EQ(sessions.find(96), nullptr);
  EXPECT_NE(sessions.find(97), nullptr);
  EXPECT_TRUE(sessions.is_replay(SessionKey{{50}}));
  EXPECT_FALSE(sessions.is_replay(SessionKey{{36}})) << "64 are remembered";
  EXPECT_TRUE(sessions.is_replay(SessionKey{{37}}));
}

TEST(TentativeSessions, AreTakenOnceAndExpire) {
  TentativeSessions sessions;
  (void)sessions.add(tentative(1, kStart), 4);
  (void)sessions.add(tentative(2, kStart + Seconds{1}), 4);
  EXPECT_TRUE(sessions.take(1).has_value());
  EXPECT_FALSE(sessions.take(1).has_value());
  EXPECT_EQ(sessions.expiry(), kStart + Seconds{121});
  EXPECT_FALSE(sessions.expire(kStart + Seconds{120}).has_value());
  EXPECT_EQ(sessions.expire(kStart + Seconds{121}), 2U);
  EXPECT_FALSE(sessions.expire(kStart + Seconds{121}).has_value());
  EXPECT_EQ(sessions.expiry(), kNever);
}

TEST(EarlyObjects, AreGivenOutOnceAnEpochAndHandedOver) {
  EarlyObjects early;
  const LinkEpoch one{{1}}, two{{2}};
  EXPECT_TRUE(early.take(one, {5}));
  EXPECT_FALSE(early.take(one, {5}));
  EXPECT_TRUE(early.take(two, {5}));
  EXPECT_TRUE(early.release(one).contains(5));
  EXPECT_TRUE(early.release(one).empty());
}

TEST(EarlyObjects, AreBounded) {
  EarlyObjects early;
  std::size_t given = 0;
  for (std::uint64_t id = 0; id < 5000; id += 2) given += early.take({{1}}, {id}) ? 1 : 0;
  EXPECT_EQ(given, EarlyObjects::kMaxRanges);
  for (std::uint8_t epoch = 2; epoch < 10; ++epoch) (void)early.take({{epoch}}, {0});
  EXPECT_TRUE(early.take({{1}}, {0})) << "the oldest epoch made room";
}

TEST(HandshakePayload, IsReadAsItWasWritten) {
  const StationKeyPair station(secret_of<SigningSeed>(4));
  const SignedLocator locator =
      SignedLocator::sign({station.key(), 9, SessionKey{{7}}, {{"fibre", "udp", "h:1"}}}, station);
  for (const SignedLocator* with : {&locator, static_cast<const SignedLocator*>(nullptr)}) {
    Bytes plain = write_handshake_payload(LinkEpoch{{1, 2}}, with);
    append(plain, from_hex("8104").value());
    const auto payload = read_handshake_payload(plain);
    ASSERT_TRUE(payload.has_value());
    EXPECT_EQ(payload->epoch, (LinkEpoch{{1, 2}}));
    EXPECT_EQ(payload->locator.has_value(), with != nullptr);
    EXPECT_EQ(to_hex(payload->frames), "8104");
    for (std::size_t size = 0; size + 2 < plain.size(); ++size)
      EXPECT_FALSE(read_handshake_payload(ByteView(plain).first(size)));
  }
}

TEST(HandshakePayload, RefusesALocatorWhoseSignatureIsWrong) {
  const StationKeyPair station(secret_of<SigningSeed>(4));
  SignedLocator locator = SignedLocator::sign({station.key(), 9, SessionKey{{7}}, {}}, station);
  locator.signature.value[3] ^= 1;
  EXPECT_FALSE(read_handshake_payload(write_handshake_payload({}, &locator)).has_value());
}

}  // namespace
}  // namespace openline
