// SPDX-License-Identifier: Apache-2.0
// What is on its way, as JSON (docs/api.md, section 3: ON_THE_WAY).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/station/status.h"
#include "core/station/traffic.h"

namespace openline::daemon {

// One link: `{"on_the_way": […], "more": 0}`, and beside each path what waits for it.
[[nodiscard]] nlohmann::json consignment_view(const Consignment& one, bool path_up, Now now);
// Tenths of a second: an estimate is no better than that.
[[nodiscard]] nlohmann::json rounded_seconds(Microseconds time);
// Seconds from now, null where there is no estimate.
[[nodiscard]] nlohmann::json due_view(const std::optional<MonotonicTime>& due, Now now);

// Where an entry of ours is that this member has not stored yet. null: nothing is known of it here.
[[nodiscard]] nlohmann::json entry_way_view(const MemberTraffic& member, ChainNumber chain, Sequence sequence,
                                            bool own, Now now);
// The parts of a file on their way to this member; null: none.
[[nodiscard]] nlohmann::json file_way_view(const MemberTraffic& member, const Hash& file, Now now);
[[nodiscard]] nlohmann::json arriving_view(const openline::AttachmentProgress& file);

}  // namespace openline::daemon
