// SPDX-License-Identifier: Apache-2.0
// Acts as JSON: the fields of their entries, and what the record says of a matter (docs/api.md section 3).
// Pure: values in, JSON out.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/line/matters.h"
#include "core/record/words.h"
#include "daemon/api/views.h"

namespace openline::daemon {

[[nodiscard]] nlohmann::json words_or_null(const std::optional<Words>& words);
[[nodiscard]] nlohmann::json time_or_null(const std::optional<WallTime>& time);

// Adds the fields of an act's body to its entry's view; false for kinds that are no acts.
bool show_act(const Entry& entry, nlohmann::json& view, std::vector<std::string>& labels);

// A notice as a reader of this language sees it.
void show_notice(const Entry& entry, const LineContext& line, nlohmann::json& view,
                 std::vector<std::string>& labels);

// A request for contact, a visit, a call or a readout with all that the record says of it.
[[nodiscard]] nlohmann::json matter_view(const Matter& matter, const LineContext& line);

}  // namespace openline::daemon
