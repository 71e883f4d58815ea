// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/short_tag.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

SymmetricKey key_of(std::uint8_t byte) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(byte);
  return SymmetricKey(std::span<const std::uint8_t, 32>(bytes));
}

Bytes tag_of(const ShortTagKey& key, ByteView bytes) {
  Bytes tag;
  key.append_tag(tag, bytes);
  return tag;
}

TEST(ShortTag, HoldsForTheBytesAndTheKeyThatMadeIt) {
  const ShortTagKey key(key_of(1)), other(key_of(2));
  const Bytes bytes = copy_of(view_of("symbol")), changed = copy_of(view_of("symbom"));
  const Bytes tag = tag_of(key, bytes);
  ASSERT_EQ(tag.size(), kShortTag);
  EXPECT_TRUE(key.holds(bytes, tag));
  EXPECT_FALSE(key.holds(changed, tag));
  EXPECT_FALSE(other.holds(bytes, tag));
  EXPECT_FALSE(key.holds(bytes, ByteView(tag).first(3)));
  EXPECT_FALSE(key.holds(bytes, {}));
}

TEST(ShortTag, HoldsForNoOtherTagThatDiffersInOneBit) {
  const ShortTagKey key(key_of(1));
  const Bytes bytes(52, 7);
  for (std::size_t bit = 0; bit < kShortTag * 8; ++bit) {
    Bytes tag = tag_of(key, bytes);
    tag[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(key.holds(bytes, tag)) << bit;
  }
}

}  // namespace
}  // namespace openline
