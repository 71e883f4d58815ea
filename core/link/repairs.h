// SPDX-License-Identifier: Apache-2.0
// Repairs of one object that travels as fragments (protocol.md section 6.8): which of them are on their way,
// which arrived. Each that arrives stands for any part of the object that did not.
#pragma once

#include <bitset>
#include <optional>

#include "core/link/coding.h"
#include "core/link/range_set.h"
#include "core/wire/time.h"

namespace openline {

// How many symbols of an object of `size` bytes have all of their bytes in `parts`.
[[nodiscard]] std::size_t whole_symbols(const RangeSet& parts, const Cut& cut, std::uint64_t size);

class Repairs {
 public:
  explicit Repairs(Cut cut) : cut_(cut) {}
  [[nodiscard]] const Cut& cut() const { return cut_; }
  // Of one that is neither on its way nor arrived; nullopt when all are.
  [[nodiscard]] std::optional<std::uint8_t> next() const;
  void sent(std::uint8_t index, MonotonicTime now);
  void lost(std::uint8_t index) { on_way_.reset(index); }
  void acknowledged(std::uint8_t index);
  [[nodiscard]] std::size_t on_way() const { return on_way_.count(); }
  [[nodiscard]] std::size_t arrived() const { return arrived_.count(); }
  [[nodiscard]] std::optional<MonotonicTime> last_sent() const { return last_sent_; }

 private:
  Cut cut_;
  std::bitset<kMaxSymbols> on_way_, arrived_;
  std::size_t after_ = 0;  // the newest
  std::optional<MonotonicTime> last_sent_;
};

}  // namespace openline
