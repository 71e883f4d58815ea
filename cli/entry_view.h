// SPDX-License-Identifier: Apache-2.0
// Entries in words. Precedence and class stand in every heading, and the class before every line of a text:
// neither scrolling nor a forged heading inside a text can make an exercise look live.
#pragma once

#include <string>
#include <string_view>

#include "cli/api_types.h"

namespace openline::cli {

// The first eight digits: what a person types.
[[nodiscard]] std::string short_id(std::string_view id);
// "FLASH", "ROUTINE"
[[nodiscard]] std::string precedence_text(std::string_view precedence, bool colour);
// "LIVE", "EXERCISE JUNE-2023", "TEST", "SERVICE"
[[nodiscard]] std::string class_text(std::string_view entry_class, std::string_view exercise, bool colour);
// One line: what an entry that is no text says.
// Whether it is to be shown to the officer on watch, and waits for an acknowledgement.
[[nodiscard]] bool is_for_officer(const EntryView& entry);
[[nodiscard]] std::string act_text(const EntryView& entry);
// Heading, text, files, receipts: an entry as the record shows it. Ends with a line end.
[[nodiscard]] std::string entry_text(const EntryView& entry, bool colour);
// A text that has just come in, set off from everything around it. Ends with a line end.
[[nodiscard]] std::string arrival_text(const EntryView& entry, bool colour);
// "9 min left", "overdue by 3 min"
[[nodiscard]] std::string left_text(std::int64_t left_s);

}  // namespace openline::cli
