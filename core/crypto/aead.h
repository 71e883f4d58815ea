// SPDX-License-Identifier: Apache-2.0
// ChaCha20-Poly1305 (RFC 8439), as Noise's handshake and the transport use it.
#pragma once

#include <array>
#include <optional>

#include "core/crypto/secret.h"

namespace openline {

inline constexpr std::size_t kTagSize = 16;
using AeadNonce = std::array<std::uint8_t, 12>;

// Appends ciphertext and tag to `out`, in which `associated` must not lie.
void seal_onto(Bytes& out, const SymmetricKey& key, const AeadNonce& nonce, ByteView associated,
               ByteView plain);
// Nothing when the tag does not hold.
[[nodiscard]] std::optional<Bytes> open_sealed(const SymmetricKey& key, const AeadNonce& nonce,
                                               ByteView associated, ByteView sealed);

}  // namespace openline
