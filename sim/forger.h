// SPDX-License-Identifier: Apache-2.0
// A hostile party's hand: it holds the keys of its own station and edits the store while the station is
// down, so that the station passes on under valid signatures what no command would write.
#pragma once

#include "core/record/entry.h"
#include "sim/party.h"
#include "sim/store.h"

namespace openline::sim {

struct Forged {
  Kind kind{};
  Precedence precedence{};
  Class entry_class = Class::kLive;
  std::string exercise;
  WallTime time;                  // what it says that its clock said
  std::vector<Position> parents;  // what it says that it had read
  Bytes body;
};

// Whether the party's station has written anything that one can go on from.
[[nodiscard]] bool can_forge(const Store& store, const Party& party);
// Writes it as the newest entry of the party's own newest chain, which must be there; its id.
EntryId forge(Store& store, const Party& party, const LineId& line, Forged what);

}  // namespace openline::sim
