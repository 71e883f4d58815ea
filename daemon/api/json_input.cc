// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/json_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/record/visit_bodies.h"
#include "daemon/desk/plain_text.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr const char *kPrecedences = "must be flash, immediate, priority or routine",
                     *kClasses = "must be live, exercise, test or service",
                     *kTimeForm = "must be a time in UTC, as \"2023-06-14T00:30:00Z\"";

std::optional<Precedence> precedence_of(std::string_view text) {
  for (const auto value :
       {Precedence::kFlash, Precedence::kImmediate, Precedence::kPriority, Precedence::kRoutine}) {
    if (text == precedence_name(value)) return value;
  }
  return std::nullopt;
}

std::optional<Class> class_of(std::string_view text) {
  for (const auto value : {Class::kLive, Class::kExercise, Class::kTest, Class::kService}) {
    if (text == class_name(value)) return value;
  }
  return std::nullopt;
}

// "2023-06-14T00:30:00Z" or with ".123" before the Z.
std::optional<WallTime> utc_of(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
    return std::nullopt;
  const auto day = day_of(text.substr(0, 10));
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    const char* end = text.data() + at + size;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end ? value : -1;
  };
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  const bool whole = text.size() == 20;
  if (!whole && (text.size() != 24 || text[19] != '.')) return std::nullopt;
  const int part = whole ? 0 : number(20, 3);
  if (!day || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || part < 0)
    return std::nullopt;
  return WallTime{std::chrono::duration_cast<Milliseconds>(day->time_since_epoch()) +
                  Milliseconds{((hour * 60 + minute) * 60 + second) * 1000LL + part}};
}

}  // namespace

namespace {

// Copying and writing JSON recurse. Nothing here is deeper than six.
constexpr std::size_t kMaxDepth = 32;

bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if ((c == '{' || c == '[') && ++depth > kMaxDepth) {
      return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::expected<json, ApiError> parse_json(std::string_view text) {
  if (text.empty()) return json::object();
  if (is_too_deep(text))
    return std::unexpected(bad_request(fmt::format("the body is nested deeper than {} levels", kMaxDepth)));
  // A name that is there twice: whoever looked at the first meant something else than the last says.
  std::vector<std::set<std::string>> names;
  std::optional<std::string> twice;
  const auto watch = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second && !twice)
      twice = value.get<std::string>();
    return true;
  };
  json parsed = json::parse(text, watch, false);
  if (parsed.is_discarded()) return std::unexpected(bad_request("the body is not JSON in UTF-8"));
  if (twice) return std::unexpected(bad_field(*twice, "is there twice"));
  return parsed;
}

std::optional<ApiError> read_nothing(std::string_view text) {
  const auto body = parse_json(text);
  return body ? JsonReader(*body).finish() : body.error();
}

JsonReader::JsonReader(const json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object_.is_object())
    problem_ = bad_request(place_.empty() ? "the body must be a JSON object" : place_ + " must be an object");
}

void JsonReader::refuse(std::string_view name, std::string message) {
  if (!problem_)
    problem_ =
        bad_field(place_.empty() ? std::string(name) : place_ + "." + std::string(name), std::move(message));
}

void JsonReader::adopt(const std::optional<ApiError>& problem) {
  if (!problem_) problem_ = problem;
}

// null is as good as absent.
const json* JsonReader::take(std::string_view name) {
  if (problem_) return nullptr;
  const auto found = object_.find(name);
  if (found == object_.end()) return nullptr;
  taken_.emplace(name);
  return found->is_null() ? nullptr : &*found;
}

void JsonReader::require(std::string_view name) {
  if (problem_) return;
  const auto found = object_.find(name);
  if (found != object_.end() && !found->is_null()) return;
  problem_ = ApiError{400, "missing_field", fmt::format("{} is missing", name), std::string(name)};
}

std::optional<std::string> JsonReader::optional_text(std::string_view name, std::size_t most,
                                                     std::size_t least) {
  const json* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return refuse(name, "must be text"), std::nullopt;
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() < least || text.size() > most)
    refuse(name, fmt::format("must be {} to {} bytes of text", least, most));
  return text;
}

std::string JsonReader::text(std::string_view name, std::size_t most, std::size_t least) {
  require(name);
  return optional_text(name, most, least).value_or("");
}

std::optional<bool> JsonReader::optional_flag(std::string_view name) {
  const json* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return refuse(name, "must be true or false"), std::nullopt;
  return value->get<bool>();
}

std::optional<std::int64_t> JsonReader::optional_number(std::string_view name, std::int64_t least,
                                                        std::int64_t most) {
  const json* value = take(name);
  if (value == nullptr) return std::nullopt;
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX);
  if (!fits || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most) {
    return refuse(name, fmt::format("must be a whole number from {} to {}", least, most)), std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::int64_t JsonReader::number(std::string_view name, std::int64_t least, std::int64_t most) {
  require(name);
  return optional_number(name, least, most).value_or(least);
}

const json* JsonReader::optional_array(std::string_view name, std::size_t most) {
  const json* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array() || value->size() > most) {
    return refuse(name, fmt::format("must be a list of at most {}", most)), nullptr;
  }
  return value;
}

std::vector<std::string> JsonReader::texts(std::string_view name, std::size_t least, std::size_t most,
                                           std::size_t size) {
  std::vector<std::string> result;
  require(name);
  const json* values = optional_array(name, most);
  if (values == nullptr) return result;
  if (values->size() < least) refuse(name, fmt::format("must be a list of at least {}", least));
  for (const json& value : *values) {
    if (!value.is_string() || value.get_ref<const std::string&>().size() > size) {
      return refuse(name, "must be a list of texts"), std::vector<std::string>{};
    }
    result.push_back(value.get<std::string>());
  }
  return result;
}

