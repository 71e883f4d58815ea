// SPDX-License-Identifier: Apache-2.0
// Drafts in words. Class and precedence stand above and below everything, and the class before every line of
// the words: nothing inside a draft can make an exercise look live to the one who releases it, or the
// reverse.
#pragma once

#include <string>
#include <vector>

#include "cli/draft_json.h"

namespace openline::cli {

// All of a draft. Ends with a line end.
[[nodiscard]] std::string draft_text(const DraftView& draft, bool colour);
// One draft a line or two.
[[nodiscard]] std::string drafts_text(const std::vector<DraftView>& drafts, bool colour);
// "waiting: 2 people must stand behind it, 1 of them does"
[[nodiscard]] std::string standing_text(const DraftView& draft);
// Who released what alone, and why. Ends with a line end.
[[nodiscard]] std::string emergency_text(const EmergencyView& emergency, bool colour);

}  // namespace openline::cli
