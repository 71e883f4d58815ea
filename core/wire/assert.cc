// SPDX-License-Identifier: Apache-2.0
#include "core/wire/assert.h"

#include <cstddef>
#include <string_view>

namespace openline {

const char* volatile last_assert = nullptr;

namespace {

// Fixed storage: the heap may be what is broken.
constexpr std::size_t kTextSize = 512;
char text[kTextSize];

// Appends what fits and leaves room for the closing zero.
std::size_t append(std::size_t used, std::string_view part) {
  for (const char c : part) {
    if (used + 1 < kTextSize) text[used++] = c;
  }
  return used;
}

std::size_t append_number(std::size_t used, int number) {
  if (number >= 10) used = append_number(used, number / 10);
  const char digit = static_cast<char>('0' + number % 10);
  return append(used, std::string_view(&digit, 1));
}

}  // namespace

void assert_failed(const char* expression, const char* file, int line) {
  std::size_t used = append(0, file);
  used = append(used, ":");
  used = append_number(used, line);
  used = append(used, ": ");
  used = append(used, expression);
  text[used] = '\0';
  last_assert = text;
  __builtin_trap();
}

}  // namespace openline
