// SPDX-License-Identifier: Apache-2.0
// Text from the far end, made safe for a terminal: whatever could move the cursor, ring, recolour, hide or
// reorder is shown as "<U+001B>". A far end that writes such things must be seen to, and must not be able to
// draw a message that looks like this program's own words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openline::cli {

// One line: line ends are made visible too. Bytes that are not UTF-8 become "<byte FF>".
[[nodiscard]] std::string visible_line(std::string_view text);
// The lines of a text, each made visible. "\r\n" ends a line as "\n" does; a tab becomes four spaces.
[[nodiscard]] std::vector<std::string> visible_lines(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace openline::cli
