// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/http.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openline::daemon {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(HttpTarget, SplitsAndDecodes) {
  HttpRequest request;
  ASSERT_TRUE(read_target("/v1/lines/a%20b%2Fc/record?after=7&role=%E5%80%BC%E7%8F%AD&flag", request));
  EXPECT_EQ(request.path, (std::vector<std::string>{"v1", "lines", "a b/c", "record"}));
  EXPECT_EQ(request.query, (Query{{"after", "7"}, {"role", "值班"}, {"flag", ""}}));
}

TEST(HttpTarget, RefusesWhatIsNoAddress) {
  for (const char* target : {"", "v1", "*", "http://x/v1", "/a%", "/a%2", "/a%zz", "/a%00", "/a%0a", "/a%ff",
                             "/?a=%1", "/?a=1&a=2"}) {
    HttpRequest request;
    EXPECT_FALSE(read_target(target, request)) << target;
  }
}

TEST(HttpErrors, SayCodeMessageAndField) {
  const HttpResponse response = error_response(bad_field("precedence", "must be flash"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      nlohmann::json::parse(response.body),
      (nlohmann::json{
          {"error",
           {{"code", "bad_field"}, {"message", "precedence: must be flash"}, {"field", "precedence"}}}}));
}

TEST(HttpErrors, SayWhenToComeAgain) {
  const HttpResponse response = error_response(busy("too many"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers, (Query{{"Retry-After", "1"}}));
}

}  // namespace
}  // namespace openline::daemon
