// SPDX-License-Identifier: Apache-2.0
// `openline run`: becomes the station's daemon.
#pragma once

#include "cli/failure.h"
#include "cli/station_folder.h"

namespace openline::cli {

// Replaces this process by `openlined`, the one beside this program or else the one in PATH. Returns only
// when there is none. The exit codes are then openlined's own (docs/api.md section 1).
[[nodiscard]] Outcome<void> run(const StationFolder& folder);

}  // namespace openline::cli
