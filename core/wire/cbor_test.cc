// SPDX-License-Identifier: Apache-2.0
#include "core/wire/cbor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/wire/test_vectors.h"

namespace openline::cbor {
namespace {

std::string refusal(const std::string& hex) {
  const auto checked = check_item(unhex(hex));
  return checked ? "" : checked.error().text();
}

TEST(Cbor, EncodesHeadsInTheirShortestForm) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "00"},
      {23, "17"},
      {24, "1818"},
      {255, "18ff"},
      {256, "190100"},
      {65535, "19ffff"},
      {65536, "1a00010000"},
      {UINT32_MAX, "1affffffff"},
      {std::uint64_t{UINT32_MAX} + 1, "1b0000000100000000"},
      {UINT64_MAX, "1bffffffffffffffff"}};
  for (const auto& [value, hex] : cases) {
    EXPECT_EQ(to_hex(Encoder().number(value).result()), hex);
    const Bytes encoded = unhex(hex);
    Decoder decoder(encoded);
    EXPECT_EQ(decoder.number(), value);
    EXPECT_TRUE(decoder.ok() && decoder.at_end());
  }
}

TEST(Cbor, IntegersReachBothEndsOf64Bits) {
  for (const std::int64_t value :
       {INT64_MIN, std::int64_t{-25}, std::int64_t{-24}, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    const Bytes encoded = Encoder().integer(value).take();
    Decoder decoder(encoded);
    EXPECT_EQ(decoder.integer(), value);
    EXPECT_TRUE(decoder.ok());
  }
  EXPECT_EQ(refusal("3b8000000000000000"), "integer does not fit 64 signed bits (at byte 0)");
  const Bytes above = unhex("1b8000000000000000");
  Decoder decoder(above);
  EXPECT_EQ(decoder.integer(), 0);
  EXPECT_FALSE(decoder.ok());
}

TEST(Cbor, RefusesNumbersThatAreNotInTheirShortestForm) {
  for (const char* hex :
       {"1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "581700", "7800", "9800"}) {
    EXPECT_EQ(refusal(hex), "number is not in its shortest form (at byte 0)") << hex;
  }
}

TEST(Cbor, RefusesInputThatEndsEarly) {
  EXPECT_EQ(refusal(""), "input ends where an item was expected (at byte 0)");
  for (const char* hex : {"18", "19ff", "1affffff", "1bffffffffffffff"}) {
    EXPECT_EQ(refusal(hex), "input ends inside an item's head (at byte 0)") << hex;
  }
  EXPECT_EQ(refusal("61"), "text runs past the end (at byte 0)");
  EXPECT_EQ(refusal("820042"), "byte string runs past the end (at byte 2)");
  EXPECT_EQ(refusal("8200"), "array has too many elements (at byte 0)");
  EXPECT_EQ(refusal("a100"), "map has too many pairs (at byte 0)");
}

TEST(Cbor, HugeCountsAreRefusedBeforeAnythingIsAllocated) {
  for (const char* hex :
       {"5bffffffffffffffff", "7b7fffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff"}) {
    EXPECT_NE(refusal(hex), "") << hex;
  }
}

TEST(Cbor, NestsEightDeepAndNoDeeper) {
  EXPECT_EQ(refusal("818181818181818100"), "nesting is deeper than 8 (at byte 8)");
  EXPECT_EQ(refusal("8181818181818100"), "");
  EXPECT_EQ(refusal("a100a100a100a100a100a100a10000"), "");
  EXPECT_EQ(refusal("a100a100a100a100a100a100a100a10000"), "nesting is deeper than 8 (at byte 16)");
}

TEST(Cbor, MapKeysAscendAreUnsignedAndDoNotRepeat) {
  EXPECT_EQ(refusal("a2000118180a"), "");
  EXPECT_EQ(refusal("a201000000"), "map keys must ascend and not repeat (at byte 3)");
  EXPECT_EQ(refusal("a201000100"), "map keys must ascend and not repeat (at byte 3)");
  EXPECT_EQ(refusal("a1200a"), "expected an unsigned integer (at byte 1)");
}

TEST(Cbor, TextIsUtf8AsRfc3629Says) {
  for (const char* good :
       {"", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"}) {
    EXPECT_TRUE(is_utf8(unhex(good))) << good;
  }
  // Stray and missing continuations, overlong forms, surrogates, above U+10FFFF.
  for (const char* bad : {"80", "bf", "c2", "c27f", "c0af", "c1bf", "e0", "e0a0", "e09fbf", "eda080",
                          "edbfbf", "f08fbfbf", "f0908f", "f4908080", "f5808080", "ff", "41c3"}) {
    EXPECT_FALSE(is_utf8(unhex(bad))) << bad;
  }
  EXPECT_EQ(refusal("6161c0"), "1 bytes follow the last item (at byte 2)");
  EXPECT_EQ(refusal("8162c0af"), "text is not valid UTF-8 (at byte 1)");
}

// { 1: number, ? 2: text, 3: [* bytes .size 2] }
struct Sample {
  std::uint64_t number = 0;
  std::optional<std::string> text;
  std::vector<FixedBytes<struct TwoTag, 2>> list;
};
Result<Sample> read_sample(const std::string& hex) {
  const Bytes bytes = unhex(hex);
  Decoder decoder(bytes);
  Sample sample;
  decoder.begin_map();
  decoder.key(1);
  sample.number = decoder.number(100);
  if (decoder.optional_key(2)) sample.text = decoder.text(3);
  decoder.key(3);
  for (std::size_t left = decoder.array(2); left > 0; --left) {
    sample.list.push_back(decoder.fixed<FixedBytes<struct TwoTag, 2>>());
  }
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return sample;
}

TEST(CborDecoder, ReadsAMapWithAndWithoutItsOptionalField) {
  const auto with = read_sample("a3011864026161038142abcd");
  ASSERT_TRUE(with) << with.error().text();
  EXPECT_EQ(with->number, 100U);
  EXPECT_EQ(with->text, "a");
  EXPECT_EQ(with->list.at(0).hex(), "abcd");
  const auto without = read_sample("a201000380");
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_FALSE(without->text);
}

TEST(CborDecoder, SaysWhichRuleWasBrokenAndWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"a1026161", "key 1 is missing (at byte 1)"},
      {"a10100", "key 3 is missing (at byte 3)"},
      {"a3010003800400", "unknown key 4 (at byte 5)"},
      {"a3000001000380", "key 1 is missing (at byte 1)"},
      {"a20118650380", "number is above its maximum of 100 (at byte 2)"},
      {"a30100026461616161", "text is longer than 3 bytes (at byte 4)"},
      {"a3010002416103", "expected a text (at byte 4)"},
      {"a2010003814101", "byte string must have 2 bytes, has 1 (at byte 5)"},
      {"a201000381430102ff", "byte string is longer than 2 (at byte 5)"},
      {"a2010003830000000000", "array has too many elements (at byte 4)"},
      {"a20100038000", "1 bytes follow the last item (at byte 5)"},
      {"80", "expected a map (at byte 0)"},
      {"a2010003f6", "only false and true are allowed as simple values (at byte 4)"},
  };
  for (const auto& [hex, rule] : cases) {
    const auto sample = read_sample(hex);
    ASSERT_FALSE(sample) << hex;
    EXPECT_EQ(sample.error().text(), rule) << hex;
  }
}

TEST(CborDecoder, KeepsTheFirstErrorAndGivesZerosAfterIt) {
  const Bytes bytes = unhex("f60102");
  Decoder decoder(bytes);
  EXPECT_EQ(decoder.number(), 0U);
  decoder.refuse("a later rule");
  EXPECT_EQ(decoder.number(), 0U);
  EXPECT_EQ(decoder.array(9), 0U);
  EXPECT_EQ(decoder.integer(), 0);
  EXPECT_FALSE(decoder.boolean());
  EXPECT_TRUE(decoder.bytes(9).empty() && decoder.text(9).empty() && decoder.item().empty());
  EXPECT_EQ(decoder.error()->text(), "only false and true are allowed as simple values (at byte 0)");
}

TEST(CborDecoder, ItemTakesOneWholeItemOfASequence) {
  const Bytes bytes = unhex("8201620a0bf5");
  Decoder decoder(bytes);
  EXPECT_EQ(to_hex(decoder.item()), "8201620a0b");
  EXPECT_TRUE(decoder.boolean());
  EXPECT_TRUE(decoder.at_end() && decoder.ok());
}

TEST(CborMapEncoder, CountsItsFieldsAndStopsOnDescendingKeys) {
  MapEncoder map;
  map.field(1).boolean(true);
  map.field(30).text("x");
  EXPECT_EQ(to_hex(map.take()), "a201f5181e6178");
  MapEncoder wrong;
  wrong.field(2).number(0);
  EXPECT_DEATH(wrong.field(2), "");
}

}  // namespace
}  // namespace openline::cbor
