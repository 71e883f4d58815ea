// SPDX-License-Identifier: Apache-2.0
// `openline history` and `estimate`: how a line did lately, and how soon a text would be there now.
#pragma once

#include <cstdint>
#include <string>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct HistoryOptions {
  std::string line;
  std::uint64_t hours = 24;
};
struct EstimateOptions {
  std::string line;
  std::uint64_t size = 0;  // bytes of text
  std::string precedence = "routine";
};
[[nodiscard]] Outcome<void> show_history(Terminal& terminal, const StationApi& api,
                                         const HistoryOptions& options);
[[nodiscard]] Outcome<void> show_estimate(Terminal& terminal, const StationApi& api,
                                          const EstimateOptions& options);

}  // namespace openline::cli
