// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/aead.h"

#include <sodium.h>

namespace openline {

static_assert(kTagSize == crypto_aead_chacha20poly1305_ietf_ABYTES);
static_assert(std::tuple_size_v<AeadNonce> == crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
static_assert(SymmetricKey::kSize == crypto_aead_chacha20poly1305_ietf_KEYBYTES);

void seal_onto(Bytes& out, const SymmetricKey& key, const AeadNonce& nonce, ByteView associated,
               ByteView plain) {
  const std::size_t start = out.size();
  out.resize(start + plain.size() + kTagSize);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data() + start, nullptr, plain.data(), plain.size(),
                                            associated.data(), associated.size(), nullptr, nonce.data(),
                                            key.expose().data());
}

std::optional<Bytes> open_sealed(const SymmetricKey& key, const AeadNonce& nonce, ByteView associated,
                                 ByteView sealed) {
  if (sealed.size() < kTagSize) return std::nullopt;
  // One more byte than needed, so that the pointer is valid for an empty plaintext.
  Bytes plain(sealed.size() - kTagSize + 1);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                associated.data(), associated.size(), nonce.data(),
                                                key.expose().data()) != 0) {
    return std::nullopt;
  }
  plain.pop_back();
  return plain;
}

}  // namespace openline
