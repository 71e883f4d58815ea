// SPDX-License-Identifier: Apache-2.0
// A stream of random bytes from one seed (ChaCha20). Core draws keys, nonces and indices from it, so
// that the same seed gives the same run; the daemon seeds it from the system. Each draw replaces the
// seed, so that who reads the memory later cannot work out what was drawn before.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "core/crypto/secret.h"

namespace openline {

using RandomSeed = Secret<struct RandomSeedTag, 32>;

class Random {
 public:
  explicit Random(RandomSeed seed) : seed_(std::move(seed)) {}
  void fill(std::span<std::uint8_t> out);
  [[nodiscard]] std::uint32_t number32();
  [[nodiscard]] std::uint64_t number64();
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound); bound > 0
  template <class Fixed>
  [[nodiscard]] Fixed draw() {
    Fixed fixed;
    fill(fixed.value);
    return fixed;
  }
  template <class AnySecret>
  [[nodiscard]] AnySecret draw_secret() {
    AnySecret secret;
    fill(secret.expose_mutable());
    return secret;
  }

 private:
  RandomSeed seed_;
};

}  // namespace openline
