// SPDX-License-Identifier: Apache-2.0
// The watch in words, for a terminal.
#pragma once

#include <string>

#include "cli/watch_json.h"

namespace openline::cli {

[[nodiscard]] std::string watch_text(const WatchView& watch, bool colour);
[[nodiscard]] std::string shift_text(const ShiftView& shift);  // one line
[[nodiscard]] std::string roster_text(const RosterView& roster);
[[nodiscard]] std::string hand_over_line(const HandOverView& hand_over);
[[nodiscard]] std::string hand_over_text(const HandOverView& hand_over, bool colour);  // all of it

}  // namespace openline::cli
