// SPDX-License-Identifier: Apache-2.0
// The station's state as Prometheus metrics, in the text exposition format 0.0.4 (docs/api.md section 7).
// Names of parties, paths and lines, and numbers: nothing that anybody wrote, no keys, no addresses.
#pragma once

#include <string>

#include "daemon/api/station_port.h"

namespace openline::daemon {

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] std::string metrics_text(const StationPort& station);

}  // namespace openline::daemon
