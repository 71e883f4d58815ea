// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/crypto/handshake.h"
#include "core/crypto/test_identity.h"

namespace openline {
namespace {

class Cookie : public testing::Test {
 protected:
  static MonotonicTime at(int seconds) { return MonotonicTime(Seconds(seconds)); }
  Bytes first(const std::optional<Mac>& cookie) const {
    return write_first_packet(0, 0x01020304, Bytes(kNoiseFirstOverhead, 0x77), responder_, cookie);
  }
  // What the initiator learns when the jar answers its first packet.
  Mac fetch(int seconds, ByteView source) {
    const Bytes packet = first(std::nullopt);
    const auto read = read_first_packet(packet).value();
    const Bytes answer = jar_.write_cookie_packet(read, source, at(seconds));
    EXPECT_EQ(read_cookie_index(answer).value(), 0x01020304U);
    return read_cookie_packet(answer, responder_, read.mac1).value().cookie;
  }
  bool holds(const std::optional<Mac>& cookie, int seconds, ByteView source) {
    const Bytes packet = first(cookie);
    return jar_.mac2_holds(read_first_packet(packet).value(), source, at(seconds));
  }

  SessionKey responder_ = session_of(1).key;
  CookieJar jar_{responder_, seed_of<RandomSeed>(1)};
  const Bytes here_{192, 0, 2, 1};
  const Bytes elsewhere_{192, 0, 2, 2};
};

TEST_F(Cookie, HoldsForTheAddressThatItWentTo) {
  const Mac cookie = fetch(0, here_);
  EXPECT_TRUE(holds(cookie, 1, here_));
  EXPECT_FALSE(holds(cookie, 1, elsewhere_));
  EXPECT_FALSE(holds(std::nullopt, 1, here_));
  EXPECT_FALSE(holds(Mac{{1}}, 1, here_));
}

TEST_F(Cookie, HoldsForOnePeriodAfterItsSecretWasRenewed) {
  const Mac cookie = fetch(50, here_);
  EXPECT_TRUE(holds(cookie, 50 + 119, here_));
  EXPECT_NE(fetch(50 + 121, here_), cookie);
  EXPECT_TRUE(holds(cookie, 50 + 239, here_));
  EXPECT_FALSE(holds(cookie, 50 + 240, here_));
}

TEST_F(Cookie, ExpiresWhileNothingArrives) {
  const Mac cookie = fetch(0, here_);
  EXPECT_FALSE(holds(cookie, 100000, here_));
  EXPECT_TRUE(holds(fetch(100000, here_), 100001, here_));
}

TEST_F(Cookie, PeriodsDoNotStretchWhenPacketsComeRarely) {
  static_cast<void>(fetch(0, here_));
  const Mac cookie = fetch(110, here_);
  EXPECT_TRUE(holds(cookie, 230, here_));   // renews for the period from 120
  EXPECT_FALSE(holds(cookie, 240, here_));  // not 350
}

TEST_F(Cookie, AnswersOnlyItsOwnFirstPacket) {
  const Bytes packet = first(std::nullopt);
  const auto read = read_first_packet(packet).value();
  const Bytes answer = jar_.write_cookie_packet(read, here_, at(0));
  EXPECT_EQ(answer.size(), 61U);
  EXPECT_LT(answer.size(), packet.size());  // never amplifies
  EXPECT_FALSE(read_cookie_packet(answer, responder_, Mac{{1}}));
  EXPECT_FALSE(read_cookie_packet(answer, session_of(2).key, read.mac1));
  for (std::size_t byte = 0; byte < answer.size(); ++byte) {
    EXPECT_FALSE(read_cookie_packet(ByteView(answer).first(byte), responder_, read.mac1)) << byte;
    if (byte >= 1 && byte < 5) continue;  // the index is not authenticated: it only finds the handshake
    Bytes altered = answer;
    altered[byte] ^= 1;
    EXPECT_FALSE(read_cookie_packet(altered, responder_, read.mac1)) << byte;
  }
  EXPECT_NE(jar_.write_cookie_packet(read, here_, at(0)), answer);  // a fresh nonce each time
}

}  // namespace
}  // namespace openline
