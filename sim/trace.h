// SPDX-License-Identifier: Apache-2.0
// What happened, in words: the last of it for a reader, all of it in a digest that two runs of one seed
// share. Words are put together only when somebody reads them: most runs hold, and nobody does.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/time.h"

namespace openline::sim {

struct Happening {
  MonotonicTime at{};
  std::string_view who;   // outlives the trace
  const char* what = "";  // a format of the numbers and the text, in this order; a literal
  std::array<std::uint64_t, 4> numbers{};
  std::string text{};
};

class Trace {
 public:
  static constexpr std::size_t kKept = 80;    // of all that happened
  static constexpr std::size_t kDeeds = 160;  // of what is not a packet, a timer or a commit
  void add(const Happening& what, bool deed);
  [[nodiscard]] std::string digest() const;
  [[nodiscard]] std::string last() const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  // The newest of a number of things, in order.
  struct Ring {
    std::vector<Happening> kept;
    std::size_t next = 0;
    void add(const Happening& what, std::size_t most);
    [[nodiscard]] std::string words() const;
  };
  void mix(std::uint64_t number);
  void mix(std::string_view text);
  Ring all_, deeds_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t count_ = 0;
};

}  // namespace openline::sim
