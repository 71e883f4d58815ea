// SPDX-License-Identifier: Apache-2.0
// Names that look like what they are: of officers, exercises, visits, files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openline::daemon {

// What is wrong with a name, in words; nullopt: it is UTF-8 without control characters, without characters
// that cannot be seen, and without those that change the direction of the text around them.
[[nodiscard]] std::optional<std::string> plain_text_problem(std::string_view text);

}  // namespace openline::daemon
