// SPDX-License-Identifier: Apache-2.0
// What happened, in words: the last of it for a reader, all of it in a digest that two runs of one seed
// share.
#pragma once

#include <deque>
#include <string>

#include "core/crypto/hash.h"
#include "core/wire/time.h"

namespace openline::sim {

class Trace {
 public:
  static constexpr std::size_t kKept = 80;  // lines
  void add(MonotonicTime at, const std::string& what);
  [[nodiscard]] std::string digest() const;
  [[nodiscard]] std::string last() const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  HashStream hash_;
  std::deque<std::string> lines_;
  std::uint64_t count_ = 0;
};

}  // namespace openline::sim
