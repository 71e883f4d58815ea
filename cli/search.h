// SPDX-License-Identifier: Apache-2.0
// `openline search`: what is on record that has all of some words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct SearchOptions {
  std::string line;
  std::vector<std::string> words;  // an argument with spaces in it is a phrase
  std::string author, kind, precedence, entry_class, from, to;
  std::uint64_t before = 0;  // a serial; 0: from the newest
  std::uint64_t limit = 50;
};
[[nodiscard]] Outcome<void> search(Terminal& terminal, const StationApi& api, const SearchOptions& options);

}  // namespace openline::cli