std::optional<Precedence> JsonReader::optional_precedence(std::string_view name) {
  const auto text = optional_text(name, 16);
  if (!text) return std::nullopt;
  const auto value = precedence_of(*text);
  if (!value) refuse(name, kPrecedences);
  return value;
}

Class JsonReader::entry_class(std::string_view name) {
  const auto value = class_of(text(name, 16));
  if (!value) refuse(name, kClasses);
  return value.value_or(Class::kLive);
}

std::optional<WallTime> JsonReader::optional_time(std::string_view name) {
  const auto given = optional_text(name, 32);
  if (!given) return std::nullopt;
  const auto moment = utc_of(*given);
  if (!moment) refuse(name, kTimeForm);
  return moment;
}

WallTime JsonReader::time(std::string_view name) {
  require(name);
  return optional_time(name).value_or(WallTime{});
}

std::optional<Words> JsonReader::optional_words(std::string_view name) {
  const auto given = optional_text(name, kMaxWords);
  if (!given) return std::nullopt;
  return Words{optional_text("language", 16, 2).value_or(""), *given};
}

std::optional<Words> JsonReader::optional_words_object(std::string_view name) {
  const json* value = take(name);
  if (value == nullptr) return std::nullopt;
  JsonReader inner(*value, std::string(name));
  Words words;
  words.language = inner.text("language", 16, 2);
  words.text = inner.text("text", kMaxWords);
  adopt(inner.finish());
  return words;
}

std::size_t JsonReader::word(std::string_view name, std::initializer_list<std::string_view> words) {
  const std::string given = text(name, 32);
  const auto found = std::ranges::find(words, given);
  if (found == words.end()) {
    std::string list;
    for (const std::string_view one : words) list += (list.empty() ? "" : ", ") + std::string(one);
    refuse(name, "must be one of: " + list);
    return 0;
  }
  return static_cast<std::size_t>(found - words.begin());
}

const json* JsonReader::optional_object(std::string_view name) {
  const json* value = take(name);
  if (value == nullptr || value->is_object()) return value;
  return refuse(name, "must be an object"), nullptr;
}

bool JsonReader::has(std::string_view name) const {
  const auto found = object_.is_object() ? object_.find(name) : object_.end();
  return found != object_.end() && !found->is_null();
}

std::string JsonReader::plain(std::string value, std::string_view name) {
  if (const auto problem = plain_text_problem(value)) refuse(name, *problem);
  return value;
}

std::string JsonReader::plain_text(std::string_view name, std::size_t most, std::size_t least) {
  return plain(text(name, most, least), name);
}

std::string JsonReader::role(bool required) {
  return plain(required ? text("role", 64) : optional_text("role", 64).value_or(""), "role");
}

std::optional<ApiError> JsonReader::finish() {
  if (problem_) return problem_;
  for (const auto& [name, value] : object_.items()) {
    if (taken_.contains(name)) continue;
    const std::string whole = place_.empty() ? name : place_ + "." + name;
    return ApiError{400, "unknown_field", fmt::format("\"{}\" is not a field of this request", whole), whole};
  }
  return std::nullopt;
}

std::optional<std::string> QueryReader::optional_text(std::string_view name, std::size_t most) {
  for (const auto& [key, value] : request_.query) {
    if (key != name) continue;
    taken_.emplace(key);
    if ((value.empty() || value.size() > most) && !problem_) {
      problem_ = bad_field(key, fmt::format("must be 1 to {} bytes of text", most));
    }
    return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> QueryReader::optional_number(std::string_view name, std::uint64_t least,
                                                          std::uint64_t most) {
  const auto text = optional_text(name, 20);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < least || value > most) {
    if (!problem_)
      problem_ =
          bad_field(std::string(name), fmt::format("must be a whole number from {} to {}", least, most));
  }
  return value;
}

std::optional<Precedence> QueryReader::optional_precedence(std::string_view name) {
  const auto text = optional_text(name, 16);
  const auto value = text ? precedence_of(*text) : std::nullopt;
  if (text && !value) refuse(name, kPrecedences);
  return value;
}

std::optional<Class> QueryReader::optional_class(std::string_view name) {
  const auto text = optional_text(name, 16);
  const auto value = text ? class_of(*text) : std::nullopt;
  if (text && !value) refuse(name, kClasses);
  return value;
}

std::optional<WallTime> QueryReader::optional_time(std::string_view name) {
  const auto text = optional_text(name, 32);
  const auto value = text ? utc_of(*text) : std::nullopt;
  if (text && !value) refuse(name, kTimeForm);
  return value;
}

void QueryReader::refuse(std::string_view name, std::string message) {
  if (!problem_) problem_ = bad_field(std::string(name), std::move(message));
}

std::optional<ApiError> QueryReader::finish() {
  if (problem_) return problem_;
  for (const auto& [key, value] : request_.query) {
    if (!taken_.contains(key)) {
      return ApiError{400, "unknown_field",
                      fmt::format("\"{}\" is not a query parameter of this request", key), key};
    }
  }
  return std::nullopt;
}

bool is_id_prefix(std::string_view text, std::size_t least) {
  return text.size() >= least && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::uint64_t> plain_number(std::string_view text) {
  constexpr std::size_t kMost = 18;  // digits; fits
  if (text.empty() || text.size() > kMost || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace openline::daemon
