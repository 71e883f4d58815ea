// SPDX-License-Identifier: Apache-2.0
#include "cli/root_signature.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/test_terminal.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"

namespace openline::cli {
namespace {

using nlohmann::json;

SigningSeed seed_of(std::uint8_t byte) {
  SigningSeed seed;
  std::ranges::fill(seed.expose_mutable(), byte);
  return seed;
}

template <class T>
T filled(std::uint8_t byte) {
  T value;
  value.value.fill(byte);
  return value;
}

TEST(RootSignature, IsOverTheSortedBodyTheChallengeTheStationAndTheAddress) {
  const RootChallenge challenge{filled<Hash>(7), filled<StationKey>(9)};
  // Names out of order, and spaces: neither is signed.
  const std::string body =
      R"({"title": "Lt. Grünwald", "name": "jones", "grants": [{"roles": ["officer"], "desk": "*"}]})";
  const std::string sorted =
      R"({"grants":[{"desk":"*","roles":["officer"]}],"name":"jones","title":"Lt. Grünwald"})";
  const auto whole = signed_by_root(seed_of(3), challenge, "/v1/officers", body);
  ASSERT_TRUE(whole) << whole.error().message;

  const json sent = json::parse(*whole);
  EXPECT_EQ(sent.at("name"), "jones");
  EXPECT_EQ(sent.at("root").size(), 2U);
  EXPECT_EQ(sent.at("root").at("challenge"), to_hex(Bytes(32, 7)));
  const auto bytes = from_hex(sent.at("root").at("signature").get<std::string>());
  ASSERT_TRUE(bytes);
  const auto signature = Signature::from(*bytes);
  ASSERT_TRUE(signature);

  const auto payload = [&](const std::string& text, const std::string& address, std::uint8_t station) {
    Bytes out(32, station);
    append(out, Bytes(32, 7));
    append(out, hash_of(view_of(text)).view());
    append(out, view_of(address));
    return out;
  };
  const RootKey root = RootKeyPair(seed_of(3)).key();
  const auto holds = [&](std::string_view label, const Bytes& what) {
    return verify(root, {label, std::nullopt, what}, *signature);
  };
  EXPECT_TRUE(holds("openline people 1", payload(sorted, "/v1/officers", 9)));
  EXPECT_FALSE(holds("openline people 1", payload(body, "/v1/officers", 9)));
  EXPECT_FALSE(holds("openline people 1", payload(sorted, "/v1/officers/jones/grants", 9)));
  EXPECT_FALSE(holds("openline people 1", payload(sorted, "/v1/officers", 8)));
  EXPECT_FALSE(holds("openline card 1", payload(sorted, "/v1/officers", 9)));
  EXPECT_FALSE(verify(RootKeyPair(seed_of(4)).key(),
                      {"openline people 1", std::nullopt, payload(sorted, "/v1/officers", 9)}, *signature));
}

TEST(RootSignature, IsOverTheBodyWithoutAnOlderSignature) {
  const RootChallenge challenge{filled<Hash>(1), filled<StationKey>(2)};
  const auto plain = signed_by_root(seed_of(3), challenge, "/v1/officers/jones/enable", "{}");
  ASSERT_TRUE(plain);
  const auto again = signed_by_root(seed_of(3), challenge, "/v1/officers/jones/enable", *plain);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *plain);  // Ed25519 signs the same input the same way
  EXPECT_FALSE(signed_by_root(seed_of(3), challenge, "/v1/officers", "no JSON"));
  EXPECT_FALSE(signed_by_root(seed_of(3), challenge, "/v1/officers", "{\"name\": \"\xff\"}"));
}

TEST(RootKeyFile, IsTheSeedsDigitsAndNothingElse) {
  const test::TemporaryFolder work;
  const std::string digits = to_hex(Bytes(32, 5));
  std::ofstream(work / "root.key") << digits << "\n";
  const auto seed = read_root_key(work / "root.key");
  ASSERT_TRUE(seed) << seed.error().message;
  EXPECT_TRUE(*seed == seed_of(5));
  for (const std::string& content : {std::string(), digits.substr(1), digits + "0", "x" + digits.substr(1)}) {
    std::ofstream(work / "bad.key") << content << "\n";
    const auto refused = read_root_key(work / "bad.key");
    ASSERT_FALSE(refused) << content;
    EXPECT_EQ(refused.error().message.find(digits.substr(1)),
              std::string::npos);  // it might be most of a key
  }
  EXPECT_EQ(read_root_key(work / "none.key").error().code, ExitCode::kNotFound);
}

}  // namespace
}  // namespace openline::cli
