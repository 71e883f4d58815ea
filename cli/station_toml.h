// SPDX-License-Identifier: Apache-2.0
// The station.toml that `openline init` writes (docs/api.md section 6).
#pragma once

#include <string>
#include <vector>

#include "cli/listen_address.h"

namespace openline::cli {

[[nodiscard]] std::string station_toml(const std::string& code, const std::string& station_name,
                                       const std::vector<ListenPath>& paths);

}  // namespace openline::cli
