// SPDX-License-Identifier: Apache-2.0
// Systematic erasure coding over GF(256) (protocol.md section 6.8): k symbols of one size make up to 256, and
// any k of these give the first k back. Over ISA-L.
//
// The field's polynomial is x^8 + x^4 + x^3 + x^2 + 1 (0x11d). Symbols 0 .. k - 1 are the data itself; byte b
// of symbol i, k <= i <= 255, is the sum over j < k of byte b of symbol j times 1/(i xor j): a Cauchy matrix,
// for no i is a j, so that every choice of k symbols can be solved.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "core/wire/bytes.h"

namespace openline {

inline constexpr std::size_t kMaxGeneration = 128;  // k
inline constexpr std::size_t kMaxSymbols = 256;     // of a generation, repairs among them

// How `bytes` bytes are cut: the fewest symbols of at most `room` bytes, all of the same size.
struct Cut {
  std::size_t count = 0, size = 0;
  [[nodiscard]] std::size_t bytes() const { return count * size; }
};
[[nodiscard]] Cut cut_for(std::size_t bytes, std::size_t room);

// Symbol `index` of the generation whose k symbols lie end to end in `data`; 1 <= k <= 128.
[[nodiscard]] Bytes coded_symbol(ByteView data, std::size_t k, std::uint8_t index);

// The chance that of `sent` symbols, each lost with chance `loss`, fewer than `needed` arrive.
[[nodiscard]] double chance_of_too_few(std::size_t needed, std::size_t sent, double loss);

// What came of one generation.
class Generation {
 public:
  Generation(std::size_t k, std::size_t symbol_size);  // 1 <= k <= 128, a symbol has at least one byte

  // False: it was there already, is not needed any more, or has another size.
  bool add(std::uint8_t index, ByteView symbol);
  [[nodiscard]] std::size_t missing() const { return k_ - count_; }  // symbols, any
  [[nodiscard]] std::size_t k() const { return k_; }
  [[nodiscard]] std::size_t symbol_size() const { return size_; }
  [[nodiscard]] Bytes data() const;  // the first k symbols; only when nothing is missing

 private:
  std::size_t k_, size_;
  std::size_t count_ = 0;
  Bytes came_;                       // symbols in the order of arrival
  std::vector<std::uint8_t> order_;  // their indices
  std::bitset<kMaxSymbols> known_;
};

}  // namespace openline
