// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/noise.h"

namespace openline {
namespace {

constexpr std::string_view kProtocolName = "Noise_IKpsk1_25519_ChaChaPoly_SHA256";

Hash sha256(std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const ByteView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  Hash hash;
  crypto_hash_sha256_final(&state, hash.value.data());
  return hash;
}

// Noise section 4.3: HKDF with a chaining key; who wants two outputs leaves the third.
struct Derived {
  SymmetricKey first, second, third;
};
Derived derive(const SymmetricKey& chaining_key, ByteView input_key) {
  static constexpr std::uint8_t kCount[] = {1, 2, 3};
  const SymmetricKey base = hmac_sha256(chaining_key.expose(), {input_key});
  SymmetricKey first = hmac_sha256(base.expose(), {ByteView(&kCount[0], 1)});
  SymmetricKey second = hmac_sha256(base.expose(), {first.expose(), ByteView(&kCount[1], 1)});
  SymmetricKey third = hmac_sha256(base.expose(), {second.expose(), ByteView(&kCount[2], 1)});
  return {std::move(first), std::move(second), std::move(third)};
}

// Noise section 12.3: four zero bytes and the counter, least significant byte first.
AeadNonce nonce_of(std::uint64_t counter) {
  AeadNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return nonce;
}

}  // namespace

SessionKeyPair SessionKeyPair::from_seed(SessionSecret secret) {
  SessionKey key;
  crypto_scalarmult_base(key.value.data(), secret.expose().data());
  return {std::move(secret), key};
}

NoiseSymmetricState::NoiseSymmetricState(ByteView prologue) : hash_(sha256({view_of(kProtocolName)})) {
  chaining_key_ = SymmetricKey(std::span(hash_.value));
  mix_hash(prologue);
}

NoiseSymmetricState NoiseSymmetricState::clone() const {
  NoiseSymmetricState copy;
  copy.chaining_key_ = chaining_key_.clone();
  copy.hash_ = hash_;
  if (key_) copy.key_ = key_->clone();
  copy.nonce_ = nonce_;
  return copy;
}

void NoiseSymmetricState::mix_hash(ByteView bytes) { hash_ = sha256({hash_.view(), bytes}); }

void NoiseSymmetricState::mix_key(ByteView input_key) {
  Derived derived = derive(chaining_key_, input_key);
  chaining_key_ = std::move(derived.first);
  key_ = std::move(derived.second);
  nonce_ = 0;
}

void NoiseSymmetricState::mix_key_and_hash(ByteView input_key) {
  Derived derived = derive(chaining_key_, input_key);
  chaining_key_ = std::move(derived.first);
  mix_hash(derived.second.expose());
  key_ = std::move(derived.third);
  nonce_ = 0;
}

Result<void> NoiseSymmetricState::mix_agreement(const SessionSecret& own, const SessionKey& other) {
  SymmetricKey shared;
  if (crypto_scalarmult(shared.expose_mutable().data(), own.expose().data(), other.value.data()) != 0) {
    return fail("session key is of small order");
  }
  mix_key(shared.expose());
  return {};
}

Bytes NoiseSymmetricState::encrypt_and_hash(ByteView plain) {
  Bytes sealed;
  if (key_) {
    seal_onto(sealed, *key_, nonce_of(nonce_++), hash_.view(), plain);
  } else {
    sealed = copy_of(plain);
  }
  mix_hash(sealed);
  return sealed;
}

Result<Bytes> NoiseSymmetricState::decrypt_and_hash(ByteView cipher) {
  if (!key_) {
    mix_hash(cipher);
    return copy_of(cipher);
  }
  auto plain = open_sealed(*key_, nonce_of(nonce_), hash_.view(), cipher);
  if (!plain) return fail("handshake does not decrypt");
  ++nonce_;
  mix_hash(cipher);
  return std::move(*plain);
}

std::pair<SymmetricKey, SymmetricKey> NoiseSymmetricState::split() const {
  Derived derived = derive(chaining_key_, {});
  return {std::move(derived.first), std::move(derived.second)};
}

}  // namespace openline
