// SPDX-License-Identifier: Apache-2.0
// `openline officer`: who has an account at this station, and what they may do. What gives somebody more than
// they had takes two people, or the party's root key.
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct OfficerOptions {
  std::string
      action;        // "add", "list", "grants", "recover", "disable", "enable", "unlock", "confirm", "refuse"
  std::string name;  // of the officer; of confirm and refuse the change's number
  std::string title;
  std::vector<std::string> roles;  // "DESK:ROLE[,ROLE]..."; DESK "*": every desk
  std::string root_key;            // a file; empty: two people do it
  std::string password_file;       // of the first account
};

// kUsage: an option that the action does not take, or lacks.
[[nodiscard]] Outcome<void> check_officer_options(const OfficerOptions& options);
// The API's "grants", a JSON array: one item a desk, ascending.
[[nodiscard]] Outcome<std::string> grants_json(const std::vector<std::string>& roles);

[[nodiscard]] Outcome<void> officer(Terminal& terminal, const StationApi& api, const OfficerOptions& options);

struct AuditOptions {
  std::uint64_t after = 0;  // the number of an act
  std::uint64_t limit = 100;
};
[[nodiscard]] Outcome<void> audit(Terminal& terminal, const StationApi& api, const AuditOptions& options);

}  // namespace openline::cli
