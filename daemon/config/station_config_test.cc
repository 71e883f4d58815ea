// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/station_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kWhole = R"(party = "USA"
station = "primary"
demo_clock = true

[[path]]
name = "fibre"
kind = "udp"
listen = "0.0.0.0:4700"
announce = ["198.51.100.7:4700", "[2001:DB8::7]:4700"]
max_packet = 1400
declared_rate = 9600

[[path]]
name = "backup"
kind = "tcp"
listen = "[::1]:4701"

[[path]]
name = "out"
kind = "tcp"
listen = "none"

[link]
heartbeat_idle = "30s"
heartbeat_busy = "5s"
min_missed = 4
max_missed = 9
handshake_repeat_max = "20s"

[line]
presence_lease = "1min"
relay_delay = "500ms"
resend_after = "5s"

[log]
level = "debug"
)";

std::string minimal(const std::string& path_lines, const std::string& end = "") {
  return "party = \"USA\"\nstation = \"a\"\n[[path]]\n" + path_lines + end;
}
const std::string kPath = "name = \"f\"\nkind = \"udp\"\nlisten = \"0.0.0.0:1\"\n";

TEST(StationConfig, PathsSayWhatTheyCostAndHowLongAPacketMayTake) {
  const auto config = StationConfig::parse(
      "party = \"USA\"\nstation = \"primary\"\n[[path]]\nname = \"satellite\"\nkind = \"udp\"\n"
      "listen = \"[2001:db8::1]:4700\"\ndeclared_rate = 1200\npacket_time = \"500ms\"\nrepeats = 20\n");
  ASSERT_TRUE(config) << config.error().text();
  const LocalPath path = config->paths.front().local_path();
  EXPECT_EQ(path.overhead, 48U) << "of IPv6 and UDP";
  EXPECT_EQ(path.repeats, 20U);
  EXPECT_EQ(path.packet_limit(), 600U - 48U);
  LocalPath slow = path;
  slow.declared_rate = 75;
  EXPECT_EQ(slow.packet_limit(), 256U - 48U);
}

TEST(StationConfig, PathsSayWhatWhoWatchesThemSees) {
  const auto config =
      StationConfig::parse(minimal(kPath + "max_packet = 600\npadding = 200\ncover = \"250ms\"\n"));
  ASSERT_TRUE(config) << config.error().text();
  const LocalPath path = config->paths.front().local_path();
  EXPECT_EQ(path.padding, 200U);
  EXPECT_EQ(path.cover, Microseconds{Milliseconds{250}});
  EXPECT_EQ(path.rate_to_one(), 4U * 628U);
  const auto refused = [](const std::string& lines) {
    const auto made = StationConfig::parse(minimal(lines));
    return made ? std::string("taken") : made.error().text();
  };
  EXPECT_THAT(refused(kPath + "max_packet = 600\npadding = 601\n"),
              testing::HasSubstr("more than the bytes of a packet, 600"));
  const std::string serial =
      "name = \"s\"\nkind = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 1200\nmax_packet = 64\n";
  EXPECT_THAT(refused(serial + "padding = 32\n"), testing::HasSubstr("128 bytes or more"));
  EXPECT_THAT(refused(serial + "cover = \"1s\"\n"), testing::HasSubstr("udp and tcp paths only"));
  EXPECT_THAT(refused(kPath + "cover = \"5ms\"\n"), testing::HasSubstr("cover"));
}

TEST(StationConfig, AUdpPathFindsItsPacketSizeUnlessItIsSetOrAirIsDear) {
  const auto discovers_up_to = [](const std::string& lines) {
    const auto config = StationConfig::parse(minimal(lines));
    EXPECT_TRUE(config) << lines;
    return config ? config->paths[0].local_path().discover_up_to : 1;
  };
  EXPECT_EQ(discovers_up_to(kPath), 65507U);
  EXPECT_EQ(discovers_up_to("name = \"f\"\nkind = \"udp\"\nlisten = \"[::]:1\"\n"), 65487U);
  EXPECT_EQ(discovers_up_to(kPath + "declared_rate = 32000\n"), 65507U);
  EXPECT_EQ(discovers_up_to(kPath + "declared_rate = 31999\n"), 0U);
  EXPECT_EQ(discovers_up_to(kPath + "max_packet = 1400\n"), 0U);
  EXPECT_EQ(discovers_up_to("name = \"f\"\nkind = \"tcp\"\nlisten = \"none\"\n"), 0U);
}

