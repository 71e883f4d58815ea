// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/noise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/test_identity.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

constexpr std::uint8_t kInitiator = 1, kResponder = 2, kFirstEphemeral = 3, kSecondEphemeral = 4, kPsk = 5;
const Bytes kPrologue{9, 9};

NoiseInitiator initiator(std::uint8_t psk = kPsk) {
  return {kPrologue, session_of(kInitiator), session_of(kResponder).key, seed_of<Psk>(psk),
          session_of(kFirstEphemeral)};
}
NoiseResponder responder(std::uint8_t own = kResponder) { return {kPrologue, session_of(own)}; }

// Whether the responder takes message 1, both halves.
bool takes_first(const Bytes& message) {
  NoiseResponder one = responder();
  return one.read_first_static(message) && one.finish_first(seed_of<Psk>(kPsk));
}

Bytes reply(const Bytes& first, ByteView payload) {
  NoiseResponder one = responder();
  EXPECT_TRUE(one.read_first_static(first));
  EXPECT_TRUE(one.finish_first(seed_of<Psk>(kPsk)));
  return one.write_second(payload, session_of(kSecondEphemeral)).value().message;
}

template <class AnySecret>
AnySecret secret_of(const nlohmann::json& hex) {
  const Bytes bytes = unhex(hex.get<std::string>());
  return AnySecret(std::span<const std::uint8_t, 32>(bytes));
}

// Noise's own transport: a counter from 0 in each direction, nothing associated.
void check_transport(const nlohmann::json& messages, const TransportKeys& at_initiator,
                     const TransportKeys& at_responder) {
  for (std::size_t i = 2; i < messages.size(); ++i) {
    const bool from_initiator = i % 2 == 0;
    const TransportKeys& sender = from_initiator ? at_initiator : at_responder;
    const TransportKeys& receiver = from_initiator ? at_responder : at_initiator;
    AeadNonce nonce{};
    nonce[4] = static_cast<std::uint8_t>((i - 2) / 2);
    const Bytes plain = unhex(messages[i].at("payload"));
    Bytes sealed;
    seal_onto(sealed, sender.send, nonce, {}, plain);
    EXPECT_EQ(to_hex(sealed), string_of(messages[i].at("ciphertext"))) << i;
    EXPECT_EQ(open_sealed(receiver.receive, nonce, {}, sealed), plain) << i;
  }
}

TEST(Noise, GivesTheMessagesOfOthersVectors) {
  const auto vectors = read_vectors("noise.json").at("vectors");
  ASSERT_FALSE(vectors.empty());
  for (const auto& vector : vectors) {
    const auto& messages = vector.at("messages");
    const Bytes prologue = unhex(vector.at("init_prologue"));
    const auto pair = [&](const char* name) {
      return SessionKeyPair::from_seed(secret_of<SessionSecret>(vector.at(name)));
    };
    EXPECT_EQ(pair("resp_static").key.hex(), string_of(vector.at("init_remote_static")));
    NoiseInitiator one(prologue, pair("init_static"), pair("resp_static").key,
                       secret_of<Psk>(vector.at("init_psks")[0]), pair("init_ephemeral"));
    NoiseResponder other(prologue, pair("resp_static"));

    const Bytes first = one.write_first(unhex(messages[0].at("payload"))).value();
    EXPECT_EQ(to_hex(first), string_of(messages[0].at("ciphertext")));
    EXPECT_EQ(other.read_first_static(first).value(), pair("init_static").key);
    EXPECT_EQ(to_hex(other.finish_first(secret_of<Psk>(vector.at("resp_psks")[0])).value()),
              string_of(messages[0].at("payload")));
    const auto second = other.write_second(unhex(messages[1].at("payload")), pair("resp_ephemeral")).value();
    EXPECT_EQ(to_hex(second.message), string_of(messages[1].at("ciphertext")));
    const auto finished = one.read_second(second.message).value();
    EXPECT_EQ(to_hex(finished.payload), string_of(messages[1].at("payload")));

    EXPECT_EQ(finished.keys.handshake.hex(), string_of(vector.at("handshake_hash")));
    EXPECT_EQ(second.keys.handshake, finished.keys.handshake);
    check_transport(messages, finished.keys, second.keys);
  }
}

