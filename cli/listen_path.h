// SPDX-License-Identifier: Apache-2.0
// One path of `openline init`: what stands behind its kind in "hf=serial:/dev/ttyUSB0,2400".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::cli {

// Of `listen`, `device` and `command` a path has that of its kind.
struct ListenPath {
  std::string name;                   // given, or made from the kind: "udp", "udp2"
  std::string kind;                   // "udp", "tcp", "serial" or "exec"
  std::string listen;                 // udp, tcp: "0.0.0.0:4700", or "none" (tcp only: calls out)
  std::string device;                 // serial: "/dev/ttyUSB0"
  std::uint32_t baud = 0;             // serial: bit/s
  bool hardware_flow = false;         // serial: RTS and CTS
  std::vector<std::string> command;   // exec: program and arguments
  std::vector<std::string> announce;  // what others are given
  [[nodiscard]] bool wildcard() const;
};

[[nodiscard]] bool is_path_kind(std::string_view kind);

// What stands behind "KIND:". Both give the rule that `text` breaks, in words, or nothing.
//   udp     ADDRESS:PORT            tcp     ADDRESS:PORT or none
//   serial  DEVICE,BAUD[,hardware]  exec    /PROGRAM [ARGUMENT]...  (words between spaces, no shell)
[[nodiscard]] std::optional<std::string> read_place(ListenPath& path, std::string_view text);
// An address that others are to use: of udp and tcp one like that, of exec any text for their helper.
[[nodiscard]] std::optional<std::string> read_announced(ListenPath& path, std::string_view text);

}  // namespace openline::cli
