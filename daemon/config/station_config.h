// SPDX-License-Identifier: Apache-2.0
// station.toml: what one station is set to do (docs/api.md section 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/station/station.h"
#include "daemon/config/endpoint.h"

namespace openline::daemon {

enum class PathKind : std::uint8_t { kUdp = 0, kTcp = 1 };
enum class LogLevel : std::uint8_t { kError = 0, kWarning = 1, kInfo = 2, kDebug = 3 };

struct PathConfig {
  std::string name;
  PathKind kind{};
  std::optional<Endpoint> listen;     // nullopt: calls out only (tcp)
  std::vector<std::string> announce;  // endpoints given to others
  std::size_t max_packet = 1200;
  std::optional<std::uint64_t> declared_rate;  // bytes a second

  [[nodiscard]] const char* kind_name() const { return kind == PathKind::kUdp ? "udp" : "tcp"; }
  [[nodiscard]] LocalPath local_path() const {
    return {.name = name, .kind = kind_name(), .max_packet = max_packet, .declared_rate = declared_rate};
  }
};

struct StationConfig {
  std::string party;    // code
  std::string station;  // name on the card
  std::vector<PathConfig> paths;
  StationOptions options;
  LogLevel log_level = LogLevel::kInfo;

  [[nodiscard]] static Result<StationConfig> parse(std::string_view toml);
  [[nodiscard]] std::vector<LocatorAddress> addresses() const;  // of all paths, for the locator
};

}  // namespace openline::daemon
