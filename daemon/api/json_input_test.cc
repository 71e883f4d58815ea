// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/json_input.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openline::daemon {
namespace {

using nlohmann::json;

TEST(JsonReader, TakesWhatItIsAskedFor) {
  const json object{{"role", "watch"},       {"by_s", 60},      {"check_only", true},
                    {"precedence", "flash"}, {"class", "test"}, {"none", nullptr}};
  JsonReader reader(object);
  EXPECT_EQ(reader.role(true), "watch");
  EXPECT_EQ(reader.number("by_s", 0, 100), 60);
  EXPECT_EQ(reader.optional_flag("check_only"), true);
  EXPECT_EQ(reader.optional_precedence("precedence"), Precedence::kFlash);
  EXPECT_EQ(reader.entry_class("class"), Class::kTest);
  EXPECT_FALSE(reader.optional_text("none", 10)) << "null is as good as absent";
  EXPECT_FALSE(reader.finish());
}

TEST(JsonReader, RefusesFieldsThatItDoesNotKnowByName) {
  const json object{{"role", "watch"}, {"rule", 1}};
  JsonReader reader(object);
  static_cast<void>(reader.role(true));
  const auto wrong = reader.finish();
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->code, "unknown_field");
  EXPECT_EQ(wrong->field, "rule");
}

TEST(JsonReader, KeepsTheFirstThingThatIsWrong) {
  const json object{{"role", 7}, {"other", 1}};
  JsonReader reader(object);
  EXPECT_EQ(reader.role(true), "");
  EXPECT_EQ(reader.number("by_s", 5, 9), 5);
  const auto wrong = reader.finish();
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->code, "bad_field");
  EXPECT_EQ(wrong->field, "role");
}

TEST(JsonReader, SaysWhatIsMissing) {
  const json object = json::object();
  JsonReader reader(object);
  static_cast<void>(reader.entry_class("class"));
  EXPECT_EQ(reader.finish()->code, "missing_field");
}

TEST(JsonReader, RefusesNumbersOutOfRange) {
  for (const json& value : {json(-1), json(101), json(1.5), json("1"), json(UINT64_MAX), json(true)}) {
    const json object{{"n", value}};
    JsonReader reader(object);
    static_cast<void>(reader.optional_number("n", 0, 100));
    EXPECT_TRUE(reader.finish()) << value;
  }
}

TEST(JsonReader, RefusesWhatIsNoObject) {
  for (const json& value : {json(1), json::array(), json("text"), json(nullptr)}) {
    JsonReader reader(value);
    EXPECT_EQ(reader.text("a", 1), "");
    EXPECT_EQ(reader.finish()->code, "bad_request") << value;
  }
}

TEST(ParseJson, RefusesWhatIsNotJsonInUtf8) {
  for (const char* text : {"{", "{\"a\":1,}", "nul", "{\"a\":\"\xff\"}", "{} x", "\xef\xbb"})
    EXPECT_FALSE(parse_json(text)) << text;
  EXPECT_TRUE(parse_json("")->is_object());
  EXPECT_FALSE(parse_json(std::string(1 << 20, '[')));
}

TEST(QueryReader, RefusesParametersThatItDoesNotKnow) {
  HttpRequest request;
  ASSERT_TRUE(read_target("/x?limit=5&limt=3", request));
  QueryReader reader(request);
  EXPECT_EQ(reader.optional_number("limit", 1, 10), 5u);
  EXPECT_EQ(reader.finish()->field, "limt");
}

TEST(QueryReader, RefusesNumbersOutOfRange) {
  for (const char* target : {"/x?limit=0", "/x?limit=11", "/x?limit=-1", "/x?limit=a",
                             "/x?limit=", "/x?limit=99999999999999999999999"}) {
    HttpRequest request;
    ASSERT_TRUE(read_target(target, request));
    QueryReader reader(request);
    static_cast<void>(reader.optional_number("limit", 1, 10));
    EXPECT_TRUE(reader.finish()) << target;
  }
}

TEST(IdPrefix, IsAtLeastFourLowerCaseDigits) {
  EXPECT_TRUE(is_id_prefix("0af9"));
  for (const char* text : {"", "0af", "0AF9", "0afg"}) EXPECT_FALSE(is_id_prefix(text)) << text;
  EXPECT_FALSE(is_id_prefix(std::string(65, 'a')));
}

}  // namespace
}  // namespace openline::daemon
