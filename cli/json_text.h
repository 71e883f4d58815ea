// SPDX-License-Identifier: Apache-2.0
// JSON for --json, so that few files parse the JSON library's header.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace openline::cli {

// `Raw` is JSON already.
struct RawJson {
  std::string text;
};
using JsonValue =
    std::variant<std::string, std::int64_t, bool, std::vector<std::string>, RawJson, std::monostate>;
// One object in the order given, on one line. Text that is not UTF-8 is given with U+FFFD in its place.
[[nodiscard]] std::string json_object(const std::vector<std::pair<std::string, JsonValue>>& members);
[[nodiscard]] std::string json_array(const std::vector<std::string>& raw_items);

}  // namespace openline::cli
