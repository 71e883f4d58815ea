// SPDX-License-Identifier: Apache-2.0
// `openline init`: makes a station's folder with its keys, its first card and its settings.
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/terminal.h"

namespace openline::cli {

struct InitOptions {
  std::string folder;
  std::string code;
  std::string name;
  std::vector<std::string> languages;
  std::vector<std::string> listen;
  std::vector<std::string> announce;
  std::string station_name = "primary";
  std::string offline_root;  // where the root key goes instead of into the folder; must not be there yet
};

// The folder appears whole or not at all. One that holds anything is refused.
[[nodiscard]] Outcome<void> init(Terminal& terminal, const InitOptions& options);

}  // namespace openline::cli
