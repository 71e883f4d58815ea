// SPDX-License-Identifier: Apache-2.0
// Two desks side by side on a terminal.
#pragma once

#include <string>
#include <vector>

namespace openline::demonstration {

inline constexpr std::size_t kColumn = 58;  // cells a desk

// Cells that a text takes: wide characters (East Asian) take two.
[[nodiscard]] std::size_t width_of(std::string_view text);
// Lines of at most `width` cells, broken at spaces or, in scripts without them, anywhere.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);
// Both columns, line by line, with a rule between them. Ends with a line end.
[[nodiscard]] std::string side_by_side(const std::vector<std::string>& left,
                                       const std::vector<std::string>& right);

}  // namespace openline::demonstration
