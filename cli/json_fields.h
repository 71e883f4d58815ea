// SPDX-License-Identifier: Apache-2.0
// Fields of the API's JSON by name, for the few files that read it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::cli::json_fields {

using nlohmann::json;

// Fields of an object by name. Absent, null and of another type are all empty: a reader shows what it
// understands.
inline std::string text(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}
inline bool flag(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}
inline std::uint64_t number(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}
inline std::optional<std::int64_t> whole_number(const json& object, const char* name) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_number_integer()) return std::nullopt;
  return at->get<std::int64_t>();
}
inline std::optional<double> decimal(const json& object, const char* name) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_number()) return std::nullopt;
  return at->get<double>();
}
inline const json& child(const json& object, const char* name) {
  static const json kNone = json::object();
  const auto at = object.find(name);
  return at != object.end() && at->is_object() ? *at : kNone;
}
template <class Read>
auto list(const json& object, const char* name, Read read) {
  std::vector<decltype(read(object))> out;
  const auto at = object.find(name);
  if (at == object.end() || !at->is_array()) return out;
  for (const json& item : *at) {
    if (item.is_object()) out.push_back(read(item));
  }
  return out;
}
inline std::vector<std::string> texts(const json& object, const char* name) {
  std::vector<std::string> out;
  const auto at = object.find(name);
  if (at == object.end() || !at->is_array()) return out;
  for (const json& item : *at) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

// An object, else nullopt.
inline std::optional<json> object_in(std::string_view text_in) {
  json parsed = json::parse(text_in, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

template <class Read>
auto read_object(std::string_view json_text, Read read) -> std::optional<decltype(read(json{}))> {
  const auto object = object_in(json_text);
  if (!object) return std::nullopt;
  return read(*object);
}

}  // namespace openline::cli::json_fields
