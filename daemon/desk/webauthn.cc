// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "daemon/desk/base64url.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

// Section 6.1: the hash of the RP id, flags, the count of signatures; then, of a new credential, 16 bytes of
// its maker's, the size of its id in 2 bytes, the id, and the public key in COSE.
constexpr std::size_t kHead = 37, kBeforeId = kHead + 16 + 2;
constexpr std::uint8_t kUserPresent = 0x01, kHasCredential = 0x40, kHasExtensions = 0x80;
// A public key in COSE has one spelling, since CTAP2 demands the canonical form (CTAP 2.1 section 8): a map
// of the key type, the algorithm and the curve, which these bytes say, and then x; of ES256 y as well, after
// kBeforeY.
constexpr std::array<std::uint8_t, 10> kEs256Head{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
constexpr std::array<std::uint8_t, 10> kEdDsaHead{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
constexpr std::array<std::uint8_t, 3> kBeforeY{0x22, 0x58, 0x20};
constexpr std::size_t kCoordinate = 32;

using Digest = std::array<std::uint8_t, crypto_hash_sha256_BYTES>;

Digest sha256(ByteView bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

struct FreeFido {
  void operator()(fido_cred_t* one) const { fido_cred_free(&one); }
  void operator()(fido_assert_t* one) const { fido_assert_free(&one); }
  void operator()(es256_pk_t* one) const { es256_pk_free(&one); }
  void operator()(eddsa_pk_t* one) const { eddsa_pk_free(&one); }
};
template <class T>
using Fido = std::unique_ptr<T, FreeFido>;

std::unexpected<Error> no_memory() { return fail("there is no memory to verify a security key with"); }

int cose_of(KeyAlgorithm algorithm) { return algorithm == KeyAlgorithm::kEs256 ? COSE_ES256 : COSE_EDDSA; }

Result<json> parse_client_data(ByteView bytes) {
  if (bytes.size() > kMaxClientData)
    return fail(fmt::format("client_data: has more than {} bytes", kMaxClientData));
  json object = json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!object.is_object()) return fail("client_data: is no JSON object");
  return object;
}

Result<std::string> text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string())
    return fail(fmt::format("client_data: {} is missing, or no text", name));
  return found->get<std::string>();
}

Result<Hash> challenge_of(const json& object) {
  const auto text = text_in(object, "challenge");
  if (!text) return fail(text.error());
  const auto bytes = from_base64url(*text);
  const auto challenge = bytes ? Hash::from(*bytes) : std::nullopt;
  if (!challenge) return fail("client_data: challenge is not 32 bytes in base64url");
  return *challenge;
}

// Steps 7 to 10 of section 7.1, and 11 to 14 of 7.2.
Result<void> check_client_data(ByteView bytes, std::string_view type, const Hash& challenge,
                               const KeySite& site) {
  const auto object = parse_client_data(bytes);
  if (!object) return fail(object.error());
  const auto its_type = text_in(*object, "type"), its_origin = text_in(*object, "origin");
  const auto its_challenge = challenge_of(*object);
  if (!its_type) return fail(its_type.error());
  if (*its_type != type) return fail(fmt::format("client_data: type is not \"{}\"", type));
  if (!its_challenge) return fail(its_challenge.error());
  if (*its_challenge != challenge) return fail("client_data: challenge is not the one that was asked");
  if (!its_origin) return fail(its_origin.error());
  if (*its_origin != site.origin)
    return fail(fmt::format("client_data: origin is not this page's, {}", site.origin));
  if (const auto cross = object->find("crossOrigin");
      cross != object->end() && (!cross->is_boolean() || cross->get<bool>()))
    return fail("client_data: the key was asked from inside another's page");
  return {};
}

// Steps 13 and 14 of section 7.1, and 15 and 16 of 7.2.
Result<void> check_head(ByteView data, const KeySite& site, std::uint8_t must, std::uint8_t must_not) {
  if (data.size() > kMaxAuthenticatorData)
    return fail(fmt::format("authenticator_data: has more than {} bytes", kMaxAuthenticatorData));
  if (data.size() < kHead) return fail(fmt::format("authenticator_data: has fewer than {} bytes", kHead));
  if (!std::ranges::equal(data.first(crypto_hash_sha256_BYTES), sha256(view_of(site.host))))
    return fail(fmt::format("authenticator_data: is for another name than {}", site.host));
  const std::uint8_t flags = data[crypto_hash_sha256_BYTES];
  if ((flags & kUserPresent) == 0) return fail("authenticator_data: nobody touched the key");
  if ((flags & must) != must) return fail("authenticator_data: has no credential");
  if ((flags & must_not) != 0)
    return fail("authenticator_data: has a credential, where a signature was asked");
  return {};
}

