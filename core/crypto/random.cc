// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/random.h"

#include <sodium.h>

#include "core/wire/assert.h"

namespace openline {
namespace {

// One seed is used for exactly these two streams, then never again.
constexpr std::uint8_t kOutputNonce[crypto_stream_chacha20_NONCEBYTES] = {0};
constexpr std::uint8_t kNextSeedNonce[crypto_stream_chacha20_NONCEBYTES] = {1};

}  // namespace

void Random::fill(std::span<std::uint8_t> out) {
  if (out.empty()) return;
  crypto_stream_chacha20(out.data(), out.size(), kOutputNonce, seed_.expose().data());
  RandomSeed next;
  crypto_stream_chacha20(next.expose_mutable().data(), RandomSeed::kSize, kNextSeedNonce,
                         seed_.expose().data());
  seed_ = std::move(next);
}

std::uint32_t Random::number32() { return static_cast<std::uint32_t>(number64()); }

std::uint64_t Random::number64() {
  std::uint8_t bytes[8];
  fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

std::uint64_t Random::below(std::uint64_t bound) {
  OPENLINE_ASSERT(bound > 0);
  // Numbers under 2^64 mod bound would make the low results likelier: draw again.
  const std::uint64_t least = (0 - bound) % bound;
  std::uint64_t number = number64();
  while (number < least) number = number64();
  return number % bound;
}

}  // namespace openline
