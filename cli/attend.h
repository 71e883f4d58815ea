// SPDX-License-Identifier: Apache-2.0
// `openline attend`: the desk is attended for as long as this runs. Shows what comes in, rings, takes
// commands.
#pragma once

#include <string>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct AttendOptions {
  std::string line;
  std::string role;  // empty: the officer who is signed in, else the desk's name
  int input = 0;     // descriptor of what the officer types; its end ends attendance
};
[[nodiscard]] Outcome<void> attend(Terminal& terminal, const StationApi& api, const AttendOptions& options);

}  // namespace openline::cli
