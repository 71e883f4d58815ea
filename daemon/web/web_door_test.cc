// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/web_door.h"

#include <gtest/gtest.h>

#include <map>

namespace openline::daemon {
namespace {

const std::string kToken(64, 'a');

class WebDoorTest : public ::testing::Test {
 protected:
  // The status of what the door answers itself; 0: it lets the request pass.
  int ask(const std::string& token, const std::string& method = "GET", const std::string& path = "status",
          const std::string& from = "192.0.2.1") {
    HttpRequest request;
    request.method = method;
    request.path = {"v1", path};
    const std::map<std::string, std::string, std::less<>> head{{"Host", "127.0.0.1:4780"},
                                                               {"Origin", "http://127.0.0.1:4780"},
                                                               {"Content-Type", "application/json"},
                                                               {"Cookie", "theme=night; openline=" + token}};
    WebDoor door(rules_, from);
    const auto answered = door.admit(
        [&](std::string_view name) {
          const auto found = head.find(name);
          return found == head.end() ? std::string_view() : std::string_view(found->second);
        },
        request);
    return answered ? answered->status : 0;
  }
  WebRules rules_{WebAddress("127.0.0.1:4780", false, {}),
                  [](const HttpRequest& request) { return request.authorization == "Bearer " + kToken; },
                  "openline", RateLimits({.a_second = 0.001, .burst = 3}),
                  RateLimits({.a_second = 0.001, .burst = 2})};
};

TEST_F(WebDoorTest, CookiesThatAreMadeUpShareTheBucketOfTheirAddress) {
  for (char digit : {'1', '2', '3'}) EXPECT_EQ(ask(std::string(64, digit)), 0);
  EXPECT_EQ(ask(std::string(64, '4')), 429);
  EXPECT_EQ(ask(""), 429);
  EXPECT_EQ(ask(kToken), 0) << "a session is not shut out by them";
  EXPECT_EQ(ask("", "GET", "status", "192.0.2.2"), 0) << "nor another address";
}

TEST_F(WebDoorTest, SignInsAreCountedByAddressWhateverTheCookie) {
  EXPECT_EQ(ask(kToken, "POST", "sign-in"), 0);
  EXPECT_EQ(ask("", "POST", "enrol"), 0);
  EXPECT_EQ(ask(kToken, "POST", "sign-in"), 429);
  EXPECT_EQ(ask(kToken), 0);
}

}  // namespace
}  // namespace openline::daemon
