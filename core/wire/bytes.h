// SPDX-License-Identifier: Apache-2.0
// Byte strings and fixed-size byte values, the vocabulary of every format.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openline {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;  // borrowed: valid while the owner is

[[nodiscard]] inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// Lower-case hexadecimal, and back (nullopt on an odd length or a character outside 0-9 a-f A-F).
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

// N bytes that mean one thing. Tag keeps a line id from being passed where an entry id is wanted.
template <class Tag, std::size_t N>
struct FixedBytes {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> value{};

  [[nodiscard]] static std::optional<FixedBytes> from(ByteView bytes) {
    if (bytes.size() != N) return std::nullopt;
    FixedBytes result;
    std::copy(bytes.begin(), bytes.end(), result.value.begin());
    return result;
  }
  [[nodiscard]] ByteView view() const { return value; }
  [[nodiscard]] std::string hex() const { return to_hex(value); }
  [[nodiscard]] bool is_zero() const {
    return std::all_of(value.begin(), value.end(), [](std::uint8_t byte) { return byte == 0; });
  }
  auto operator<=>(const FixedBytes&) const = default;
};

// For unordered containers. The values are hashes or public keys, but a peer may choose them: take
// a keyed mix of all bytes, not the first eight.
struct FixedBytesHash {
  template <class Tag, std::size_t N>
  std::size_t operator()(const FixedBytes<Tag, N>& bytes) const {
    std::uint64_t mix = 0x9e3779b97f4a7c15ULL;
    for (std::size_t at = 0; at + 8 <= N; at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.value.data() + at, 8);
      mix = (mix ^ word) * 0xff51afd7ed558ccdULL;
      mix ^= mix >> 32;
    }
    return static_cast<std::size_t>(mix);
  }
};

}  // namespace openline
