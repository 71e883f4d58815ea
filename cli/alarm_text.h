// SPDX-License-Identifier: Apache-2.0
// Alarms in words: what rings, how urgent it is, and whether it is the real thing.
#pragma once

#include <string>

#include "cli/alarm_json.h"

namespace openline::cli {

// All of them, with the steps of the plan and what ends each. Ends with a line end.
[[nodiscard]] std::string alarms_text(const AlarmsView& alarms, bool colour);
[[nodiscard]] std::string alarm_text(const AlarmView& alarm, bool colour);
// One line, without its end: "FLASH  LIVE  line defense: live flash from CHN, since …".
[[nodiscard]] std::string alarm_line(const AlarmView& alarm, bool colour);

}  // namespace openline::cli