TEST(StationConfig, NatKeepaliveIsOffUnlessItIsAskedFor) {
  EXPECT_FALSE(StationConfig::parse(minimal(kPath))->paths[0].local_path().nat_keepalive);
  const auto config = StationConfig::parse(minimal(kPath + "nat_keepalive = \"25s\"\n"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->paths[0].local_path().nat_keepalive, 25s);
}

TEST(StationConfig, ReadsEverySetting) {
  const auto config = StationConfig::parse(kWhole);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->party, "USA");
  EXPECT_EQ(config->station, "primary");
  EXPECT_TRUE(config->options.demo_clock);
  ASSERT_EQ(config->paths.size(), 3u);
  EXPECT_EQ(config->paths[0].max_packet, 1400u);
  EXPECT_EQ(config->paths[0].declared_rate, 9600u);
  EXPECT_EQ(config->paths[0].announce, (std::vector<std::string>{"198.51.100.7:4700", "[2001:db8::7]:4700"}));
  EXPECT_EQ(config->paths[1].announce, std::vector<std::string>{"[::1]:4701"})
      << "a particular address is announced by itself";
  EXPECT_FALSE(config->paths[2].listen);
  EXPECT_EQ(config->options.link.heartbeat_idle, 30s);
  EXPECT_EQ(config->options.link.min_missed, 4u);
  EXPECT_EQ(config->options.presence_lease, 60s);
  EXPECT_EQ(config->options.relay_delay, 500ms);
  EXPECT_EQ(config->log_level, LogLevel::kDebug);
  EXPECT_EQ(config->addresses().size(), 3u);
}

TEST(StationConfig, TheConsoleIsInClearOnLoopbackOnly) {
  EXPECT_FALSE(StationConfig::parse(minimal(kPath))->console);
  const auto local = StationConfig::parse(minimal(kPath, "[console]\nlisten = \"[::1]:4780\"\n"));
  ASSERT_TRUE(local) << local.error().text();
  EXPECT_FALSE(local->console->tls);
  const auto far = StationConfig::parse(
      minimal(kPath, "[console]\nlisten = \"0.0.0.0:443\"\nnames = [\"desk.example\"]\n"));
  ASSERT_TRUE(far) << far.error().text();
  EXPECT_TRUE(far->console->tls);
  EXPECT_EQ(far->console->names, std::vector<std::string>{"desk.example"});
}

TEST(StationConfig, AnnouncesNothingForAWildcard) {
  const auto config = StationConfig::parse(minimal(kPath));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_TRUE(config->addresses().empty());
  EXPECT_EQ(config->paths[0].max_packet, 1200u);
}

std::string serial(const std::string& lines) {
  return "name = \"hf\"\nkind = \"serial\"\ndevice = \"/dev/ttyS0\"\n" + lines;
}
std::string exec(const std::string& lines) { return "name = \"tor\"\nkind = \"exec\"\n" + lines; }

TEST(StationConfig, ReadsASerialPathWhoseRateFollowsFromItsSpeed) {
  const auto config = StationConfig::parse(
      minimal(serial("baud = 2400\nflow = \"hardware\"\nmax_packet = 50\n"),
              "[[path]]\nname = \"vhf\"\nkind = \"serial\"\ndevice = \"/dev/ttyUSB0\"\ndeclared_rate = 9\n"));
  ASSERT_TRUE(config) << config.error().text();
  const PathConfig& hf = config->paths[0];
  EXPECT_EQ(hf.device, "/dev/ttyS0");
  EXPECT_EQ(hf.baud, 2400U);
  EXPECT_EQ(hf.declared_rate, 240U);
  EXPECT_TRUE(hf.hardware_flow);
  EXPECT_EQ(hf.max_packet, 50U);
  const PathConfig& vhf = config->paths[1];
  EXPECT_FALSE(vhf.baud);
  EXPECT_FALSE(vhf.hardware_flow);
  EXPECT_EQ(vhf.declared_rate, 9U);
  EXPECT_EQ(vhf.max_packet, 512U);
  EXPECT_EQ(config->addresses(),
            (std::vector<LocatorAddress>{{"hf", "serial", "hf"}, {"vhf", "serial", "vhf"}}));
}

