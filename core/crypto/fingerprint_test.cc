// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/fingerprint.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace openline {
namespace {

// Worked out by another implementation from protocol.md section 4.2, for the root key of 32 bytes 0x00.
constexpr const char* kOfZeros = "62550 17382 36229 31511 75679 10008 62455 22883 29905 95237 67503 42765";

TEST(Fingerprint, GivesTheKnownAnswer) {
  EXPECT_EQ(Fingerprint::of(RootKey{}).text(), kOfZeros);
  EXPECT_EQ(Fingerprint::of(RootKey{}).compact().size(), 60U);
}

TEST(Fingerprint, ReadsWhatPeopleWrite) {
  const Fingerprint fingerprint = Fingerprint::of(RootKey{});
  std::string hyphens = fingerprint.text();
  std::ranges::replace(hyphens, ' ', '-');
  for (const std::string& text :
       {fingerprint.text(), fingerprint.compact(), hyphens, "\r\n\t" + fingerprint.text() + " \n"}) {
    const auto parsed = Fingerprint::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, fingerprint);
  }
}

TEST(Fingerprint, SaysWhatIsWrong) {
  const std::string digits(60, '7');
  EXPECT_EQ(Fingerprint::parse("").error().text(), "a fingerprint has 60 digits, here are 0");
  EXPECT_EQ(Fingerprint::parse(digits.substr(1)).error().text(), "a fingerprint has 60 digits, here are 59");
  EXPECT_EQ(Fingerprint::parse(digits + " 7").error().text(),
            "a fingerprint has only 60 digits (at byte 61)");
  EXPECT_EQ(Fingerprint::parse("777l7" + digits).error().text(), "a fingerprint has only digits (at byte 3)");
  EXPECT_EQ(Fingerprint::parse("7\xd9\xa1" + digits).error().text(),
            "a fingerprint has only digits (at byte 1)");
}

RC_GTEST_PROP(Fingerprint, RoundTripsAndDiffersBetweenKeys, (const std::array<std::uint8_t, 32>& key)) {
  const Fingerprint fingerprint = Fingerprint::of(RootKey{key});
  RC_ASSERT(Fingerprint::parse(fingerprint.text()).value() == fingerprint);
  RootKey changed{key};
  changed.value[*rc::gen::inRange<std::size_t>(0, 32)] ^= 1;
  RC_ASSERT(Fingerprint::of(changed) != fingerprint);
}

}  // namespace
}  // namespace openline
