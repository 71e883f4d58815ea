// SPDX-License-Identifier: Apache-2.0
// What an end of a line says of every matter on it, in words that two ends can compare.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/line/matters.h"
#include "sim/world.h"

namespace openline::sim {

// By the id of the entry that opened each. Stations here are of a party each.
using Statements = std::map<EntryId, std::string>;
[[nodiscard]] Statements statements_of(const std::vector<const Matter*>& matters);
[[nodiscard]] Statements statements_of(World& world, std::size_t station);
[[nodiscard]] std::string text_of(const Statements& statements);
// The matters of which two say different things.
[[nodiscard]] std::vector<EntryId> differing(const Statements& one, const Statements& other);
// Of somebody who has nothing but the entries of a station's store and reads them in canonical order.
[[nodiscard]] Statements statements_of_reader(const Store& store, const LineId& line);
// By the requester's own signatures: it said that nobody answered, and knew better.
[[nodiscard]] std::vector<StationKey> denied_what_they_knew(const std::vector<const Matter*>& matters);

}  // namespace openline::sim
