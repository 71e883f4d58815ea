// SPDX-License-Identifier: Apache-2.0
// What is on its way and when it should be there, in words for the officer on watch.
#pragma once

#include <string>

#include "cli/api_types.h"

namespace openline::cli {

// "any moment", "about 3 s", "about 40 s", "about 4 min"
[[nodiscard]] std::string about_text(double seconds);
// "400 B", "12 KiB", "1.5 MiB"
[[nodiscard]] std::string size_text(std::uint64_t bytes);
// "9.4 B/s", "12 kB/s"
[[nodiscard]] std::string rate_text(double bytes_a_second);

// "about 40 s over hf", "waits: no path is up", "how soon is not known yet"
[[nodiscard]] std::string when_text(const WayView& way);
// One to a line, the most urgent first; what stations tell each other of themselves is only counted. Empty:
// nothing is on its way.
[[nodiscard]] std::string on_the_way_text(const LinkView& link, const std::string& code, bool colour);
// "on the way to CHN, about 40 s over hf (310 of 600 B to go)"
[[nodiscard]] std::string entry_way_text(const WayView& way);
// "5 parts on the way to CHN: 300 KiB to go, about 4 min over hf"
[[nodiscard]] std::string file_way_text(const WayView& way);
// "3 of 17 parts here, 900 KiB missing, about 3 min as the last ones came"
[[nodiscard]] std::string arriving_text(const ArrivingView& file);

}  // namespace openline::cli
