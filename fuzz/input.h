// SPDX-License-Identifier: Apache-2.0
// The fuzzer's bytes read as choices. An input that has ended gives zeros, so every input is a whole program
// and each of its bytes has one meaning that mutation can find.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/wire/bytes.h"

namespace openline::fuzz {

class Input {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  bool flag() { return (byte() & 1) != 0; }
  // 0 .. most, from as few bytes as can say it.
  std::uint64_t number(std::uint64_t most) {
    std::uint64_t value = 0;
    for (std::uint64_t left = most; left > 0; left >>= 8) value = value << 8 | byte();
    return most == UINT64_MAX ? value : value % (most + 1);
  }
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(number(count - 1)); }  // count > 0
  // Numbers of all magnitudes, with the ends of their range: where mistakes are.
  std::uint64_t any_number(std::uint64_t most = UINT64_MAX) {
    switch (byte() % 4) {
      case 0:
        return std::min<std::uint64_t>(byte(), most);
      case 1:
        return std::min<std::uint64_t>(number(UINT32_MAX), most);
      case 2:
        return most - std::min<std::uint64_t>(byte(), most);
      default:
        return number(most);
    }
  }
  ByteView bytes(std::size_t most) {  // a length, then as many as there are
    const auto size = std::min(static_cast<std::size_t>(number(most)), rest_.size());
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  ByteView rest() { return std::exchange(rest_, {}); }

 private:
  ByteView rest_;
};

}  // namespace openline::fuzz
