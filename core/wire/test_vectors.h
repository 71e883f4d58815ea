// SPDX-License-Identifier: Apache-2.0
// Test vectors: JSON files of tests/vectors/ that every implementation can read.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/wire/bytes.h"

namespace openline {

// A file's text as it was when the build was configured. Throws std::runtime_error for a name that is none.
std::string_view vectors_text(std::string_view name);

inline nlohmann::json read_vectors(std::string_view name) {
  return nlohmann::json::parse(vectors_text(name));
}

// Of a hexadecimal text that is known to be right.
inline Bytes unhex(const std::string& text) { return from_hex(text).value(); }
inline std::string string_of(const nlohmann::json& value) { return value.get<std::string>(); }

}  // namespace openline
