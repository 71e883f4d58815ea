// SPDX-License-Identifier: Apache-2.0
// Paths as `openline init` takes them: "udp:0.0.0.0:4700", "fibre=udp:[::]:4700", "backup=tcp:none",
// "hf=serial:/dev/ttyUSB0,2400", "mail=exec:/usr/lib/openline/helper --name usa".
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/listen_path.h"

namespace openline::cli {

inline constexpr std::size_t kMaxPaths = 8;

// The paths of --listen with the addresses of --announce put to them: by name, or by kind where one path has
// it. A path that listens on one address and announces none announces that one; a serial one its own name.
[[nodiscard]] Outcome<std::vector<ListenPath>> parse_paths(const std::vector<std::string>& listen,
                                                           const std::vector<std::string>& announce);

}  // namespace openline::cli
