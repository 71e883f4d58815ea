// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/wire/test_vectors.h"

namespace openline {
namespace {

TEST(Hash, GivesTheKnownAnswersOfBlake2b) {
  EXPECT_EQ(hash_of(view_of("abc")).hex(),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(hash_of({}).hex(), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  // RFC 7693 appendix A.
  EXPECT_EQ(to_hex(long_hash_of({view_of("a"), view_of("bc")})),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  EXPECT_EQ(mac_of(Bytes(32, 1), view_of("abc")).hex(), "1c560da113b25274b51c0369280e60f3");
}

TEST(Hash, MacRefusesKeysThatBlake2bWouldNotTake) {
  EXPECT_DEATH(static_cast<void>(mac_of(Bytes(15), {})), "");
  EXPECT_DEATH(static_cast<void>(mac_of(Bytes(65), {})), "");
}

TEST(Hash, HkdfGivesTheAnswersOfRfc5869) {
  struct Case {
    Bytes salt, input_key, info;
    const char* output;  // its first 32 bytes
  };
  const auto count = [](std::uint8_t from, std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(from + i);
    return bytes;
  };
  const Case cases[] = {
      {count(0, 13), Bytes(22, 0x0b), count(0xf0, 10),
       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"},
      {count(0x60, 80), count(0, 80), count(0xb0, 80),
       "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"},
      {{}, Bytes(22, 0x0b), {}, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(to_hex(hkdf_sha256(one.salt, one.input_key, one.info).expose()), one.output);
  }
}

RC_GTEST_PROP(Hash, AStreamGivesTheHashOfAllItsParts, (const std::vector<Bytes>& parts)) {
  HashStream stream;
  Bytes whole;
  for (const Bytes& part : parts) {
    RC_ASSERT(stream.hash_so_far() == hash_of(whole));
    stream.add(part);
    append(whole, part);
  }
  HashStream moved = std::move(stream);
  RC_ASSERT(moved.hash_so_far() == hash_of(whole));
}

}  // namespace
}  // namespace openline
