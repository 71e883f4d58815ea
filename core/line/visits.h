// SPDX-License-Identifier: Apache-2.0
// What the record says of a visit (protocol.md section 9.10).
#pragma once

#include <optional>
#include <vector>

#include "core/line/matters.h"
#include "core/record/visit_bodies.h"

namespace openline {

enum class VisitState : std::uint8_t { kProposed, kAccepted, kCountered, kPostponed, kCancelled, kHeld };
[[nodiscard]] const char* visit_state_name(VisitState state);

struct VisitStatus {
  struct Step {
    const Act* act = nullptr;
    VisitActBody body;
    bool stands = false;  // no later act of anybody knew of it
  };
  struct Outcome {
    const Act* act = nullptr;
    VisitOutcomeBody body;
    bool superseded = false;  // by its party's next
  };
  VisitBody proposal;
  VisitState state{};
  // Acts that contradict each other crossed: the state is that of the most cautious.
  bool crossed = false;
  VisitTerms terms;               // accepted, or proposed last
  std::vector<Step> steps;        // ancestors first, then by id
  std::vector<Outcome> outcomes;  // likewise
};
[[nodiscard]] VisitStatus visit_status_of(const Matter& visit, const SameParty& same_party);

// The entry that made a proposal in this visit: the visit itself, or a counter-proposal.
struct VisitProposal {
  const Act* act = nullptr;
  VisitTerms terms;
};
[[nodiscard]] std::optional<VisitProposal> find_proposal(const VisitStatus& status, const Matter& visit,
                                                         const EntryId& id);

}  // namespace openline
