// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/transport.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t word_of(std::uint32_t number) { return number % ReplayWindow::kSize / 64; }
constexpr std::uint64_t bit_of(std::uint32_t number) { return std::uint64_t{1} << (number % 64); }

}  // namespace

bool ReplayWindow::is_fresh(PacketNumber number) const {
  if (number.value >= kEndOfNumbers) return false;
  if (number.value >= next_) return true;
  if (next_ - number.value > kSize) return false;
  return (seen_[word_of(number.value)] & bit_of(number.value)) == 0;
}

void ReplayWindow::mark(PacketNumber number) {
  OPENLINE_ASSERT(is_fresh(number));
  if (number.value >= next_) {
    // The numbers that the window moves over take the places of those that fall out of it.
    if (number.value - next_ >= kSize) {
      seen_.fill(0);
    } else {
      for (std::uint32_t passed = next_; passed < number.value; ++passed) {
        seen_[word_of(passed)] &= ~bit_of(passed);
      }
    }
    next_ = number.value + 1;
  }
  seen_[word_of(number.value)] |= bit_of(number.value);
  OPENLINE_ASSERT(!is_fresh(number));
}

}  // namespace openline
