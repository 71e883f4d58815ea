// SPDX-License-Identifier: Apache-2.0
// What each side said of a call or a visit, side by side, as a page to print: one HTML file that needs
// nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openline::cli {

// `readouts_json`: the API's answer to GET /v1/lines/LINE/readouts. nullopt: it is no such answer.
[[nodiscard]] std::optional<std::string> readout_page(std::string_view line, std::string_view readouts_json);

}  // namespace openline::cli
