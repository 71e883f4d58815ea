// SPDX-License-Identifier: Apache-2.0
// From the words of a command line to what it does and its exit code.
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/terminal.h"

namespace openline::cli {

[[nodiscard]] ExitCode run_command_line(Terminal& terminal, std::vector<std::string> words);

}  // namespace openline::cli
