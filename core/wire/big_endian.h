// SPDX-License-Identifier: Apache-2.0
// Fixed-size numbers of packet heads, most significant byte first (protocol.md section 2).
#pragma once

#include <concepts>
#include <cstddef>

#include "core/wire/bytes.h"

namespace openline {

template <std::unsigned_integral Number>
void append_big_endian(Bytes& to, Number value) {
  for (std::size_t left = sizeof(Number); left > 0; --left) {
    to.push_back(static_cast<std::uint8_t>(value >> ((left - 1) * 8)));
  }
}

// Of the first bytes; there must be sizeof(Number) of them.
template <std::unsigned_integral Number>
[[nodiscard]] Number big_endian(ByteView bytes) {
  Number value = 0;
  for (const std::uint8_t byte : bytes.first(sizeof(Number))) {
    value = static_cast<Number>(static_cast<std::uint64_t>(value) << 8 | byte);
  }
  return value;
}

}  // namespace openline
