// SPDX-License-Identifier: Apache-2.0
// What the API reads before it knows what is asked: the target of a request, and JSON with its fields. What
// is taken has no control characters and nothing twice; what is refused is a 4xx in words that are JSON
// themselves.
#include <nlohmann/json.hpp>

#include "core/wire/cbor.h"
#include "daemon/api/json_input.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace daemon;

void check_refusal(const ApiError& error) {
  OPENLINE_ASSERT(error.status >= 400 && error.status < 500 && !error.message.empty());
  const HttpResponse response = error_response(error);
  OPENLINE_ASSERT(!nlohmann::json::parse(response.body, nullptr, false).is_discarded());
}

void check_target(std::string_view target) {
  HttpRequest request;
  const auto read = read_target(target, request);
  if (!read) return check_refusal(read.error());
  OPENLINE_ASSERT(!request.path.empty());
  for (const std::string& segment : request.path) {
    OPENLINE_ASSERT(std::ranges::none_of(segment, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
  }
  QueryReader query(request);
  (void)query.optional_text("line", 64);
  (void)query.optional_number("after", 0, INT64_MAX);
  if (const auto problem = query.finish()) check_refusal(*problem);
}

void read_field(JsonReader& reader, std::uint8_t kind) {
  switch (kind % 12) {
    case 0: {
      const std::string text = reader.text("a", 20);
      OPENLINE_ASSERT(!reader.good() || text.size() <= 20);  // what is refused is not looked at
      break;
    }
    case 1:
      (void)reader.optional_flag("a");
      break;
    case 2: {
      const std::int64_t number = reader.number("a", 0, 100);
      OPENLINE_ASSERT(!reader.good() || (number >= 0 && number <= 100));
      break;
    }
    case 3:
      OPENLINE_ASSERT(reader.texts("a", 0, 4, 20).size() <= 4);
      break;
    case 4:
      (void)reader.optional_array("a", 4);
      break;
    case 5:
      (void)reader.optional_precedence("a");
      break;
    case 6:
      (void)reader.entry_class("a");
      break;
    case 7: {
      const WallTime time = reader.time("a");
      OPENLINE_ASSERT(time <= kLastWallTime);
      break;
    }
    case 8:
      (void)reader.optional_words("a");
      break;
    case 9:
      (void)reader.optional_words_object("a");
      break;
    case 10:
      (void)reader.role(true);
      break;
    default:
      (void)reader.optional_object("a");
  }
}

void check_json(std::uint8_t kind, std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return check_refusal(json.error());
  JsonReader reader(*json);
  read_field(reader, kind);
  if (const auto problem = reader.finish()) check_refusal(*problem);
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  const std::uint8_t kind = in.byte();
  const std::string_view text = text_of(in.rest());
  if (kind == 0xff) {
    check_target(text);
  } else {
    check_json(kind, text);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](std::uint8_t kind, std::string_view text) {
    all.push_back({kind});
    append(all.back(), view_of(text));
  };
  add(0xff, "/v1/lines/a%20b/record?after=7&line=x");
  add(0xff, "/");
  const char* values[] = {R"("text")",
                          "true",
                          "17",
                          R"(["a","b"])",
                          "[1,2]",
                          R"("flash")",
                          R"("exercise")",
                          R"("2023-06-14T00:30:00.5Z")",
                          R"("x","language":"en")",
                          R"({"language":"en","text":"x"})",
                          R"(1,"role":"watch")",
                          "{}"};
  for (std::uint8_t kind = 0; kind < std::size(values); ++kind)
    add(kind, "{\"a\":" + std::string(values[kind]) + "}");
  add(0, R"({"a":"\ud83d\ude00\u0000"})");
  add(0, "");
  return all;
}

}  // namespace openline::fuzz
