// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/short_tag.h"

#include <sodium.h>

#include "core/crypto/hash.h"

namespace openline {
namespace {

std::array<std::uint8_t, crypto_shorthash_BYTES> siphash(ByteView key, ByteView bytes) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES >= kShortTag);
  std::array<std::uint8_t, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), bytes.data(), bytes.size(), key.data());
  return hash;
}

}  // namespace

ShortTagKey::ShortTagKey(const SymmetricKey& direction) {
  const SymmetricKey derived = hkdf_sha256(view_of("openline short tag 1"), direction.expose(), {});
  std::ranges::copy(derived.expose().first<16>(), key_.expose_mutable().begin());
}

void ShortTagKey::append_tag(Bytes& to, ByteView bytes) const {
  append(to, ByteView(siphash(key_.expose(), bytes)).first(kShortTag));
}

bool ShortTagKey::holds(ByteView bytes, ByteView tag) const {
  return equal_in_constant_time(ByteView(siphash(key_.expose(), bytes)).first(kShortTag), tag);
}

}  // namespace openline
