// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/hash.h"

#include <sodium.h>

#include "core/wire/assert.h"

namespace openline {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> blake2b(std::initializer_list<ByteView> parts) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, N);
  for (const ByteView part : parts) crypto_generichash_update(&state, part.data(), part.size());
  std::array<std::uint8_t, N> out{};
  crypto_generichash_final(&state, out.data(), N);
  return out;
}

}  // namespace

Hash hash_of(ByteView bytes) { return hash_of({bytes}); }

Hash hash_of(std::initializer_list<ByteView> parts) { return {blake2b<32>(parts)}; }

std::array<std::uint8_t, 64> long_hash_of(std::initializer_list<ByteView> parts) {
  return blake2b<64>(parts);
}

Mac mac_of(ByteView key, ByteView bytes) {
  OPENLINE_ASSERT(key.size() >= crypto_generichash_KEYBYTES_MIN);
  OPENLINE_ASSERT(key.size() <= crypto_generichash_KEYBYTES_MAX);
  Mac mac;
  crypto_generichash(mac.value.data(), Mac::kSize, bytes.data(), bytes.size(), key.data(), key.size());
  return mac;
}

SymmetricKey hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha256_state state;
  const std::uint8_t nothing = 0;  // an empty key still needs a pointer
  crypto_auth_hmacsha256_init(&state, key.empty() ? &nothing : key.data(), key.size());
  for (const ByteView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  SymmetricKey out;
  crypto_auth_hmacsha256_final(&state, out.expose_mutable().data());
  sodium_memzero(&state, sizeof state);
  return out;
}

SymmetricKey hkdf_sha256(ByteView salt, ByteView input_key, ByteView info) {
  const SymmetricKey extracted = hmac_sha256(salt, {input_key});
  const std::uint8_t first_block = 1;
  return hmac_sha256(extracted.expose(), {info, ByteView(&first_block, 1)});
}

struct HashStream::State {
  crypto_generichash_state blake2b;
};

HashStream::HashStream() : state_(std::make_unique<State>()) {
  crypto_generichash_init(&state_->blake2b, nullptr, 0, Hash::kSize);
}
HashStream::~HashStream() = default;
HashStream::HashStream(HashStream&&) noexcept = default;
HashStream& HashStream::operator=(HashStream&&) noexcept = default;

void HashStream::add(ByteView bytes) {
  crypto_generichash_update(&state_->blake2b, bytes.data(), bytes.size());
}

Hash HashStream::hash_so_far() const {
  State copy = *state_;
  Hash hash;
  crypto_generichash_final(&copy.blake2b, hash.value.data(), Hash::kSize);
  return hash;
}

}  // namespace openline
