// SPDX-License-Identifier: Apache-2.0
// Acts and what the record says of them, in words (docs/cli.md). The far end's texts are made visible first.
#pragma once

#include <string>
#include <string_view>

namespace openline::cli {

// One line for an act's entry; empty for other kinds.
[[nodiscard]] std::string act_summary(std::string_view entry_json);
// `what`: "contacts", "visits", "calls", "readouts" or "efforts", as the API lists them.
[[nodiscard]] std::string matters_text(std::string_view what, std::string_view json);

// The forms, or one of them with its fields; empty: there is no such form.
[[nodiscard]] std::string forms_text(std::string_view json, std::string_view form);

}  // namespace openline::cli
