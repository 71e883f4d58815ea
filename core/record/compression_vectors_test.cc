// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "core/wire/compression.h"
#include "core/wire/dictionary.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

const nlohmann::json& vectors() {
  static const nlohmann::json kVectors = read_vectors("compression.json");
  return kVectors;
}

std::uint8_t number_of(const nlohmann::json& vector) { return vector["dictionary"].get<std::uint8_t>(); }

// A dictionary that is not the one that others hold makes other texts of what they send.
TEST(CompressionVectors, TheDictionariesAreThoseThatTheDocumentNames) {
  const std::string_view document = vectors_text("protocol.md");
  EXPECT_EQ(vectors()["edition"].get<std::uint32_t>(), kDictionaryEdition);
  ASSERT_EQ(vectors()["dictionaries"].size(), kMostDictionaries);
  for (const Dictionary& held : dictionaries()) {
    const nlohmann::json& named = vectors()["dictionaries"][held.number - 1U];
    EXPECT_EQ(named["number"].get<std::uint8_t>(), held.number);
    EXPECT_EQ(string_of(named["language"]), held.language);
    EXPECT_EQ(string_of(named["hash"]), hash_of(held.bytes).hex()) << held.language;
    EXPECT_NE(document.find("| " + hash_of(held.bytes).hex() + " |"), std::string::npos) << held.language;
  }
}

TEST(CompressionVectors, PackedBodiesAreUnpacked) {
  for (const nlohmann::json& vector : vectors()["packed"]) {
    SCOPED_TRACE(string_of(vector["what"]));
    const Bytes packed = unhex(string_of(vector["packed"]));
    const auto body = unpack(number_of(vector), packed);
    ASSERT_TRUE(body) << body.error().text();
    EXPECT_EQ(body->size(), vector["size"].get<std::size_t>());
    EXPECT_EQ(hash_of(*body).hex(), string_of(vector["hash"]));
    EXPECT_EQ(vector.value("body", to_hex(*body)), to_hex(*body));
    const auto again = pack(*body);  // another version of zstd may make other bytes of it
    ASSERT_TRUE(again);
    EXPECT_EQ(unpack(again->dictionary, again->bytes), *body);
    EXPECT_LE(again->bytes.size(), packed.size() + 8);
  }
}

TEST(CompressionVectors, WhatIsRefusedIs) {
  for (const nlohmann::json& vector : vectors()["refused"]) {
    const auto body = unpack(number_of(vector), unhex(string_of(vector["packed"])));
    EXPECT_FALSE(body) << string_of(vector["what"]);
  }
}

}  // namespace
}  // namespace openline
