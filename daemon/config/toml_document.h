// SPDX-License-Identifier: Apache-2.0
// TOML with line numbers, and strict reading of it: unknown keys, wrong types and values out of range are
// refused by name and line. The parser (toml++) is known to one source file only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline::daemon {

inline constexpr std::size_t kMaxToml = 64 << 10;  // bytes; settings and agreements are far smaller

struct TomlValue;
struct TomlTable {
  std::map<std::string, TomlValue, std::less<>> values;
  std::size_t line = 1;
};
struct TomlDate {
  std::string text;  // "2028-06-30"
};
struct TomlOther {};  // floats, times of day: nothing here takes them
struct TomlValue {
  std::variant<std::string, std::int64_t, bool, TomlDate, std::vector<TomlValue>, TomlTable, TomlOther> what;
  std::size_t line = 1;
};

// The error says "line 3: …".
[[nodiscard]] Result<TomlTable> parse_toml(std::string_view text);

// Reads one table. All readers of a document share `problem`, which keeps the first broken rule; after it
// reads give empty values. Call `finish` last: it refuses the keys that nobody took.
class TomlReader {
 public:
  TomlReader(const TomlTable& table, std::string name, std::optional<Error>& problem)
      : table_(table), name_(std::move(name)), problem_(problem) {}

  [[nodiscard]] std::string text(std::string_view key, std::size_t most);  // not empty
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view key, std::size_t most);
  [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view key, std::int64_t least,
                                                            std::int64_t most);
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view key);
  [[nodiscard]] Milliseconds duration(std::string_view key, Milliseconds least, Milliseconds most);
  [[nodiscard]] std::optional<Milliseconds> optional_duration(std::string_view key, Milliseconds least,
                                                              Milliseconds most);
  [[nodiscard]] std::optional<std::string> optional_date(std::string_view key);
  // One of `words`, by its place in them.
  [[nodiscard]] std::size_t word(std::string_view key, const std::vector<std::string_view>& words);
  [[nodiscard]] std::optional<std::size_t> optional_word(std::string_view key,
                                                         const std::vector<std::string_view>& words);
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view key, std::size_t most_texts,
                                                        std::size_t most);
  [[nodiscard]] const TomlTable* optional_table(std::string_view key);
  [[nodiscard]] std::vector<const TomlTable*> tables(std::string_view key, std::size_t least,
                                                     std::size_t most);
  [[nodiscard]] bool has(std::string_view key) const { return table_.values.contains(key); }

  void refuse(std::string_view key, const std::string& rule);  // names the key and its line
  void finish();

 private:
  const TomlValue* take(std::string_view key);
  template <class T>
  const T* take_as(std::string_view key, const char* type);
  void require(std::string_view key);
  [[nodiscard]] std::string quoted(std::string_view key) const;

  const TomlTable& table_;
  std::string name_;  // of the table, for errors; empty: the document
  std::optional<Error>& problem_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace openline::daemon
