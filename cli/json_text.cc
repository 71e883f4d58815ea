// SPDX-License-Identifier: Apache-2.0
#include "cli/json_text.h"

#include <nlohmann/json.hpp>

namespace openline::cli {
namespace {

using nlohmann::json;

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string text_of_value(const JsonValue& value) {
  if (const auto* raw = std::get_if<RawJson>(&value)) return raw->text;
  if (const auto* text = std::get_if<std::string>(&value)) return dump(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return dump(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return dump(*flag);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return dump(*list);
  return "null";
}

}  // namespace

std::string json_object(const std::vector<std::pair<std::string, JsonValue>>& members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    if (out.size() > 1) out += ", ";
    out += dump(name) + ": " + text_of_value(value);
  }
  return out + "}";
}

std::string json_array(const std::vector<std::string>& raw_items) {
  std::string out = "[";
  for (const std::string& item : raw_items) out += (out.size() > 1 ? ", " : "") + item;
  return out + "]";
}

}  // namespace openline::cli
