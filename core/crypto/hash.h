// SPDX-License-Identifier: Apache-2.0
// Hashes and key derivation over libsodium (protocol.md section 3).
#pragma once

#include <array>
#include <initializer_list>
#include <memory>

#include "core/crypto/secret.h"
#include "core/crypto/types.h"

namespace openline {

[[nodiscard]] Hash hash_of(ByteView bytes);                         // BLAKE2b-256, RFC 7693
[[nodiscard]] Hash hash_of(std::initializer_list<ByteView> parts);  // of their concatenation
[[nodiscard]] std::array<std::uint8_t, 64> long_hash_of(
    std::initializer_list<ByteView> parts);  // BLAKE2b-512
using Mac = FixedBytes<struct MacTag, 16>;
[[nodiscard]] Mac mac_of(ByteView key, ByteView bytes);  // keyed BLAKE2b-128, key 16..64 bytes

// HMAC-SHA256 (RFC 2104) of the parts' concatenation, the step of both HKDF and Noise.
[[nodiscard]] SymmetricKey hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

// HKDF-SHA256 (RFC 5869) with one 32-byte output.
[[nodiscard]] SymmetricKey hkdf_sha256(ByteView salt, ByteView input_key, ByteView info);

// BLAKE2b-256 of a stream, for files and exports.
class HashStream {
 public:
  HashStream();
  ~HashStream();
  HashStream(HashStream&&) noexcept;
  HashStream& operator=(HashStream&&) noexcept;
  void add(ByteView bytes);
  [[nodiscard]] Hash hash_so_far() const;  // may be asked in between

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace openline
