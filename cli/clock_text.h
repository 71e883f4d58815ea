// SPDX-License-Identifier: Apache-2.0
// Times for people: UTC, with this machine's local time beside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/wire/time.h"

namespace openline::cli {

// "2026-11-23T21:05:36.123Z" as the API writes it; nullopt for any other form.
[[nodiscard]] std::optional<WallTime> parse_utc(std::string_view text);

// "2026-11-23 21:05:36Z (22:05:36 CET)"; the local date too where it is another day. The zone is the
// process's (TZ).
[[nodiscard]] std::string utc_and_local(WallTime time);
// The same of an API's time; text that is no such time is given back visible.
[[nodiscard]] std::string utc_and_local(std::string_view api_time);

// "45 s", "9 min", "2 h 05 min", "3 d 4 h": of a span that is not negative.
[[nodiscard]] std::string span_text(Seconds span);

}  // namespace openline::cli