// Nothing may stand where nothing belongs: what comes after the key are extensions, if their flag is set.
// libfido2 reads a key more leniently, and leaves out what it does not know.
Result<KeyAlgorithm> check_credential(ByteView data) {
  if (data.size() < kBeforeId) return fail("authenticator_data: ends before the credential's id");
  const std::size_t id = static_cast<std::size_t>(data[kBeforeId - 2] << 8 | data[kBeforeId - 1]);
  if (id == 0 || id > kMaxCredentialId)
    return fail(fmt::format("authenticator_data: a credential's id has 1 to {} bytes", kMaxCredentialId));
  const bool more = (data[crypto_hash_sha256_BYTES] & kHasExtensions) != 0;
  const ByteView cose = data.subspan(std::min(data.size(), kBeforeId + id));
  const auto begins = [](ByteView bytes, const auto& with) {
    return bytes.size() >= with.size() && std::ranges::equal(bytes.first(with.size()), with);
  };
  const bool is_es256 = begins(cose, kEs256Head);
  if (!is_es256 && !begins(cose, kEdDsaHead))
    return fail("authenticator_data: holds no public key of ES256 or EdDSA");
  std::size_t whole = kEs256Head.size() + kCoordinate;
  if (is_es256) {
    if (!begins(cose.subspan(std::min(cose.size(), whole)), kBeforeY))
      return fail("authenticator_data: its public key has no y");
    whole += kBeforeY.size() + kCoordinate;
  }
  if (cose.size() < whole) return fail("authenticator_data: ends within the public key");
  if ((cose.size() > whole) != more) return fail("authenticator_data: has more, or less, than its flags say");
  return is_es256 ? KeyAlgorithm::kEs256 : KeyAlgorithm::kEdDsa;
}

// Whether it is a key at all: a point of the curve.
bool is_public_key(KeyAlgorithm algorithm, ByteView key) {
  if (algorithm == KeyAlgorithm::kEs256) {
    const Fido<es256_pk_t> made(es256_pk_new());
    return made && es256_pk_from_ptr(made.get(), key.data(), key.size()) == FIDO_OK;
  }
  const Fido<eddsa_pk_t> made(eddsa_pk_new());
  return made && eddsa_pk_from_ptr(made.get(), key.data(), key.size()) == FIDO_OK;
}

bool is_signed(const fido_assert_t* assertion, const SecurityKey& key) {
  if (key.algorithm == KeyAlgorithm::kEs256) {
    const Fido<es256_pk_t> made(es256_pk_new());
    return made && es256_pk_from_ptr(made.get(), key.public_key.data(), key.public_key.size()) == FIDO_OK &&
           fido_assert_verify(assertion, 0, COSE_ES256, made.get()) == FIDO_OK;
  }
  const Fido<eddsa_pk_t> made(eddsa_pk_new());
  return made && eddsa_pk_from_ptr(made.get(), key.public_key.data(), key.public_key.size()) == FIDO_OK &&
         fido_assert_verify(assertion, 0, COSE_EDDSA, made.get()) == FIDO_OK;
}

}  // namespace

Result<Hash> challenge_in(ByteView client_data) {
  const auto object = parse_client_data(client_data);
  if (!object) return fail(object.error());
  return challenge_of(*object);
}

Result<NewCredential> verify_registration(ByteView data, ByteView client_data, const Hash& challenge,
                                          const KeySite& site) {
  if (auto good = check_client_data(client_data, "webauthn.create", challenge, site); !good)
    return fail(good.error());
  if (auto good = check_head(data, site, kHasCredential, 0); !good) return fail(good.error());
  const auto algorithm = check_credential(data);
  if (!algorithm) return fail(algorithm.error());
  const Fido<fido_cred_t> credential(fido_cred_new());
  if (!credential) return no_memory();
  if (fido_cred_set_type(credential.get(), cose_of(*algorithm)) != FIDO_OK ||
      fido_cred_set_authdata_raw(credential.get(), data.data(), data.size()) != FIDO_OK)
    return fail("authenticator_data: its public key or its extensions are not CBOR");
  NewCredential made;
  made.algorithm = *algorithm;
  made.id = copy_of({fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get())});
  made.public_key = copy_of({fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get())});
  made.count = fido_cred_sigcount(credential.get());
  if (!is_public_key(made.algorithm, made.public_key))
    return fail("authenticator_data: its public key is none");
  return made;
}

Result<std::uint32_t> verify_assertion(const SecurityKey& key, const KeyAssertion& given,
                                       const Hash& challenge, const KeySite& site) {
  if (auto good = check_client_data(given.client_data, "webauthn.get", challenge, site); !good)
    return fail(good.error());
  const ByteView data = given.authenticator_data;
  if (auto good = check_head(data, site, 0, kHasCredential); !good) return fail(good.error());
  const bool more = (data[crypto_hash_sha256_BYTES] & kHasExtensions) != 0;
  if ((data.size() > kHead) != more) return fail("authenticator_data: has more, or less, than its flags say");
  if (given.signature.empty() || given.signature.size() > kMaxKeySignature)
    return fail(fmt::format("signature: has 1 to {} bytes", kMaxKeySignature));
  const Fido<fido_assert_t> assertion(fido_assert_new());
  if (!assertion) return no_memory();
  const Digest hash = sha256(given.client_data);
  if (fido_assert_set_count(assertion.get(), 1) != FIDO_OK ||
      fido_assert_set_rp(assertion.get(), site.host.c_str()) != FIDO_OK ||
      fido_assert_set_up(assertion.get(), FIDO_OPT_TRUE) != FIDO_OK ||
      fido_assert_set_clientdata_hash(assertion.get(), hash.data(), hash.size()) != FIDO_OK ||
      fido_assert_set_sig(assertion.get(), 0, given.signature.data(), given.signature.size()) != FIDO_OK)
    return no_memory();
  if (fido_assert_set_authdata_raw(assertion.get(), 0, data.data(), data.size()) != FIDO_OK)
    return fail("authenticator_data: its extensions are not CBOR");
  if (!is_signed(assertion.get(), key)) return fail("signature: is not by this security key");
  return fido_assert_sigcount(assertion.get(), 0);
}

}  // namespace openline::daemon
