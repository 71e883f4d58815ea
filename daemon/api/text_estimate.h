// SPDX-License-Identifier: Apache-2.0
// How soon a text that is not sent yet would be with a peer, behind what is on its way: by the arithmetic of
// core/link/delivery_estimate.h, from what the station's status tells of its links.
#pragma once

#include "core/station/status.h"
#include "core/wire/time.h"

namespace openline::daemon {

struct TextEstimate {
  Microseconds in{};  // from now
  std::string path;   // by which the last of it should come
};

// The soonest of the peer's links. `text`: bytes of words. nullopt: no path is up, or nothing is known of how
// fast they are.
[[nodiscard]] std::optional<TextEstimate> estimate_text(const PeerStatus& peer, const LineId& line,
                                                        Precedence precedence, std::size_t text);

}  // namespace openline::daemon
