// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/config/duration.h"
#include "daemon/config/toml_document.h"

namespace openline::daemon {

std::string TomlReader::quoted(std::string_view key) const {
  return name_.empty() ? fmt::format("\"{}\"", key) : fmt::format("{}: \"{}\"", name_, key);
}

void TomlReader::refuse(std::string_view key, const std::string& rule) {
  if (problem_) return;
  const auto found = table_.values.find(key);
  const std::size_t line = found == table_.values.end() ? table_.line : found->second.line;
  problem_ = Error{fmt::format("line {}: {} {}", line, quoted(key), rule), std::nullopt};
}

const TomlValue* TomlReader::take(std::string_view key) {
  const auto found = table_.values.find(key);
  if (found == table_.values.end() || problem_) return nullptr;
  taken_.emplace(key);
  return &found->second;
}

template <class T>
const T* TomlReader::take_as(std::string_view key, const char* type) {
  const TomlValue* value = take(key);
  if (value == nullptr) return nullptr;
  const T* typed = std::get_if<T>(&value->what);
  if (typed == nullptr) refuse(key, fmt::format("must be {}", type));
  return typed;
}

void TomlReader::require(std::string_view key) {
  if (!has(key)) refuse(key, "is missing");
}

std::optional<std::string> TomlReader::optional_text(std::string_view key, std::size_t most) {
  const auto* text = take_as<std::string>(key, "text in quotes");
  if (text == nullptr) return std::nullopt;
  if (text->empty() || text->size() > most) refuse(key, fmt::format("must be 1 to {} bytes of text", most));
  return *text;
}

std::string TomlReader::text(std::string_view key, std::size_t most) {
  require(key);
  return optional_text(key, most).value_or("");
}

std::optional<std::int64_t> TomlReader::optional_number(std::string_view key, std::int64_t least,
                                                        std::int64_t most) {
  const auto* number = take_as<std::int64_t>(key, "a whole number");
  if (number == nullptr) return std::nullopt;
  if (*number < least || *number > most) refuse(key, fmt::format("must be {} to {}", least, most));
  return *number;
}

std::optional<bool> TomlReader::optional_flag(std::string_view key) {
  const auto* flag = take_as<bool>(key, "true or false");
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

std::optional<Milliseconds> TomlReader::optional_duration(std::string_view key, Milliseconds least,
                                                          Milliseconds most) {
  const auto* text = take_as<std::string>(key, "a duration such as \"10s\", \"5min\" or \"1h\"");
  if (text == nullptr) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (!duration) {
    refuse(key, "must be a duration such as \"10s\", \"5min\" or \"1h\"");
  } else if (*duration < least || *duration > most) {
    refuse(key, fmt::format("must be {} to {}", duration_text(least), duration_text(most)));
  }
  return duration;
}

Milliseconds TomlReader::duration(std::string_view key, Milliseconds least, Milliseconds most) {
  require(key);
  return optional_duration(key, least, most).value_or(least);
}

std::optional<std::string> TomlReader::optional_date(std::string_view key) {
  const auto* date = take_as<TomlDate>(key, "a date such as 2028-06-30, without quotes");
  return date == nullptr ? std::nullopt : std::optional(date->text);
}

std::optional<std::size_t> TomlReader::optional_word(std::string_view key,
                                                     const std::vector<std::string_view>& words) {
  const auto* text = take_as<std::string>(key, "text in quotes");
  if (text == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == *text) return i;
  }
  refuse(key, fmt::format("must be \"{}\"", fmt::join(words, "\" or \"")));
  return std::nullopt;
}

std::size_t TomlReader::word(std::string_view key, const std::vector<std::string_view>& words) {
  require(key);
  return optional_word(key, words).value_or(0);
}

std::vector<std::string> TomlReader::optional_texts(std::string_view key, std::size_t most_texts,
                                                    std::size_t most) {
  std::vector<std::string> result;
  const auto* values = take_as<std::vector<TomlValue>>(key, "a list of texts");
  if (values == nullptr) return result;
  if (values->size() > most_texts) refuse(key, fmt::format("must have at most {} texts", most_texts));
  for (const TomlValue& value : *values) {
    const auto* text = std::get_if<std::string>(&value.what);
    if (text == nullptr || text->empty() || text->size() > most) {
      refuse(key, fmt::format("must be a list of texts of 1 to {} bytes", most));
      return {};
    }
    result.push_back(*text);
  }
  return result;
}

const TomlTable* TomlReader::optional_table(std::string_view key) {
  return take_as<TomlTable>(key, "a table");
}

std::vector<const TomlTable*> TomlReader::tables(std::string_view key, std::size_t least, std::size_t most) {
  std::vector<const TomlTable*> result;
  require(key);
  const auto* values = take_as<std::vector<TomlValue>>(key, "a list of tables");
  if (values == nullptr) return result;
  if (values->size() < least || values->size() > most) {
    refuse(key, fmt::format("must be {} to {} tables", least, most));
  }
  for (const TomlValue& value : *values) {
    const auto* table = std::get_if<TomlTable>(&value.what);
    if (table == nullptr) {
      refuse(key, "must be a list of tables");
      return {};
    }
    result.push_back(table);
  }
  return result;
}

void TomlReader::finish() {
  for (const auto& [key, value] : table_.values) {
    if (!taken_.contains(key)) refuse(key, "is not a known key");
  }
}

}  // namespace openline::daemon
