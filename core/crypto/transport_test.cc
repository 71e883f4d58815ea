// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/transport.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

constexpr std::uint32_t kA = 0x0a0b0c0d, kB = 0xb0b1b2b3;

TransportKeys keys_of(std::uint8_t send, std::uint8_t receive) {
  return {seed_of<SymmetricKey>(send), seed_of<SymmetricKey>(receive), Hash{{1}}};
}
struct Ends {
  Transport a{keys_of(1, 2), kA, kB};
  Transport b{keys_of(2, 1), kB, kA};
};

std::string refusal(Transport& transport, ByteView packet) {
  const auto opened = transport.open(packet);
  return opened ? "" : opened.error().message;
}

TEST(Transport, CarriesPacketsBothWaysOnAnyPath) {
  Ends ends;
  for (std::uint32_t number = 0; number < 3; ++number) {
    const auto sealed = ends.a.seal({4}, view_of("hello"));
    EXPECT_EQ(sealed.number.value, number);
    EXPECT_EQ(sealed.packet.size(), kTransportOverhead + 5);
    const auto opened = ends.b.open(sealed.packet);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(text_of(opened->plain), "hello");
    EXPECT_EQ(opened->head.path.value, 4);
    EXPECT_EQ(opened->head.number.value, number);
  }
  EXPECT_EQ(refusal(ends.a, ends.b.seal({0}, {}).packet), "");
}

TEST(Transport, HasTheBytesOfTheDocument) {
  Ends ends;
  static_cast<void>(ends.a.seal({5}, {}));
  // Worked out by another implementation from protocol.md section 5.1.
  EXPECT_EQ(to_hex(ends.a.seal({5}, view_of("hi")).packet),
            "03b0b1b2b305000000018964df936fc85d98a1583d447d13792c7ed0");
}

TEST(Transport, RefusesAPacketWithAnyByteAlteredOrMissing) {
  Ends ends;
  const Bytes packet = ends.a.seal({1}, view_of("flash")).packet;
  for (std::size_t at = 0; at < packet.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes altered = packet;
      altered[at] ^= static_cast<std::uint8_t>(1 << bit);
      EXPECT_NE(refusal(ends.b, altered), "") << at;
    }
    EXPECT_NE(refusal(ends.b, ByteView(packet).first(at)), "") << at;
  }
  EXPECT_EQ(refusal(ends.b, packet), "");  // and none of these spent its number
}

TEST(Transport, NamesTheRuleThatAPacketBreaks) {
  Ends ends;
  const Bytes good = ends.a.seal({1}, {}).packet;
  const auto with = [&](std::size_t at, std::uint8_t value) {
    Bytes changed = good;
    changed[at] = value;
    return refusal(ends.b, changed);
  };
  EXPECT_EQ(refusal(ends.b, {}), "transport packet is too short");
  EXPECT_EQ(with(0, 2), "not a transport packet");
  EXPECT_EQ(with(1, 0), "packet is of another session");
  EXPECT_EQ(with(5, Transport::kMaxPaths), "path id is too high");
  EXPECT_EQ(with(6, 0x80), "packet number is too high");
  EXPECT_EQ(with(9, 1), "packet fails authentication");
}

TEST(Transport, DropsReplaysAndKeepsPathsApart) {
  Ends ends;
  const Bytes on_one = ends.a.seal({1}, {}).packet;
  const Bytes on_two = ends.a.seal({2}, {}).packet;
  EXPECT_EQ(refusal(ends.b, on_one), "");
  EXPECT_EQ(refusal(ends.b, on_two), "");
  EXPECT_EQ(refusal(ends.b, on_one), "packet is a replay");
  for (int i = 0; i < 1100; ++i) ASSERT_EQ(refusal(ends.b, ends.a.seal({1}, {}).packet), "");
  EXPECT_EQ(refusal(ends.b, on_one), "packet is a replay");  // older than the window
  EXPECT_EQ(refusal(ends.b, ends.a.seal({2}, {}).packet), "");
}

TEST(Transport, DoesNotOpenItsOwnPackets) {
  Transport own(keys_of(1, 2), kA, kA);
  EXPECT_EQ(refusal(own, own.seal({0}, view_of("echo")).packet), "packet fails authentication");
}

TEST(Transport, IsNotWornWhenNew) {
  Ends ends;
  EXPECT_FALSE(ends.a.is_worn());
  static_cast<void>(ends.a.seal({1}, {}));
  EXPECT_FALSE(ends.a.is_worn());
  EXPECT_DEATH(static_cast<void>(ends.a.seal({Transport::kMaxPaths}, {})), "");
}

TEST(ReplayWindow, TakesLatePacketsInsideTheWindowOnly) {
  ReplayWindow window;
  window.mark({5000});
  EXPECT_FALSE(window.is_fresh({5000}));
  EXPECT_TRUE(window.is_fresh({5001}));
  EXPECT_TRUE(window.is_fresh({5000 - 1023}));
  EXPECT_FALSE(window.is_fresh({5000 - 1024}));
  window.mark({5000 - 1023});
  EXPECT_FALSE(window.is_fresh({5000 - 1023}));
  EXPECT_DEATH(window.mark({5000}), "");
}

TEST(ReplayWindow, ForgetsWhatAJumpMovesOver) {
  for (const std::uint32_t jump : {1U, 2U, 1023U, 1024U, 1025U, 1026U, 1088U, 5000U}) {
    ReplayWindow window;
    for (std::uint32_t number = 0; number < ReplayWindow::kSize; ++number) window.mark({number});
    const std::uint32_t newest = ReplayWindow::kSize - 1 + jump;
    window.mark({newest});
    for (std::uint32_t number = newest - (ReplayWindow::kSize - 1); number < newest; ++number) {
      ASSERT_EQ(window.is_fresh({number}), number >= ReplayWindow::kSize)
          << number << " after a jump by " << jump;
    }
  }
}

TEST(ReplayWindow, EndsWithTheLastNumber) {
  ReplayWindow window;
  EXPECT_TRUE(window.is_fresh({kEndOfNumbers - 1}));
  EXPECT_FALSE(window.is_fresh({kEndOfNumbers}));
  EXPECT_FALSE(window.is_fresh({UINT32_MAX}));
  window.mark({kEndOfNumbers - 1});
  EXPECT_FALSE(window.is_fresh({kEndOfNumbers - 1}));
  EXPECT_TRUE(window.is_fresh({kEndOfNumbers - 2}));
  EXPECT_FALSE(window.is_fresh({0}));
}

RC_GTEST_PROP(ReplayWindow, AgreesWithASetOfAllNumbersSeen, ()) {
  ReplayWindow window;
  std::set<std::uint32_t> seen;
  std::uint32_t newest = 0;
  const int steps = *rc::gen::inRange(1, 400);
  for (int step = 0; step < steps; ++step) {
    // Near the newest for the most part, sometimes a jump of about a window.
    const auto delta =
        static_cast<std::uint32_t>(*rc::gen::oneOf(rc::gen::inRange(0, 70), rc::gen::inRange(0, 2200)));
    const bool ahead = *rc::gen::arbitrary<bool>();
    const std::uint32_t number = ahead ? newest + delta : newest - std::min(newest, delta);
    const bool fresh =
        !seen.contains(number) && (seen.empty() || number + ReplayWindow::kSize > *seen.rbegin());
    RC_ASSERT(window.is_fresh({number}) == fresh);
    if (!fresh) continue;
    window.mark({number});
    seen.insert(number);
    newest = *seen.rbegin();
  }
}

}  // namespace
}  // namespace openline
