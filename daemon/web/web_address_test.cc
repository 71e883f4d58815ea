// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/web_address.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

TEST(WebAddress, KnowsItsOwnNamesWithTheirPort) {
  const WebAddress address("127.0.0.1:4780", false, {"Desk.example"});
  EXPECT_TRUE(address.is_host("127.0.0.1:4780"));
  EXPECT_TRUE(address.is_host("LOCALHOST:4780"));
  EXPECT_TRUE(address.is_host("desk.Example:4780"));
  for (const char* other : {"127.0.0.1", "127.0.0.1:80", "127.0.0.2:4780", "desk.example.evil:4780", "",
                            ":4780", "evil@127.0.0.1:4780"})
    EXPECT_FALSE(address.is_host(other)) << other;
  EXPECT_EQ(address.url(), "http://desk.example:4780/");
}

TEST(WebAddress, LeavesOutThePortThatTheSchemeMeans) {
  const WebAddress address("192.0.2.7:443", true, {});
  EXPECT_TRUE(address.is_host("192.0.2.7"));
  EXPECT_FALSE(address.is_host("192.0.2.7:443"));
  EXPECT_FALSE(address.is_host("localhost"));
  EXPECT_EQ(address.url(), "https://192.0.2.7/");
  EXPECT_TRUE(WebAddress("[::1]:443", true, {}).is_host("[::1]"));
}

TEST(WebAddress, AWildcardHasOnlyItsNames) {
  const WebAddress address("0.0.0.0:4780", true, {"desk.example"});
  EXPECT_TRUE(address.is_host("desk.example:4780"));
  EXPECT_FALSE(address.is_host("0.0.0.0:4780"));
}

TEST(WebAddress, AnOriginIsItsSchemeAndTheHostThatIsAsked) {
  const WebAddress address("127.0.0.1:4780", false, {"desk.example"});
  EXPECT_TRUE(address.is_own_origin("http://127.0.0.1:4780", "127.0.0.1:4780"));
  // Two names of one console are two origins to a browser.
  EXPECT_FALSE(address.is_own_origin("http://localhost:4780", "127.0.0.1:4780"));
  EXPECT_FALSE(address.is_own_origin("https://127.0.0.1:4780", "127.0.0.1:4780"));
  EXPECT_FALSE(address.is_own_origin("null", "127.0.0.1:4780"));
  EXPECT_FALSE(address.is_own_origin("", "127.0.0.1:4780"));
  EXPECT_FALSE(address.is_own_origin("http://evil.example", "evil.example"));
}

TEST(WebAddress, TellsANameFromAnAddress) {
  EXPECT_EQ(WebAddress::name_in("Desk.example:4780"), "desk.example");
  EXPECT_EQ(WebAddress::name_in("localhost"), "localhost");
  EXPECT_EQ(WebAddress::name_in("10.example"), "10.example");
  for (const char* address :
       {"127.0.0.1:4780", "192.0.2.7", "[::1]:4780", "127.1", "2130706433", "a.0x7f", ""})
    EXPECT_EQ(WebAddress::name_in(address), "") << address;
  EXPECT_EQ(WebAddress("127.0.0.1:4780", false, {}).origin_of("Localhost:4780"), "http://localhost:4780");
  EXPECT_EQ(WebAddress("192.0.2.7:443", true, {"a.example"}).origin_of("a.example"), "https://a.example");
}

}  // namespace
}  // namespace openline::daemon