TEST(StationConfig, ReadsAnExecPath) {
  const auto config = StationConfig::parse(
      minimal(exec("command = [\"/bin/cat\", \"-u\"]\nannounce = [\"abc.onion:4700\"]\n")));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->paths[0].command, (std::vector<std::string>{"/bin/cat", "-u"}));
  EXPECT_FALSE(config->paths[0].declared_rate);
  EXPECT_EQ(config->addresses(), (std::vector<LocatorAddress>{{"tor", "exec", "abc.onion:4700"}}));
}

struct Wrong {
  std::string toml;
  std::string says;
};
class RefusedSettings : public testing::TestWithParam<Wrong> {};

TEST_P(RefusedSettings, NamesKeyAndLine) {
  const auto config = StationConfig::parse(GetParam().toml);
  ASSERT_FALSE(config) << GetParam().toml;
  EXPECT_NE(config.error().message.find(GetParam().says), std::string::npos) << config.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSettings,
    testing::Values(
        Wrong{"", "line 1: \"party\" is missing"},
        Wrong{"party = 7", "line 1: \"party\" must be text in quotes"},
        Wrong{"party = \"USA\"\nstation = \"\"", "line 2: \"station\" must be 1 to 64 bytes"},
        Wrong{"party = \"USA\"\nstation = \"a\"", "\"path\" is missing"},
        Wrong{"party = \"USA\"\nstation = \"a\"\npath = []", "line 3: \"path\" must be 1 to 8 tables"},
        Wrong{"party = \"USA\"\nstation = \"a\"\npath = [1]", "line 3: \"path\" must be a list of tables"},
        Wrong{"party = \"USA\n", "line 1: "}, Wrong{"party = \"USA\"\nparty = \"USB\"", "line 2: "},
        Wrong{minimal(kPath + "lisen = 1\n"), "line 7: path: \"lisen\" is not a known key"},
        Wrong{minimal("name = \"f\"\n"), "line 3: path: \"kind\" is missing"},
        Wrong{minimal("name = \"f\"\nkind = \"radio\"\n"),
              "line 5: path: \"kind\" must be \"udp\" or \"tcp\" or \"serial\" or \"exec\""},
        Wrong{minimal("name = \"f\"\nkind = \"udp\"\nlisten = \"none\"\n"),
              "line 6: path: \"listen\" must be an address"},
        Wrong{minimal("name = \"f\"\nkind = \"udp\"\nlisten = \"localhost:1\"\n"),
              "line 6: path: \"listen\" must be"},
        Wrong{minimal(kPath + "announce = [\"0.0.0.0:4700\"]\n"),
              "line 7: path: \"announce\" must be addresses"},
        Wrong{minimal(kPath + "announce = \"1.2.3.4:1\"\n"), "line 7: path: \"announce\" must be a list"},
        Wrong{minimal(kPath + "max_packet = 100\n"), "line 7: path: \"max_packet\" must be 512 to 16384"},
        Wrong{minimal(kPath + "nat_keepalive = \"1s\"\n"),
              "line 7: path: \"nat_keepalive\" must be 5s to 10min"},
        Wrong{minimal(serial("baud = 2400\nnat_keepalive = \"25s\"\n")),
              "\"nat_keepalive\" is of udp paths only"},
        Wrong{minimal(kPath + "declared_rate = 1.5\n"),
              "line 7: path: \"declared_rate\" must be a whole number"},
        Wrong{minimal(serial("")), "path: \"declared_rate\" is missing, and there is no \"baud\""},
        Wrong{minimal(serial("baud = 2401\n")), "line 7: path: \"baud\" must be a speed"},
        Wrong{minimal(serial("baud = 2400\nflow = \"xon\"\n")), "line 8: path: \"flow\" must be \"none\""},
        Wrong{minimal(serial("baud = 2400\nmax_packet = 49\n")),
              "line 8: path: \"max_packet\" must be 50 to 16384"},
        Wrong{minimal(serial("baud = 2400\nlisten = \"0.0.0.0:1\"\n")),
              "line 8: path: \"listen\" is not a known key"},
        Wrong{minimal(serial("baud = 2400\n[[path]]\n") +
                      "name = \"b\"\nkind = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 75\n"),
              "\"path\" has two on /dev/ttyS0"},
        Wrong{minimal("name = \"f\"\nkind = \"serial\"\ndevice = \"ttyS0\"\nbaud = 75\n"),
              "line 6: path: \"device\" must be a device"},
        Wrong{minimal(exec("")), "path: \"command\" is missing"},
        Wrong{minimal(exec("command = []\n")), "line 6: path: \"command\" must be a program"},
        Wrong{minimal(exec("command = [\"cat\"]\n")), "line 6: path: \"command\" must be a program"},
        Wrong{minimal(exec("command = \"/bin/cat\"\n")), "line 6: path: \"command\" must be a list"},
        Wrong{minimal(exec("command = [\"/bin/cat\"]\nannounce = [\"a b\"]\n")),
              "line 7: path: \"announce\" must be addresses"},
        Wrong{minimal(kPath + "[[path]]\n" + kPath), "line 3: \"path\" has two of the name \"f\""},
        Wrong{minimal(kPath, "[link]\nheartbeat_idle = 60\n"),
              "line 8: link: \"heartbeat_idle\" must be a duration"},
        Wrong{minimal(kPath, "[link]\nheartbeat_idle = \"1500ms\"\n"),
              "line 8: link: \"heartbeat_idle\" must be whole seconds"},
        Wrong{minimal(kPath, "[link]\nheartbeat_busy = \"2min\"\n"),
              "line 8: link: \"heartbeat_busy\" must not be longer"},
        Wrong{minimal(kPath, "[link]\nmin_missed = 20\n"), "line 8: link: \"min_missed\" must not be more"},
        Wrong{minimal(kPath, "[link]\nspeed = 1\n"), "line 8: link: \"speed\" is not a known key"},
        Wrong{minimal(kPath, "[line]\npresence_lease = \"2h\"\n"),
              "line 8: line: \"presence_lease\" must be 4s to 1h"},
        Wrong{minimal(kPath, "[log]\nlevel = \"loud\"\n"), "line 8: log: \"level\" must be"},
        Wrong{minimal(kPath, "[log]\nfile = \"x\"\n"), "line 8: log: \"file\" is not a known key"},
        Wrong{minimal(kPath, "[console]\n"), "console: \"listen\" is missing"},
        Wrong{minimal(kPath, "[console]\nlisten = \"desk:4780\"\n"),
              "line 8: console: \"listen\" must be an address and a port"},
        Wrong{minimal(kPath, "[console]\nlisten = \"192.0.2.1:4780\"\ntls = false\n"),
              "line 9: console: \"tls\" may be left out on a loopback address only"},
        Wrong{minimal(kPath, "[console]\nlisten = \"0.0.0.0:4780\"\n"),
              "line 8: console: \"listen\" takes every address of the machine"},
        Wrong{minimal(kPath, "[console]\nlisten = \"127.0.0.1:4780\"\nnames = [\"a,b\"]\n"),
              "line 9: console: \"names\" has \"a,b\", which is no host name"},
        Wrong{minimal(kPath, "[other]\n"), "line 7: \"other\" is not a known key"},
        Wrong{std::string(70000, '#'), "more than 65536 bytes"}));

}  // namespace
}  // namespace openline::daemon
