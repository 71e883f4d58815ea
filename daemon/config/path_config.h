// SPDX-License-Identifier: Apache-2.0
// One [[path]] of station.toml (docs/api.md section 6): what an adapter is told when it is made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/link/switchboard.h"
#include "daemon/config/endpoint.h"
#include "daemon/config/toml_document.h"

namespace openline::daemon {

enum class PathKind : std::uint8_t { kUdp = 0, kTcp = 1, kSerial = 2, kExec = 3 };

// A path has at most one of `listen`, `device` and `command`: that of its kind.
struct PathConfig {
  std::string name;
  PathKind kind{};
  std::optional<Endpoint> listen;     // udp, tcp; nullopt: calls out only (tcp)
  std::string device;                 // serial: "/dev/ttyS0"
  std::optional<std::uint32_t> baud;  // serial, bit/s; nullopt: the device's own speed stays
  bool hardware_flow = false;         // serial: RTS and CTS
  std::vector<std::string> command;   // exec: program (a path from the root) and arguments
  std::vector<std::string> announce;  // endpoints given to others
  std::size_t max_packet = 1200;
  std::size_t discover_up_to = 0;              // as LocalPath has it
  std::optional<std::uint64_t> declared_rate;  // bytes a second; serial: always there
  std::optional<std::size_t> overhead;         // as LocalPath has it; nullopt: as usual for the kind
  std::optional<Milliseconds> packet_time;
  std::uint32_t repeats = 100;  // percent
  std::optional<Milliseconds> nat_keepalive;
  std::size_t padding = 0;            // bytes, as LocalPath has it
  std::optional<Milliseconds> cover;  // likewise

  [[nodiscard]] const char* kind_name() const;
  [[nodiscard]] LocalPath local_path() const;
  [[nodiscard]] bool discovers() const { return discover_up_to > max_packet; }
  [[nodiscard]] std::size_t largest_packet() const { return std::max(max_packet, discover_up_to); }
};

// Refuses what is wrong by key and line, through `problem`.
[[nodiscard]] PathConfig read_path(const TomlTable& table, std::optional<Error>& problem);

// The termios constant of a speed in bit/s; nullopt: termios has none for it.
[[nodiscard]] std::optional<unsigned> termios_speed(std::uint32_t baud);
// An address as exec paths have them: 1 to 64 printable ASCII characters without spaces.
[[nodiscard]] bool is_exec_address(std::string_view text);

}  // namespace openline::daemon
