// SPDX-License-Identifier: Apache-2.0
// An agreement as parties write it, in TOML.
//
//   line = "defense"
//   members = [ { party = "USA", root = "<fingerprint>", desk = "defense" }, … ]
//   record = "attested"                # or "deniable"
//   languages = { USA = "en", CHN = "zh" }
//   test_every = "1h"
//   answer_within = { flash = "10min", immediate = "30min", priority = "3h", routine = "24h" }
//   release = { flash = 2 }            # officers needed, by precedence; others 1; may be left out
//   identify = "role"                  # or "name"; may be left out
//   expires = 2028-06-30               # may be left out
//   tests_answered_by = "station"      # or "officer"; may be left out
//   forms = "<hash>", amends = "<hash of the agreement that this one amends>"   # may be left out
//
// Unknown keys are refused by name and line. The order of members and languages does not matter: two parties
// that write the same terms sign the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "core/record/agreement.h"

namespace openline::daemon {

[[nodiscard]] Result<Agreement> parse_agreement(std::string_view toml);
// The same agreement as a file: parses to an equal one.
[[nodiscard]] std::string agreement_toml(const Agreement& agreement);

}  // namespace openline::daemon
