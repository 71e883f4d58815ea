// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <ostream>
#include <type_traits>

#include "core/crypto/random.h"
#include "core/crypto/test_identity.h"

namespace openline {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!std::is_copy_constructible_v<Psk> && !std::is_copy_assignable_v<Psk>);
static_assert(!std::is_convertible_v<Psk, SymmetricKey> && !Printable<Psk>);

TEST(Secret, MovingLeavesZerosBehind) {
  Psk first = seed_of<Psk>(7);
  Psk second = std::move(first);
  EXPECT_TRUE(first == Psk{});  // NOLINT(bugprone-use-after-move): what is left there is the point
  EXPECT_TRUE(second == seed_of<Psk>(7));
  Psk third;
  third = std::move(second);
  EXPECT_TRUE(second == Psk{});  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(third == seed_of<Psk>(7));
}

TEST(Secret, ComparesEveryByteAndTheSize) {
  for (std::size_t at = 0; at < Psk::kSize; ++at) {
    Psk changed = seed_of<Psk>(7);
    changed.expose_mutable()[at] ^= 0x80;
    EXPECT_FALSE(changed == seed_of<Psk>(7)) << at;
  }
  EXPECT_FALSE(equal_in_constant_time(Bytes(3), Bytes(4)));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(Secret, DestructionWipes) {
  alignas(Psk) std::uint8_t storage[sizeof(Psk)];
  Psk* const secret = new (storage) Psk(seed_of<Psk>(7));
  ASSERT_EQ(storage[0], 7);
  secret->~Psk();
  EXPECT_TRUE(equal_in_constant_time(storage, Bytes(sizeof storage)));
}

TEST(Random, GivesTheKeystreamOfItsSeed) {
  // ChaCha20 with a zero key and nonce: RFC 8439 appendix A.1, test vector 1.
  Random random{RandomSeed{}};
  Bytes out(16);
  random.fill(out);
  EXPECT_EQ(to_hex(out), "76b8e0ada0f13d90405d6ae55386bd28");
}

TEST(Random, SameSeedSameRunAndNoDrawRepeats) {
  Random one{seed_of<RandomSeed>(1)};
  Random same{seed_of<RandomSeed>(1)};
  Random other{seed_of<RandomSeed>(2)};
  std::vector<Hash> drawn;
  for (int i = 0; i < 100; ++i) {
    const Hash hash = one.draw<Hash>();
    EXPECT_EQ(hash, same.draw<Hash>());
    EXPECT_NE(hash, other.draw<Hash>());
    EXPECT_EQ(std::ranges::count(drawn, hash), 0);
    drawn.push_back(hash);
  }
  EXPECT_TRUE(one.draw_secret<Psk>() == same.draw_secret<Psk>());
}

TEST(Random, BelowReachesEveryResultAndStaysBelow) {
  Random random{seed_of<RandomSeed>(3)};
  std::array<int, 6> count{};
  for (int i = 0; i < 6000; ++i) ++count.at(random.below(6));
  for (const int each : count) EXPECT_NEAR(each, 1000, 200);
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_LT(random.below((std::uint64_t{1} << 63) + 1), (std::uint64_t{1} << 63) + 1);
  EXPECT_DEATH(static_cast<void>(random.below(0)), "");
}

}  // namespace
}  // namespace openline
