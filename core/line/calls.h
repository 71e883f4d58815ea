// SPDX-License-Identifier: Apache-2.0
// What the record says of a call, and of a readout (protocol.md sections 9.11 and 9.12).
#pragma once

#include <vector>

#include "core/line/matters.h"
#include "core/record/call_bodies.h"
#include "core/record/readout_bodies.h"

namespace openline {

// How a statement of one side stands with the others.
enum class Standing : std::uint8_t {
  kOneSide,   // only its author says so
  kBoth,      // another party signed it, or says the same
  kDisputed,  // another party denies it
};
[[nodiscard]] const char* standing_name(Standing standing);

struct CallStatus {
  struct Statement {
    const Act* act = nullptr;
    CallStatement said;
    Standing standing{};
    std::vector<const Act*> signed_by, denied_by;  // acts of others
  };
  CallBody opening;
  CallStage stage{};                  // the furthest that anybody says
  Standing standing{};                // of the statements of that stage: disputed if any is
  std::vector<Statement> statements;  // ancestors first, then by id
};
[[nodiscard]] CallStatus call_status_of(const Matter& call, const SameParty& same_party);

struct ReadoutStatus {
  ReadoutBody body;
  Standing standing{};  // of an agreed one: both when another party signed its text
  std::vector<const Act*> signed_by, refused_by;
};
[[nodiscard]] ReadoutStatus readout_status_of(const Matter& readout, const SameParty& same_party);

}  // namespace openline