TEST(Noise, TheFirstMessageIsRefusedWithAnyByteAlteredOrMissing) {
  const Bytes first = initiator().write_first(view_of("flash")).value();
  ASSERT_EQ(first.size(), kNoiseFirstOverhead + 5);
  ASSERT_TRUE(takes_first(first));
  for (std::size_t at = 0; at < first.size(); ++at) {
    Bytes altered = first;
    altered[at] ^= 1;
    EXPECT_FALSE(takes_first(altered)) << at;
    EXPECT_FALSE(takes_first(copy_of(ByteView(first).first(at)))) << at;
  }
}

TEST(Noise, AForgedReplyDoesNoHarm) {
  NoiseInitiator one = initiator();
  const Bytes second = reply(one.write_first({}).value(), view_of("heads"));
  ASSERT_EQ(second.size(), kNoiseSecondOverhead + 5);
  for (std::size_t at = 0; at < second.size(); ++at) {
    Bytes altered = second;
    altered[at] ^= 1;
    EXPECT_FALSE(one.read_second(altered)) << at;
    EXPECT_FALSE(one.read_second(ByteView(second).first(at))) << at;
  }
  EXPECT_EQ(text_of(one.read_second(second).value().payload), "heads");
}

TEST(Noise, PsksMayBeTriedUntilOneIsRight) {
  NoiseResponder one = responder();
  ASSERT_EQ(one.read_first_static(initiator().write_first(view_of("x")).value()).value(),
            session_of(kInitiator).key);
  for (const std::uint8_t wrong : Bytes{0, 6, 7}) EXPECT_FALSE(one.finish_first(seed_of<Psk>(wrong)));
  EXPECT_EQ(text_of(one.finish_first(seed_of<Psk>(kPsk)).value()), "x");
}

TEST(Noise, APrologueOrStaticKeyThatDiffersIsRefused) {
  const Bytes first = initiator().write_first({}).value();
  NoiseResponder other_prologue(Bytes{9, 8}, session_of(kResponder));
  EXPECT_FALSE(other_prologue.read_first_static(first));
  EXPECT_FALSE(responder(6).read_first_static(first));
}

TEST(Noise, KeysOfSmallOrderAreRefusedOnBothSides) {
  NoiseInitiator to_nobody(kPrologue, session_of(kInitiator), SessionKey{}, Psk{},
                           session_of(kFirstEphemeral));
  EXPECT_EQ(to_nobody.write_first({}).error().message, "session key is of small order");
  Bytes first = initiator().write_first({}).value();
  std::fill_n(first.begin(), 32, std::uint8_t{0});
  EXPECT_EQ(responder().read_first_static(first).error().message, "session key is of small order");
  NoiseInitiator one = initiator();
  Bytes second = reply(one.write_first({}).value(), {});
  std::fill_n(second.begin(), 32, std::uint8_t{0});
  EXPECT_EQ(one.read_second(second).error().message, "session key is of small order");
}

TEST(Noise, StepsOutOfOrderAreABrokenInvariant) {
  EXPECT_DEATH(static_cast<void>(initiator().read_second(Bytes(48))), "");
  EXPECT_DEATH(static_cast<void>(responder().finish_first(Psk{})), "");
  NoiseInitiator one = initiator();
  static_cast<void>(one.write_first({}));
  EXPECT_DEATH(static_cast<void>(one.write_first({})), "");
}

RC_GTEST_PROP(Noise, AnyPayloadsArriveAndBothSidesHoldTheSameKeys, (const Bytes& there, const Bytes& back)) {
  NoiseInitiator one = initiator();
  NoiseResponder other = responder();
  RC_ASSERT(other.read_first_static(one.write_first(there).value()).has_value());
  RC_ASSERT(other.finish_first(seed_of<Psk>(kPsk)).value() == there);
  const auto second = other.write_second(back, session_of(kSecondEphemeral)).value();
  const auto finished = one.read_second(second.message).value();
  RC_ASSERT(finished.payload == back);
  RC_ASSERT((finished.keys.send == second.keys.receive && finished.keys.receive == second.keys.send));
  RC_ASSERT(!(finished.keys.send == finished.keys.receive));
}

}  // namespace
}  // namespace openline
