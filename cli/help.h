// SPDX-License-Identifier: Apache-2.0
// What `openline help` says.
#pragma once

#include <string>

#include "cli/failure.h"

namespace openline::cli {

// Of all commands (empty), or of one. A failure for a command that there is not.
[[nodiscard]] Outcome<std::string> help_text(const std::string& command);

}  // namespace openline::cli
