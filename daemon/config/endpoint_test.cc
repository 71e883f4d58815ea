// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/endpoint.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

TEST(Endpoint, HasOneSpelling) {
  EXPECT_EQ(Endpoint::parse("192.0.2.1:4700")->text(), "192.0.2.1:4700");
  EXPECT_EQ(Endpoint::parse("[2001:DB8:0:0::1]:4700")->text(), "[2001:db8::1]:4700");
  EXPECT_TRUE(Endpoint::parse("[::]:0")->is_wildcard());
  EXPECT_TRUE(Endpoint::parse("0.0.0.0:1")->is_wildcard());
  EXPECT_FALSE(Endpoint::parse("127.0.0.1:1")->is_wildcard());
}

TEST(Endpoint, RefusesNamesAndPartsOfAddresses) {
  for (const char* text :
       {"", ":", "4700", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2:1",
        "example.org:4700", "::1:4700", "[::1]", "[::1:4700", "[]:1", "[192.0.2.1]:1", "192.0.2.1:4700 "}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

}  // namespace
}  // namespace openline::daemon
