// SPDX-License-Identifier: Apache-2.0
// A line's visits as an iCalendar file (RFC 5545), for the calendars that people keep beside the line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/wire/time.h"

namespace openline::cli {

// `visits_json`: the API's answer to GET /v1/lines/LINE/visits. A VEVENT each, by whole days (section 3.6.1):
// UID is the visit's id, SEQUENCE counts what was done about it, STATUS is TENTATIVE until it is accepted,
// CANCELLED when it was cancelled or postponed. nullopt: it is no such answer.
[[nodiscard]] std::optional<std::string> visit_calendar(std::string_view line, std::string_view visits_json,
                                                        WallTime now);

}  // namespace openline::cli
