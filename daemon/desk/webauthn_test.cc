// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/webauthn.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "daemon/desk/test_security_key.h"

namespace openline::daemon {
namespace {

using test::client_data;
using test::SoftwareKey;

const KeySite kSite{"https://desk.example:4780", "desk.example"};
const Hash kChallenge = hash_of(view_of("a challenge"));

class WebauthnTest : public testing::TestWithParam<KeyAlgorithm> {
 protected:
  SoftwareKey key_{GetParam()};
  Bytes made_ = client_data("webauthn.create", kChallenge, kSite.origin);
  SecurityKey row_ = key_.row("ann", kSite.host);

  static std::string registered(ByteView data, ByteView client) {
    const auto result = verify_registration(data, client, kChallenge, kSite);
    return result ? "" : result.error().text();
  }
  // Of a head and client data that the key itself signs: what is wrong in them is what is told.
  std::string signed_by(Bytes data, Bytes client) {
    const Bytes signature = key_.sign(data, client);
    const auto result =
        verify_assertion(row_, {std::move(data), std::move(client), signature}, kChallenge, kSite);
    return result ? "" : result.error().text();
  }
  static void expect(const std::string& told, const std::string& words) {
    EXPECT_NE(told.find(words), std::string::npos) << "\"" << told << "\" should say \"" << words << "\"";
  }
};

INSTANTIATE_TEST_SUITE_P(Both, WebauthnTest, testing::Values(KeyAlgorithm::kEs256, KeyAlgorithm::kEdDsa),
                         [](const auto& one) { return std::string(key_algorithm_name(one.param)); });

TEST_P(WebauthnTest, TakesANewKeyAndWhatItSigns) {
  const auto made = verify_registration(key_.registration(kSite.host, 3), made_, kChallenge, kSite);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->id, key_.id());
  EXPECT_EQ(made->algorithm, GetParam());
  EXPECT_EQ(made->public_key, key_.public_key());
  EXPECT_EQ(made->count, 3u);
  const auto count =
      verify_assertion(row_, key_.assertion(kChallenge, kSite, 4'000'000'000), kChallenge, kSite);
  ASSERT_TRUE(count) << count.error().text();
  EXPECT_EQ(*count, 4'000'000'000u);
  EXPECT_TRUE(verify_assertion(row_, key_.assertion(kChallenge, kSite, 5, 0x05), kChallenge, kSite))
      << "a PIN may be asked, and need not be";
  const auto found = challenge_in(made_);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, kChallenge);
}

TEST_P(WebauthnTest, RefusesASignatureOfAnothersOrOfSomethingElse) {
  const SoftwareKey other(GetParam(), 2);
  const KeyAssertion good = key_.assertion(kChallenge, kSite, 1);
  const auto told = [&](const SecurityKey& row, const KeyAssertion& given) {
    const auto result = verify_assertion(row, given, kChallenge, kSite);
    return result ? "" : result.error().text();
  };
  expect(told(other.row("ann", kSite.host), good), "signature: is not by this security key");
  for (std::size_t at = 0; at < good.signature.size(); ++at) {
    KeyAssertion broken = good;
    broken.signature[at] ^= 1;
    expect(told(row_, broken), "signature");
  }
  for (std::size_t size = 0; size < good.signature.size(); ++size) {
    KeyAssertion broken = good;
    broken.signature.resize(size);
    expect(told(row_, broken), "signature");
  }
  KeyAssertion counted = good;
  counted.authenticator_data[36] ^= 1;
  expect(told(row_, counted), "signature");
  KeyAssertion spaced = good;
  spaced.client_data.push_back(' ');
  expect(told(row_, spaced), "signature");
  KeyAssertion longer = good;
  longer.signature.resize(kMaxKeySignature + 1);
  expect(told(row_, longer), "256");
}

TEST_P(WebauthnTest, RefusesASignatureForAnotherPageChallengeOrPurpose) {
  const Bytes head = SoftwareKey::head(kSite.host, 1, 1);
  const auto client = [&](const std::string& type, const Hash& challenge, const std::string& origin,
                          const std::string& more = "") {
    return signed_by(head, client_data(type, challenge, origin, more));
  };
  EXPECT_EQ(client("webauthn.get", kChallenge, kSite.origin), "") << "an older browser says no crossOrigin";
  EXPECT_EQ(
      client("webauthn.get", kChallenge, kSite.origin, R"(,"other_keys_can_be_added_here":"as they say")"),
      "");
  expect(client("webauthn.create", kChallenge, kSite.origin), "type");
  expect(client("webauthn.get", hash_of(view_of("another")), kSite.origin), "challenge");
  for (const char* origin : {"https://desk.example", "http://desk.example:4780", "https://evil.example:4780",
                             "https://desk.example:4780/", "https://DESK.example:4780", ""})
    expect(client("webauthn.get", kChallenge, origin), "origin");
  expect(client("webauthn.get", kChallenge, kSite.origin, R"(,"crossOrigin":true)"), "another's page");
  expect(client("webauthn.get", kChallenge, kSite.origin, R"(,"crossOrigin":"false")"), "another's page");
}

TEST_P(WebauthnTest, RefusesClientDataThatIsNone) {
  const Bytes head = SoftwareKey::head(kSite.host, 1, 1);
  for (const std::string text :
       {"", "{", "[]", "7", "null", "{}", R"({"type":"webauthn.get"})", R"({"type":7})", "\xff\xfe",
        R"({"type":"webauthn.get","challenge":7,"origin":"https://desk.example:4780"})",
        R"({"type":"webauthn.get","challenge":"AAAA","origin":"https://desk.example:4780"})"}) {
    expect(signed_by(head, copy_of(view_of(text))), "client_data");
    EXPECT_FALSE(challenge_in(view_of(text))) << text;
  }
  const std::string standard = base64url(kChallenge.view()) + "=";
  expect(signed_by(head, copy_of(view_of(R"({"type":"webauthn.get","challenge":")" + standard +
                                         R"(","origin":"https://desk.example:4780"})"))),
         "base64url");
  expect(signed_by(head, copy_of(view_of(std::string(kMaxClientData + 1, '[')))), "1024");
  expect(signed_by(head, copy_of(view_of(std::string(kMaxClientData, '[')))), "JSON");
  const Bytes whole = client_data("webauthn.get", kChallenge, kSite.origin);
  for (std::size_t size = 0; size < whole.size(); ++size)
    expect(signed_by(head, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
           "client_data");
}

TEST_P(WebauthnTest, RefusesAHeadThatIsNotForUs) {
  const Bytes client = client_data("webauthn.get", kChallenge, kSite.origin);
  expect(signed_by(SoftwareKey::head("evil.example", 1, 1), client), "another name");
  expect(signed_by(SoftwareKey::head(kSite.host, 0, 1), client), "touched");
  expect(signed_by(SoftwareKey::head(kSite.host, 4, 1), client), "touched");
  expect(signed_by(SoftwareKey::head(kSite.host, 0x41, 1), client), "credential");
  expect(signed_by(SoftwareKey::head(kSite.host, 0x81, 1), client), "flags");
  const Bytes head = SoftwareKey::head(kSite.host, 1, 1);
  for (std::size_t size = 0; size < head.size(); ++size)
    expect(signed_by(Bytes(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size)), client), "fewer");
  Bytes longer = head;
  longer.push_back(0);
  expect(signed_by(longer, client), "flags");
  Bytes extended = SoftwareKey::head(kSite.host, 0x81, 1);
  extended.push_back(0xff);
  expect(signed_by(extended, client), "CBOR");
  extended.resize(kMaxAuthenticatorData + 1);
  expect(signed_by(extended, client), "2048");
}

TEST_P(WebauthnTest, RefusesANewKeyThatIsNone) {
  const Bytes good = key_.registration(kSite.host);
  EXPECT_EQ(registered(good, made_), "");
  for (std::size_t size = 0; size < good.size(); ++size)
    expect(registered(ByteView(good).first(size), made_), "authenticator_data");
  Bytes longer = good;
  longer.push_back(0);
  expect(registered(longer, made_), "flags");
  expect(registered(key_.registration("evil.example"), made_), "another name");
  expect(registered(key_.registration(kSite.host, 0, 0x40), made_), "touched");
  expect(registered(key_.registration(kSite.host, 0, 0x01), made_), "no credential");
  expect(registered(key_.registration(kSite.host, 0, 0xc1), made_), "flags");
  expect(registered(good, client_data("webauthn.get", kChallenge, kSite.origin)), "type");
  expect(registered(good, client_data("webauthn.create", hash_of(view_of("b")), kSite.origin)), "challenge");
  expect(registered(good, client_data("webauthn.create", kChallenge, "https://evil.example")), "origin");
  // Every bit of the public key's form: another algorithm, another curve, lengths that lie.
  const std::size_t cose = good.size() - key_.cose().size();
  for (std::size_t at = cose; at < cose + 10; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes broken = good;
      broken[at] ^= static_cast<std::uint8_t>(1 << bit);
      expect(registered(broken, made_), "authenticator_data");
    }
  }
  Bytes nameless = good;
  nameless[53] = nameless[54] = 0;
  expect(registered(nameless, made_), "id");
  Bytes huge = good;
  huge[53] = 0xff;
  expect(registered(huge, made_), "1023");
}

TEST(Webauthn, RefusesAPointThatIsNotOnTheCurve) {
  const SoftwareKey key(KeyAlgorithm::kEs256);
  Bytes data = key.registration(kSite.host);
  data.back() ^= 1;
  const auto result =
      verify_registration(data, client_data("webauthn.create", kChallenge, kSite.origin), kChallenge, kSite);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().text().find("public key"), std::string::npos) << result.error().text();
}

TEST(Webauthn, HostileExtensionsAreErrors) {
  const SoftwareKey key(KeyAlgorithm::kEdDsa);
  const Bytes client = client_data("webauthn.create", kChallenge, kSite.origin);
  for (const Bytes& tail :
       {Bytes{0xff}, Bytes{0x9f}, Bytes{0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        Bytes{0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, Bytes(600, 0x81)}) {
    Bytes data = key.registration(kSite.host, 0, 0xc1);
    append(data, tail);
    EXPECT_FALSE(verify_registration(data, client, kChallenge, kSite)) << to_hex(tail).substr(0, 20);
  }
  Bytes empty = key.registration(kSite.host, 0, 0xc1);
  empty.push_back(0xa0);
  EXPECT_TRUE(verify_registration(empty, client, kChallenge, kSite))
      << "what an extension says is passed over";
}

TEST(Base64url, HasOneSpellingAValue) {
  EXPECT_EQ(base64url(view_of("\xff\xef\xfe")), "_-_-");
  EXPECT_EQ(base64url(view_of("a")), "YQ");
  EXPECT_EQ(base64url({}), "");
  for (const std::string text : {"", "YQ", "_-_-", "AAAAAAAA"})
    EXPECT_EQ(base64url(*from_base64url(text)), text);
  for (const std::string text : {"YR", "Y", "YQ==", "YQ=", "+/+/", "Y Q", "YQ\n", "ä"})
    EXPECT_FALSE(from_base64url(text)) << text;
  EXPECT_FALSE(from_base64url(std::string("YQ\0", 3)));
}

}  // namespace
}  // namespace openline::daemon
