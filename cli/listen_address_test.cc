// SPDX-License-Identifier: Apache-2.0
#include "cli/listen_address.h"

#include <gtest/gtest.h>

namespace openline::cli {
namespace {

TEST(ListenAddress, NamesPathsByTheirKindWhenNoNameIsGiven) {
  const auto paths = parse_paths({"udp:192.0.2.1:4700", "udp:[2001:db8::1]:4700", "backup=tcp:none"}, {});
  ASSERT_TRUE(paths) << paths.error().message;
  EXPECT_EQ((*paths)[0].name, "udp");
  EXPECT_EQ((*paths)[1].name, "udp2");
  EXPECT_EQ((*paths)[2].name, "backup");
  EXPECT_EQ((*paths)[0].announce, (std::vector<std::string>{"192.0.2.1:4700"}));
  EXPECT_TRUE((*paths)[2].announce.empty());
}

TEST(ListenAddress, AnnouncesNoWildcard) {
  const auto paths = parse_paths({"udp:0.0.0.0:4700", "tcp:[::]:4700"}, {"tcp:198.51.100.7:80"});
  ASSERT_TRUE(paths);
  EXPECT_TRUE((*paths)[0].announce.empty());
  EXPECT_EQ((*paths)[1].announce, (std::vector<std::string>{"198.51.100.7:80"}));
}

TEST(ListenAddress, PutsAnAnnouncedAddressToThePathOfItsName) {
  const std::vector<std::string> two{"fibre=udp:0.0.0.0:1", "satellite=udp:0.0.0.0:2"};
  const auto paths = parse_paths(two, {"satellite=udp:192.0.2.9:2"});
  ASSERT_TRUE(paths);
  EXPECT_TRUE((*paths)[0].announce.empty());
  EXPECT_EQ((*paths)[1].announce.size(), 1U);
  EXPECT_FALSE(parse_paths(two, {"udp:192.0.2.9:2"}));        // which of the two?
  EXPECT_FALSE(parse_paths(two, {"fibre=tcp:192.0.2.9:2"}));  // no such path
}

TEST(ListenAddress, SaysWhichWordIsWrongAndWhy) {
  for (const char* text :
       {"", "udp", "udp:", "udp:host:1", "udp:1.2.3.4", "udp:1.2.3.4:0", "udp:1.2.3.4:65536", "udp:::1:4700",
        "sctp:1.2.3.4:1", "udp:none", "Fibre=udp:1.2.3.4:1", "=udp:1.2.3.4:1", "udp:1.2.3.4:1x"}) {
    const auto paths = parse_paths({text}, {});
    ASSERT_FALSE(paths) << text;
    EXPECT_EQ(paths.error().code, ExitCode::kUsage);
    EXPECT_NE(paths.error().message.find(text), std::string::npos);
  }
  EXPECT_FALSE(parse_paths({"udp:1.2.3.4:1", "udp:1.2.3.4:1"}, {}));
  EXPECT_FALSE(parse_paths({"a=udp:1.2.3.4:1", "a=udp:1.2.3.4:2"}, {}));
  EXPECT_FALSE(parse_paths({}, {}));
}

TEST(ListenAddress, RefusesMorePathsThanAStationHas) {
  std::vector<std::string> listen;
  for (int port = 1; port <= 8; ++port) listen.push_back("udp:1.2.3.4:" + std::to_string(port));
  EXPECT_TRUE(parse_paths(listen, {}));
  EXPECT_FALSE(parse_paths(listen, {"udp=udp:1.2.3.5:9", "udp2=udp:1.2.3.5:9", "udp2=udp:1.2.3.5:10"}));
  listen.push_back("udp:1.2.3.4:9");
  EXPECT_FALSE(parse_paths(listen, {}));
}

}  // namespace
}  // namespace openline::cli
