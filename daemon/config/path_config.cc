// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/path_config.h"

#include <termios.h>

#include <algorithm>

namespace openline::daemon {
namespace {

constexpr std::size_t kMaxAddresses = 8, kMaxEndpoint = 64, kMaxDevice = 255;
constexpr std::size_t kMaxWords = 32, kMaxWord = 1024;
constexpr std::int64_t kMostPacket = 16384;
constexpr std::size_t kLargestV4 = 65'507, kLargestV6 = 65'487;  // 65,535 without the heads
constexpr std::uint64_t kSlow = 32'000;  // bytes a second, as protocol.md section 6.7 has it
constexpr unsigned kBitsAByte = 10;      // 8N1: a start bit, eight, a stop bit

// The least is what a challenge and its answer need (serial, exec), or the kind is worth using with; the
// default is what usually arrives whole.
struct PacketSizes {
  std::int64_t least;
  std::size_t usual;
};
PacketSizes sizes_of(PathKind kind) {
  switch (kind) {
    case PathKind::kUdp:
      return {512, 1200};
    case PathKind::kTcp:
      return {512, 4096};
    case PathKind::kSerial:
      return {50, 512};
    case PathKind::kExec:
      break;
  }
  return {50, 1200};
}

void read_listen(TomlReader& reader, PathConfig& path) {
  const std::string listen = reader.text("listen", kMaxEndpoint);
  if (path.kind == PathKind::kTcp && listen == "none") return;
  path.listen = Endpoint::parse(listen);
  if (!path.listen)
    reader.refuse("listen", R"(must be an address and port such as "0.0.0.0:4700" or "[::]:4700")");
}

void read_announce(TomlReader& reader, PathConfig& path) {
  const bool given = reader.has("announce");
  for (const std::string& text : reader.optional_texts("announce", kMaxAddresses, kMaxEndpoint)) {
    const auto endpoint = Endpoint::parse(text);
    if (!endpoint || endpoint->is_wildcard() || endpoint->port() == 0) {
      reader.refuse("announce",
                    R"(must be addresses and ports such as "198.51.100.7:4700" or "[2001:db8::1]:4700")");
      return;
    }
    path.announce.push_back(endpoint->text());
  }
  if (!given && path.listen && !path.listen->is_wildcard() && path.listen->port() != 0) {
    path.announce.push_back(path.listen->text());
  }
}

// The far end of a line has no address: both ends call it by the path's name.
void read_serial(TomlReader& reader, PathConfig& path) {
  path.device = reader.text("device", kMaxDevice);
  if (!path.device.starts_with('/')) reader.refuse("device", R"(must be a device such as "/dev/ttyS0")");
  if (const auto baud = reader.optional_number("baud", 1, UINT32_MAX)) {
    path.baud = static_cast<std::uint32_t>(*baud);
    if (!termios_speed(*path.baud))
      reader.refuse("baud", "must be a speed that serial lines have, such as 2400");
  }
  path.hardware_flow = reader.optional_word("flow", {"none", "hardware"}).value_or(0) == 1;
  path.announce = {path.name};
}

void read_exec(TomlReader& reader, PathConfig& path) {
  if (!reader.has("command")) reader.refuse("command", "is missing");
  path.command = reader.optional_texts("command", kMaxWords, kMaxWord);
  if (path.command.empty() || !path.command[0].starts_with('/')) {
    reader.refuse("command",
                  R"(must be a program and its arguments such as ["/usr/lib/openline/helper", "-v"])");
  }
  path.announce = reader.optional_texts("announce", kMaxAddresses, kMaxEndpoint);
  if (!std::ranges::all_of(path.announce, is_exec_address)) {
    reader.refuse("announce", "must be addresses of printable ASCII without spaces");
  }
}

// A udp path whose size nobody set finds it, unless air is so dear that trying costs more than it brings.
void read_packet_size(TomlReader& reader, PathConfig& path) {
  const PacketSizes sizes = sizes_of(path.kind);
  const auto packet = reader.optional_number("max_packet", sizes.least, kMostPacket);
  path.max_packet = packet ? static_cast<std::size_t>(*packet) : sizes.usual;
  const bool is_slow = path.cover || path.packet_time || (path.declared_rate && *path.declared_rate < kSlow);
  if (packet || is_slow || path.kind != PathKind::kUdp) return;
  path.discover_up_to = path.listen && path.listen->is_v6() ? kLargestV6 : kLargestV4;
}

void read_rate(TomlReader& reader, PathConfig& path) {
  if (const auto rate = reader.optional_number("declared_rate", 1, 1LL << 40)) {
    path.declared_rate = static_cast<std::uint64_t>(*rate);
  } else if (path.baud) {
    path.declared_rate = std::max(1U, *path.baud / kBitsAByte);
  } else if (path.kind == PathKind::kSerial) {
    reader.refuse("declared_rate", "is missing, and there is no \"baud\" that it would follow from");
  }
}

void read_economy(TomlReader& reader, PathConfig& path) {
  using namespace std::chrono_literals;
  if (const auto bytes = reader.optional_number("overhead", 0, 256))
    path.overhead = static_cast<std::size_t>(*bytes);
  path.packet_time = reader.optional_duration("packet_time", 10ms, 1min);
  if (path.packet_time && !path.declared_rate) reader.refuse("packet_time", "needs a declared_rate");
  if (const auto percent = reader.optional_number("repeats", 0, 100))
    path.repeats = static_cast<std::uint32_t>(*percent);
  path.nat_keepalive = reader.optional_duration("nat_keepalive", 5s, 10min);
  if (path.nat_keepalive && path.kind != PathKind::kUdp)
    reader.refuse("nat_keepalive", "is of udp paths only");
}

// What an observer sees (protocol.md section 6.10).
void read_cover(TomlReader& reader, PathConfig& path) {
  using namespace std::chrono_literals;
  if (const auto bytes = reader.optional_number("padding", 16, kMostPacket))
    path.padding = static_cast<std::size_t>(*bytes);
  path.cover = reader.optional_duration("cover", 20ms, 5s);  // slower, and heartbeats come late
  if (path.cover && path.kind != PathKind::kUdp && path.kind != PathKind::kTcp)
    reader.refuse("cover", "is of udp and tcp paths only");
}

void refuse_padding(TomlReader& reader, const PathConfig& path) {
  constexpr std::size_t kLeast = 128;  // below, packets have their own form (protocol.md section 6.9)
  const std::size_t limit = path.local_path().packet_limit();
  if (path.padding > 0 && limit < kLeast)
    reader.refuse("padding", "is of paths whose packets have 128 bytes or more");
  if (path.padding > limit && !path.discovers())
    reader.refuse("padding", "is more than the bytes of a packet, " + std::to_string(limit));
}

}  // namespace

const char* PathConfig::kind_name() const {
  constexpr const char* kNames[] = {"udp", "tcp", "serial", "exec"};
  return kNames[static_cast<std::size_t>(kind)];
}

LocalPath PathConfig::local_path() const {
  // What IP and UDP, or TCP, a frame of a busy serial line, and nobody, add to a packet. More would make core
  // begin each frame after the line has become idle.
  const bool v6 = listen && listen->is_v6();
  const std::size_t usual[] = {v6 ? 48U : 28U, v6 ? 62U : 42U, 4U, 0U};
  return {.name = name,
          .kind = kind_name(),
          .max_packet = max_packet,
          .declared_rate = declared_rate,
          .overhead = overhead.value_or(usual[static_cast<std::size_t>(kind)]),
          .packet_time = packet_time,
          .repeats = repeats,
          .discover_up_to = discover_up_to,
          .nat_keepalive = nat_keepalive,
          .padding = padding,
          .cover = cover};
}

PathConfig read_path(const TomlTable& table, std::optional<Error>& problem) {
  TomlReader reader(table, "path", problem);
  PathConfig path;
  path.name = reader.text("name", 32);
  path.kind = static_cast<PathKind>(reader.word("kind", {"udp", "tcp", "serial", "exec"}));
  if (path.kind == PathKind::kSerial) {
    read_serial(reader, path);
  } else if (path.kind == PathKind::kExec) {
    read_exec(reader, path);
  } else {
    read_listen(reader, path);
    read_announce(reader, path);
  }
  read_rate(reader, path);
  read_economy(reader, path);
  read_cover(reader, path);
  read_packet_size(reader, path);
  refuse_padding(reader, path);
  reader.finish();
  return path;
}

std::optional<unsigned> termios_speed(std::uint32_t baud) {
  constexpr struct {
    std::uint32_t baud;
    unsigned constant;
  } kSpeeds[] = {{50, B50},           {75, B75},           {110, B110},         {134, B134},
                 {150, B150},         {200, B200},         {300, B300},         {600, B600},
                 {1200, B1200},       {1800, B1800},       {2400, B2400},       {4800, B4800},
                 {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},
                 {115200, B115200},   {230400, B230400},   {460800, B460800},   {500000, B500000},
                 {576000, B576000},   {921600, B921600},   {1000000, B1000000}, {1152000, B1152000},
                 {1500000, B1500000}, {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000},
                 {3500000, B3500000}, {4000000, B4000000}};
  for (const auto& speed : kSpeeds) {
    if (speed.baud == baud) return speed.constant;
  }
  return std::nullopt;
}

bool is_exec_address(std::string_view text) {
  return !text.empty() && text.size() <= kMaxEndpoint &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace openline::daemon
