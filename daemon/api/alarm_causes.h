// SPDX-License-Identifier: Apache-2.0
// What there is to be alarmed about, from how lines, drafts and the watch stand.
#pragma once

#include <vector>

#include "core/station/status.h"
#include "daemon/desk/alarms.h"
#include "daemon/desk/drafts.h"
#include "daemon/desk/watch.h"

namespace openline::daemon {

[[nodiscard]] std::vector<AlarmCause> alarm_causes(const StationStatus& status, const Drafts& drafts,
                                                   const Watch& watch, const DeskPlan& plan, Now now);

}  // namespace openline::daemon
