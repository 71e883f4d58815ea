// SPDX-License-Identifier: Apache-2.0
// Paths as `openline init` takes them: "udp:0.0.0.0:4700", "fibre=udp:[::]:4700", "backup=tcp:none".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.h"

namespace openline::cli {

struct ListenPath {
  std::string name;                   // given, or made from the kind: "udp", "udp2"
  std::string kind;                   // "udp" or "tcp"
  std::string listen;                 // "0.0.0.0:4700", or "none" (tcp only: calls out)
  std::vector<std::string> announce;  // what others are given
  [[nodiscard]] bool wildcard() const;
};

inline constexpr std::size_t kMaxPaths = 8;

// The paths of --listen with the addresses of --announce put to them: by name, or by kind where one path has
// it. A path that listens on one address and announces none announces that one.
[[nodiscard]] Outcome<std::vector<ListenPath>> parse_paths(const std::vector<std::string>& listen,
                                                           const std::vector<std::string>& announce);

}  // namespace openline::cli
