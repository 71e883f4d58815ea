// SPDX-License-Identifier: Apache-2.0
// Test vectors: JSON files that every implementation can read.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "core/wire/bytes.h"

namespace openline {

inline nlohmann::json read_vectors(const std::string& name) {
  std::ifstream file(std::string(OPENLINE_VECTORS_DIR "/") + name);
  if (!file) throw std::runtime_error("no such vectors: " + name);
  return nlohmann::json::parse(file);
}

// Of a hexadecimal text that is known to be right.
inline Bytes unhex(const std::string& text) { return from_hex(text).value(); }
inline std::string string_of(const nlohmann::json& value) { return value.get<std::string>(); }

}  // namespace openline
