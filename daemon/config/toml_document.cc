// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/toml_document.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <stdexcept>

namespace openline::daemon {
namespace {

constexpr int kMaxDepth = 6;

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

TomlValue convert(const toml::node& node, int depth);

TomlTable convert_table(const toml::table& table, int depth) {
  TomlTable result;
  result.line = line_of(table);
  if (depth > kMaxDepth) return result;
  for (const auto& [key, value] : table) {
    TomlValue converted = convert(value, depth + 1);
    converted.line = key.source().begin.line;
    result.values.emplace(std::string(key.str()), std::move(converted));
  }
  return result;
}

TomlValue convert(const toml::node& node, int depth) {
  TomlValue result{TomlOther{}, line_of(node)};
  if (const auto* text = node.as_string()) {
    result.what = text->get();
  } else if (const auto* number = node.as_integer()) {
    result.what = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    result.what = flag->get();
  } else if (const auto* date = node.as_date()) {
    const toml::date day = date->get();
    result.what = TomlDate{fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day)};
  } else if (const auto* array = node.as_array(); array && depth <= kMaxDepth) {
    std::vector<TomlValue> values;
    for (const toml::node& element : *array) values.push_back(convert(element, depth + 1));
    result.what = std::move(values);
  } else if (const auto* table = node.as_table()) {
    result.what = convert_table(*table, depth);
  }
  return result;
}

}  // namespace

Result<TomlTable> parse_toml(std::string_view text) {
  if (text.size() > kMaxToml) return fail(fmt::format("more than {} bytes", kMaxToml));
  try {
    return convert_table(toml::parse(text), 0);
  } catch (const toml::parse_error& error) {
    return fail(fmt::format("line {}: {}", error.source().begin.line, error.description()));
  } catch (const std::logic_error& error) {  // of its own assertions (cmake/dependencies.cmake)
    return fail(error.what());
  }
}

}  // namespace openline::daemon
