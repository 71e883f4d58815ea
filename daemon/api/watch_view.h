// SPDX-License-Identifier: Apache-2.0
// The watch as the API shows it (docs/api.md, "The watch"). Pure: values in, JSON out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/station_port.h"
#include "daemon/config/time_zone.h"
#include "daemon/desk/alarms.h"
#include "daemon/desk/drafts.h"
#include "daemon/desk/hand_overs.h"
#include "daemon/desk/roster.h"

namespace openline::daemon {

[[nodiscard]] nlohmann::json shift_view(const Shift& shift, const std::optional<TimeZone>& zone);

// What the reader may be shown of a hand-over, and do with it.
struct HandOverReader {
  std::string officer;
  bool reads_content = false;  // the report too
  bool is_supervisor = false;  // of its desk
  bool wants_opened = false;   // the report as it was at the beginning, as well
  bool wants_report = true;    // not in a list of many
};
[[nodiscard]] nlohmann::json hand_over_view(const HandOver& hand_over, const HandOverReader& reader);

// What is open at a desk: messages, drafts, alarms, how its lines, paths and keys stand. Its marks are of
// what needs somebody: a new one is a reason to look again.
inline constexpr std::size_t kMaxReported = 256;  // of each kind; the report says how many more there are
[[nodiscard]] HandOvers::Report hand_over_report(const std::string& desk, const StationStatus& status,
                                                 const std::vector<PathView>& paths, const Drafts& drafts,
                                                 const Alarms& alarms, const DeskPlan& plan);

}  // namespace openline::daemon
