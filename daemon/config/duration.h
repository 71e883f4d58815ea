// SPDX-License-Identifier: Apache-2.0
// Durations as people write them in settings and agreements: "500ms", "10s", "30min", "3h", "7d".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/wire/time.h"

namespace openline::daemon {

// One whole number and one unit (ms, s, min, h, d), at most ten years. nullopt for anything else.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text);
// The same in the largest unit that divides it.
[[nodiscard]] std::string duration_text(Milliseconds duration);

}  // namespace openline::daemon
