// SPDX-License-Identifier: Apache-2.0
// Strict reading of JSON objects and query parameters: unknown fields, wrong types and values out of range
// are refused by name.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/entry.h"
#include "core/record/words.h"
#include "daemon/api/http.h"

namespace openline::daemon {

[[nodiscard]] std::expected<nlohmann::json, ApiError> parse_json(std::string_view text);  // empty text: {}

[[nodiscard]] std::optional<ApiError> read_nothing(std::string_view text);  // a body of {}, or none

// Keeps the first thing that is wrong; from then on gives empty values. Ask `finish` last.
class JsonReader {
 public:
  explicit JsonReader(const nlohmann::json& object, std::string place = "");
  [[nodiscard]] std::string text(std::string_view name, std::size_t most, std::size_t least = 1);
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name, std::size_t most,
                                                         std::size_t least = 1);
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view name);
  [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least,
                                                            std::int64_t most);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name, std::size_t least, std::size_t most,
                                               std::size_t size);
  [[nodiscard]] const nlohmann::json* optional_array(std::string_view name, std::size_t most);
  [[nodiscard]] std::optional<Precedence> optional_precedence(std::string_view name);
  [[nodiscard]] Class entry_class(std::string_view name);
  // "2023-06-14T00:30:00Z", with or without parts of a second, and no other zone.
  [[nodiscard]] std::optional<WallTime> optional_time(std::string_view name);
  [[nodiscard]] WallTime time(std::string_view name);
  // The text called `name`, in the language of the field "language", or the desk's own where that is absent.
  [[nodiscard]] std::optional<Words> optional_words(std::string_view name);
  // {"language": ..., "text": ...}
  [[nodiscard]] std::optional<Words> optional_words_object(std::string_view name);
  // One of `words`, by its place in them.
  [[nodiscard]] std::size_t word(std::string_view name, std::initializer_list<std::string_view> words);
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const nlohmann::json* optional_object(std::string_view name);
  [[nodiscard]] bool good() const { return !problem_; }  // so far
  [[nodiscard]] std::string role(bool required);
  // Without controls, characters that cannot be seen, or that change the direction of what follows: names.
  [[nodiscard]] std::string plain_text(std::string_view name, std::size_t most, std::size_t least = 1);
  [[nodiscard]] std::string plain(std::string value, std::string_view name);

  void refuse(std::string_view name, std::string message);
  void adopt(const std::optional<ApiError>& problem);  // of a part that was read on its own
  [[nodiscard]] std::optional<ApiError> finish();

 private:
  const nlohmann::json* take(std::string_view name);
  void require(std::string_view name);
  const nlohmann::json& object_;
  std::string place_;
  std::set<std::string, std::less<>> taken_;
  std::optional<ApiError> problem_;
};

class QueryReader {
 public:
  explicit QueryReader(const HttpRequest& request) : request_(request) {}
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name, std::size_t most);
  [[nodiscard]] std::optional<std::uint64_t> optional_number(std::string_view name, std::uint64_t least,
                                                             std::uint64_t most);
  [[nodiscard]] std::optional<Precedence> optional_precedence(std::string_view name);
  [[nodiscard]] std::optional<Class> optional_class(std::string_view name);
  [[nodiscard]] std::optional<WallTime> optional_time(std::string_view name);  // as in JSON
  void refuse(std::string_view name, std::string message);
  [[nodiscard]] std::optional<ApiError> finish();

 private:
  const HttpRequest& request_;
  std::set<std::string, std::less<>> taken_;
  std::optional<ApiError> problem_;
};

// Lower-case hexadecimal digits, `least` to 64 of them.
[[nodiscard]] bool is_id_prefix(std::string_view text, std::size_t least = 4);
// Decimal digits and nothing else, as numbers in addresses are.
[[nodiscard]] std::optional<std::uint64_t> plain_number(std::string_view text);
template <class Id>
[[nodiscard]] std::optional<Id> id_of(std::string_view text) {
  const auto bytes = from_hex(text);
  return bytes ? Id::from(*bytes) : std::nullopt;
}

}  // namespace openline::daemon
