// SPDX-License-Identifier: Apache-2.0
// `openline card`, `courier-key` and `accept`: what parties hand to each other.
#pragma once

#include <string>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/station_folder.h"
#include "cli/terminal.h"

namespace openline::cli {

struct CardOptions {
  std::string output;  // empty: standard output
};
// The card file with the newest locator: from the station if it runs, else from its folder.
[[nodiscard]] Outcome<void> card(Terminal& terminal, const StationFolder& folder, const StationApi& api,
                                 const CardOptions& options);

struct CourierKeyOptions {
  std::string output;
  unsigned generation = 1;  // 1..255
};
[[nodiscard]] Outcome<void> courier_key(Terminal& terminal, const CourierKeyOptions& options);

struct AcceptOptions {
  std::string card;
  std::string courier_key;  // file, may be empty
  bool yes = false;         // do not ask
};
[[nodiscard]] Outcome<void> accept(Terminal& terminal, const StationApi& api, const AcceptOptions& options);

}  // namespace openline::cli
