// SPDX-License-Identifier: Apache-2.0
// Precedence of a message (ACP 121), the same number in every format.
#pragma once

#include <cstdint>

namespace openline {

enum class Precedence : std::uint8_t { kRoutine = 0, kPriority = 1, kImmediate = 2, kFlash = 3 };

[[nodiscard]] constexpr const char* precedence_name(Precedence value) {
  constexpr const char* kNames[] = {"routine", "priority", "immediate", "flash"};
  return kNames[static_cast<std::uint8_t>(value) & 3];
}

}  // namespace openline
