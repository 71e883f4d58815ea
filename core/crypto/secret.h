// SPDX-License-Identifier: Apache-2.0
// Key material that wipes itself. Move-only; it cannot be printed, and compares in constant time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/wire/bytes.h"

namespace openline {

void wipe(std::span<std::uint8_t> bytes);  // not optimised away
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b);

template <class Tag, std::size_t N>
class Secret {
 public:
  static constexpr std::size_t kSize = N;
  Secret() = default;
  explicit Secret(std::span<const std::uint8_t, N> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] Secret clone() const {
    return Secret(std::span<const std::uint8_t, N>(bytes_));
  }  // copies are asked for by name
  [[nodiscard]] std::span<const std::uint8_t, N> expose() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, N> expose_mutable() { return bytes_; }
  bool operator==(const Secret& other) const { return equal_in_constant_time(bytes_, other.bytes_); }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

using SigningSeed = Secret<struct SigningSeedTag, 32>;      // Ed25519 seed of a root or station key
using SessionSecret = Secret<struct SessionSecretTag, 32>;  // X25519 private key
using CourierSecret = Secret<struct CourierSecretTag, 32>;  // exchanged by hand
using Psk = Secret<struct PskTag, 32>;
using SymmetricKey = Secret<struct SymmetricKeyTag, 32>;

}  // namespace openline
