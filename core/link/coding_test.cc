// SPDX-License-Identifier: Apache-2.0
#include "core/link/coding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/wire/test_vectors.h"

namespace openline {
namespace {

// GF(256) by the definition in protocol.md, without the library.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0, shifted = a;
  for (unsigned bit = 0; bit < 8; ++bit, shifted <<= 1) {
    if ((b >> bit & 1) != 0) product ^= shifted;
  }
  for (int bit = 14; bit >= 8; --bit) {
    if ((product >> bit & 1) != 0) product ^= 0x11dU << (bit - 8);
  }
  return static_cast<std::uint8_t>(product);
}

std::uint8_t inverse(std::uint8_t a) {
  for (unsigned b = 1; b < 256; ++b) {
    if (multiply(a, static_cast<std::uint8_t>(b)) == 1) return static_cast<std::uint8_t>(b);
  }
  return 0;
}

Bytes by_definition(ByteView data, std::size_t k, std::size_t index) {
  const std::size_t size = data.size() / k;
  Bytes symbol(size);
  for (std::size_t j = 0; j < k; ++j) {
    const std::uint8_t factor = inverse(static_cast<std::uint8_t>(index ^ j));
    for (std::size_t b = 0; b < size; ++b) symbol[b] ^= multiply(factor, data[j * size + b]);
  }
  return symbol;
}

Bytes some_bytes(std::size_t size, std::uint32_t state) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

TEST(Coding, MakesTheSymbolsThatTheDefinitionSays) {
  for (const std::size_t k : {1U, 2U, 7U, 128U}) {
    for (const std::size_t size : {1U, 15U, 52U, 1000U}) {
      const Bytes data = some_bytes(k * size, static_cast<std::uint32_t>(k + size));
      for (const std::size_t index : {k, k + 1, std::size_t{255}})
        EXPECT_EQ(coded_symbol(data, k, static_cast<std::uint8_t>(index)), by_definition(data, k, index));
      EXPECT_EQ(coded_symbol(data, k, 0), copy_of(ByteView(data).first(size)));
    }
  }
}

RC_GTEST_PROP(Coding, AnyKOfTheSymbolsGiveTheDataBack, ()) {
  const auto k = *rc::gen::inRange<std::size_t>(1, kMaxGeneration + 1);
  const auto size = *rc::gen::inRange<std::size_t>(1, 100);
  const Bytes data = some_bytes(k * size, *rc::gen::arbitrary<std::uint32_t>());
  std::vector<std::uint8_t> indices(kMaxSymbols);
  std::iota(indices.begin(), indices.end(), std::uint8_t{0});
  for (std::size_t at = 0; at < k; ++at)
    std::swap(indices[at], indices[*rc::gen::inRange<std::size_t>(at, kMaxSymbols)]);
  Generation generation(k, size);
  for (std::size_t at = 0; at < k; ++at) {
    RC_ASSERT(generation.missing() == k - at);
    RC_ASSERT(generation.add(indices[at], coded_symbol(data, k, indices[at])));
  }
  RC_ASSERT(generation.missing() == 0);
  RC_ASSERT(generation.data() == data);
}

TEST(Coding, TakesEachSymbolOnceAndNoneOfAnotherSize) {
  const Bytes data = some_bytes(30, 1);
  Generation generation(3, 10);
  EXPECT_FALSE(generation.add(0, some_bytes(9, 1)));
  EXPECT_TRUE(generation.add(200, coded_symbol(data, 3, 200)));
  EXPECT_FALSE(generation.add(200, coded_symbol(data, 3, 200)));
  EXPECT_EQ(generation.missing(), 2U);
  EXPECT_TRUE(generation.add(1, coded_symbol(data, 3, 1)));
  EXPECT_TRUE(generation.add(255, coded_symbol(data, 3, 255)));
  EXPECT_FALSE(generation.add(2, coded_symbol(data, 3, 2))) << "nothing is missing";
  EXPECT_EQ(generation.data(), data);
}

TEST(Coding, CutsIntoTheFewestSymbolsOfOneSize) {
  const Cut one = cut_for(52, 52), two = cut_for(53, 52), many = cut_for(566, 52);
  EXPECT_EQ(one.count, 1U);
  EXPECT_EQ(one.size, 52U);
  EXPECT_EQ(two.count, 2U);
  EXPECT_EQ(two.size, 27U);
  EXPECT_EQ(many.count, 11U);
  EXPECT_EQ(many.size, 52U);
}

nlohmann::json generation_vector(std::size_t k, std::size_t size) {
  const Bytes data = some_bytes(k * size, static_cast<std::uint32_t>(1000 * k + size));
  nlohmann::json json;
  json["k"] = k;
  for (std::size_t index = 0; index < k; ++index)
    json["data"].push_back(to_hex(coded_symbol(data, k, static_cast<std::uint8_t>(index))));
  for (const std::size_t index : {k, k + 1, k + 2, std::size_t{254}, std::size_t{255}}) {
    json["repairs"].push_back(
        {{"index", index}, {"symbol", to_hex(coded_symbol(data, k, static_cast<std::uint8_t>(index)))}});
  }
  return json;
}

nlohmann::json sample() {
  nlohmann::json json;
  json["polynomial"] = 0x11d;
  for (unsigned a : {1U, 2U, 3U, 0x80U, 0xffU})
    json["inverses"].push_back({{"of", a}, {"is", inverse(static_cast<std::uint8_t>(a))}});
  json["generations"] = {generation_vector(1, 4), generation_vector(2, 8), generation_vector(3, 5),
                         generation_vector(11, 3)};
  return json;
}

TEST(CodingVectors, AreWhatThisImplementationMakes) {
  EXPECT_EQ(read_vectors("coding.json"), sample()) << "this implementation makes:\n" << sample().dump(1);
}

TEST(CodingVectors, GiveTheDataBackFromRepairsAlone) {
  const auto vectors = read_vectors("coding.json");
  for (const auto& vector : vectors.at("generations")) {
    const auto k = vector.at("k").get<std::size_t>();
    if (vector.at("repairs").size() < k) continue;
    Bytes data;
    for (const auto& symbol : vector.at("data")) append(data, unhex(symbol));
    Generation generation(k, data.size() / k);
    for (const auto& repair : vector.at("repairs")) {
      if (generation.missing() == 0) break;
      EXPECT_TRUE(generation.add(repair.at("index").get<std::uint8_t>(), unhex(repair.at("symbol"))));
    }
    EXPECT_EQ(generation.data(), data);
  }
}

}  // namespace
}  // namespace openline
