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

TEST(ListenAddress, TakesASerialLineByDeviceSpeedAndFlowAndAnnouncesItsName) {
  const auto paths =
      parse_paths({"hf=serial:/dev/ttyUSB0,75", "serial:/dev/serial/by-id/usb-a:1,2400,hardware"}, {});
  ASSERT_TRUE(paths) << paths.error().message;
  EXPECT_EQ((*paths)[0].device, "/dev/ttyUSB0");
  EXPECT_EQ((*paths)[0].baud, 75U);
  EXPECT_FALSE((*paths)[0].hardware_flow);
  EXPECT_EQ((*paths)[0].announce, (std::vector<std::string>{"hf"}));
  EXPECT_EQ((*paths)[1].device, "/dev/serial/by-id/usb-a:1");
  EXPECT_TRUE((*paths)[1].hardware_flow);
  EXPECT_EQ((*paths)[1].announce, (std::vector<std::string>{"serial"}));
}

TEST(ListenAddress, TakesAHelperWithItsWordsAndWhatOthersCallItBy) {
  const auto paths = parse_paths({"mail=exec:/usr/lib/openline/helper  --name=usa -v", "exec:/bin/two"},
                                 {"mail=exec:usa@example.org"});
  ASSERT_TRUE(paths) << paths.error().message;
  EXPECT_EQ((*paths)[0].name, "mail");
  EXPECT_EQ((*paths)[0].command, (std::vector<std::string>{"/usr/lib/openline/helper", "--name=usa", "-v"}));
  EXPECT_EQ((*paths)[0].announce, (std::vector<std::string>{"usa@example.org"}));
  EXPECT_EQ((*paths)[1].name, "exec");
  EXPECT_TRUE((*paths)[1].announce.empty());
}

// What is wrong, and a piece of what is said of it.
struct Wrong {
  std::string listen, announce, says;
};

TEST(ListenAddress, SaysWhatALineOrAHelperLacks) {
  const std::string long_address = "exec:" + std::string(65, 'a');
  for (const Wrong& wrong : {
           Wrong{"serial:", "", "needs a device and its speed"},
           {"hf=serial:ttyUSB0,2400", "", "needs a device and its speed"},
           {"serial:/dev/ttyUSB0", "", "as in serial:/dev/ttyUSB0,2400"},
           {"serial:/dev/ttyUSB0,", "", "is no speed"},
           {"serial:/dev/ttyUSB0,2401", "", "\"2401\" is no speed"},
           {"serial:/dev/ttyUSB0,2400bd", "", "is no speed"},
           {"serial:/dev/ttyUSB0,2400,xonxoff", "", "none or hardware"},
           {"serial:/dev/ttyUSB0,2400,none,none", "", "none or hardware"},
           {"exec:", "", "needs a program by its whole path"},
           {"exec:helper", "", "needs a program by its whole path"},
           {"exec:/bin/h " + std::string(1025, 'a'), "", "at most 32 words of 1024 bytes"},
           {"serial:/dev/ttyUSB0,2400", "serial:other", "by its path's name"},
           {"exec:/bin/h", "exec:", "printable ASCII"},
           {"exec:/bin/h", "exec:two words", "printable ASCII"},
           {"exec:/bin/h", long_address, "printable ASCII"},
           {"exec:/bin/h", "serial:x", "there is no --listen of this name and kind"},
       }) {
    const auto paths =
        parse_paths({wrong.listen}, wrong.announce.empty() ? std::vector<std::string>{}
                                                           : std::vector<std::string>{wrong.announce});
    ASSERT_FALSE(paths) << wrong.listen << " " << wrong.announce;
    EXPECT_EQ(paths.error().code, ExitCode::kUsage);
    EXPECT_NE(paths.error().message.find(wrong.says), std::string::npos) << paths.error().message;
  }
  EXPECT_FALSE(parse_paths({"a=serial:/dev/ttyS0,75", "b=serial:/dev/ttyS0,2400"}, {}))
      << "two paths on one line";
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
