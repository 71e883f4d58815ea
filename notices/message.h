// SPDX-License-Identifier: Apache-2.0
// Texts in the reader's language by ICU's message syntax. ICU is known to message.cc only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace openline::notices {

using Argument = std::variant<std::int64_t, double, std::string>;
using Arguments = std::map<std::string, Argument>;

// nullopt: the pattern is no ICU message, or does not fit its arguments.
[[nodiscard]] std::optional<std::string> formatted(std::string_view language, const std::string& pattern,
                                                   const Arguments& arguments);
// Date and time to the minute, in UTC, as the language writes them; `time` in seconds since 1970.
[[nodiscard]] std::string date_text(std::string_view language, std::int64_t time);
[[nodiscard]] int icu_version();  // ways of writing a date change with it
// For comparing what people type: case folded.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace openline::notices
