// SPDX-License-Identifier: Apache-2.0
// For tests: a security key in software, which signs as WebAuthn Level 2 section 6 says, by libsodium (EdDSA)
// or OpenSSL (ES256), and a browser's client data.
#pragma once

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <memory>
#include <string>

#include "daemon/desk/base64url.h"
#include "daemon/desk/webauthn.h"

namespace openline::daemon::test {

inline Bytes sha256_of(ByteView bytes) {
  Bytes digest(crypto_hash_sha256_BYTES);
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

inline Bytes client_data(const std::string& type, const Hash& challenge, const std::string& origin,
                         const std::string& more = R"(,"crossOrigin":false)") {
  return copy_of(view_of(R"({"type":")" + type + R"(","challenge":")" + base64url(challenge.view()) +
                         R"(","origin":")" + origin + "\"" + more + "}"));
}

class SoftwareKey {
 public:
  explicit SoftwareKey(KeyAlgorithm algorithm, std::uint8_t id = 1) : algorithm_(algorithm), id_(32, id) {
    if (algorithm == KeyAlgorithm::kEs256) {
      pair_.reset(EVP_EC_gen("P-256"));
      return;
    }
    ed_public_.resize(crypto_sign_PUBLICKEYBYTES);
    ed_secret_.resize(crypto_sign_SECRETKEYBYTES);
    crypto_sign_keypair(ed_public_.data(), ed_secret_.data());
  }
  [[nodiscard]] const Bytes& id() const { return id_; }

  [[nodiscard]] Bytes public_key() const {
    if (algorithm_ == KeyAlgorithm::kEdDsa) return ed_public_;
    Bytes point(65);
    std::size_t size = 0;
    EXPECT_EQ(EVP_PKEY_get_octet_string_param(pair_.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                              point.size(), &size),
              1);
    return {point.begin() + 1, point.end()};
  }
  // CTAP2's canonical form.
  [[nodiscard]] Bytes cose() const {
    const Bytes key = public_key();
    if (algorithm_ == KeyAlgorithm::kEdDsa) {
      Bytes cose{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
      append(cose, key);
      return cose;
    }
    Bytes cose{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
    append(cose, ByteView(key).first(32));
    append(cose, Bytes{0x22, 0x58, 0x20});
    append(cose, ByteView(key).last(32));
    return cose;
  }
  [[nodiscard]] static Bytes head(const std::string& host, std::uint8_t flags, std::uint32_t count) {
    Bytes data = sha256_of(view_of(host));
    data.push_back(flags);
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(count >> shift));
    return data;
  }
  [[nodiscard]] Bytes registration(const std::string& host, std::uint32_t count = 0,
                                   std::uint8_t flags = 0x41) const {
    Bytes data = head(host, flags, count);
    data.resize(data.size() + 16);  // of no maker
    data.push_back(static_cast<std::uint8_t>(id_.size() >> 8));
    data.push_back(static_cast<std::uint8_t>(id_.size()));
    append(data, id_);
    append(data, cose());
    return data;
  }
  [[nodiscard]] Bytes sign(ByteView authenticator_data, ByteView client_data) const {
    Bytes message = copy_of(authenticator_data);
    append(message, sha256_of(client_data));
    if (algorithm_ == KeyAlgorithm::kEdDsa) {
      Bytes signature(crypto_sign_BYTES);
      crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), ed_secret_.data());
      return signature;
    }
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, pair_.get()), 1);
    Bytes signature(128);
    std::size_t size = signature.size();
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()), 1);
    signature.resize(size);
    return signature;
  }
  [[nodiscard]] KeyAssertion assertion(const Hash& challenge, const KeySite& site, std::uint32_t count,
                                       std::uint8_t flags = 0x01) const {
    KeyAssertion made{head(site.host, flags, count), client_data("webauthn.get", challenge, site.origin), {}};
    made.signature = sign(made.authenticator_data, made.client_data);
    return made;
  }
  [[nodiscard]] SecurityKey row(const std::string& officer, const std::string& host,
                                const std::string& name = "blue") const {
    return {id_, officer, name, host, algorithm_, public_key(), 0, {}, {}};
  }

 private:
  struct FreePair {
    void operator()(EVP_PKEY* pair) const { EVP_PKEY_free(pair); }
  };
  KeyAlgorithm algorithm_;
  Bytes id_;
  Bytes ed_public_, ed_secret_;
  std::unique_ptr<EVP_PKEY, FreePair> pair_;
};

}  // namespace openline::daemon::test
