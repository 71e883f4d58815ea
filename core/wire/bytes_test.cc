// SPDX-License-Identifier: Apache-2.0
#include "core/wire/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/wire/big_endian.h"
#include "core/wire/error.h"

namespace openline {
namespace {

using Four = FixedBytes<struct FourTag, 4>;

TEST(Bytes, HexIsLowerCaseAndReadsBothCases) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9a, 0xff}), "009aff");
  EXPECT_EQ(from_hex("009aFF"), (Bytes{0x00, 0x9a, 0xff}));
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Bytes, HexRefusesOddLengthAndOtherCharacters) {
  for (const char* bad : {"0", "0g", "g0", " 00", "0x", "/0", ":0", "@0", "`0"}) {
    EXPECT_EQ(from_hex(bad), std::nullopt) << bad;
  }
}

TEST(Bytes, FixedBytesTakeExactlyTheirSize) {
  EXPECT_FALSE(Four::from(Bytes(3)));
  EXPECT_FALSE(Four::from(Bytes(5)));
  EXPECT_TRUE(Four::from(Bytes(4))->is_zero());
  EXPECT_EQ(Four::from(Bytes{1, 2, 3, 4})->hex(), "01020304");
  EXPECT_LT((Four{{1, 2, 3, 4}}), (Four{{1, 2, 4, 0}}));
}

TEST(Bytes, HashOfFixedBytesDependsOnEveryByte) {
  using Hash = FixedBytes<struct HashTag, 32>;
  const std::size_t zero = FixedBytesHash{}(Hash{});
  for (std::size_t at = 0; at < Hash::kSize; ++at) {
    Hash changed;
    changed.value[at] = 1;
    EXPECT_NE(FixedBytesHash{}(changed), zero) << at;
  }
}

TEST(Bytes, BigEndianPutsTheMostSignificantByteFirst) {
  Bytes bytes;
  append_big_endian(bytes, std::uint32_t{0x01020304});
  append_big_endian(bytes, std::uint16_t{0xfffe});
  EXPECT_EQ(to_hex(bytes), "01020304fffe");
  EXPECT_EQ(big_endian<std::uint32_t>(bytes), 0x01020304U);
  EXPECT_EQ(big_endian<std::uint16_t>(ByteView(bytes).subspan(4)), 0xfffeU);
}

TEST(Bytes, ErrorTextNamesTheOffsetWhereThereIsOne) {
  EXPECT_EQ((Error{"rule", 17}).text(), "rule (at byte 17)");
  EXPECT_EQ((Error{"rule", std::nullopt}).text(), "rule");
}

RC_GTEST_PROP(Bytes, HexAndBigEndianRoundTrip, (const Bytes& bytes, std::uint64_t number)) {
  RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
  Bytes encoded;
  append_big_endian(encoded, number);
  RC_ASSERT(big_endian<std::uint64_t>(encoded) == number);
}

}  // namespace
}  // namespace openline
