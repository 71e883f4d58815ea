// SPDX-License-Identifier: Apache-2.0
// station.toml: what one station is set to do (docs/api.md section 6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/station/station.h"
#include "daemon/config/endpoint.h"
#include "daemon/config/path_config.h"

namespace openline::daemon {

enum class LogLevel : std::uint8_t { kError = 0, kWarning = 1, kInfo = 2, kDebug = 3 };

// [console]: the officers' screen.
struct ConsoleConfig {
  Endpoint listen;
  bool tls = true;                 // without it on a loopback address only
  std::vector<std::string> names;  // host names by which browsers may ask for it, beside the address
};

struct StationConfig {
  std::string party;    // code
  std::string station;  // name on the card
  std::vector<PathConfig> paths;
  StationOptions options;
  LogLevel log_level = LogLevel::kInfo;
  std::optional<ConsoleConfig> console;
  std::optional<Endpoint> metrics;  // a loopback address on which metrics are offered too

  [[nodiscard]] static Result<StationConfig> parse(std::string_view toml);
  [[nodiscard]] std::vector<LocatorAddress> addresses() const;  // of all paths, for the locator
};

}  // namespace openline::daemon
