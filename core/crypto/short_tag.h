// SPDX-License-Identifier: Apache-2.0
// Tags of four bytes for paths of small packets (protocol.md section 6.9): SipHash-2-4 under a key of its
// own, never a shortened Poly1305, whose forgeries would tell the key. They keep forged symbols from spoiling
// good ones; what is made of these carries a full tag.
#pragma once

#include "core/crypto/secret.h"

namespace openline {

inline constexpr std::size_t kShortTag = 4;

class ShortTagKey {
 public:
  // HKDF-SHA256(salt = "openline short tag 1", ikm = the session's key of that direction), first 16 bytes.
  explicit ShortTagKey(const SymmetricKey& direction);

  void append_tag(Bytes& to, ByteView bytes) const;
  [[nodiscard]] bool holds(ByteView bytes, ByteView tag) const;

 private:
  Secret<struct ShortTagSecret, 16> key_;
};

}  // namespace openline
