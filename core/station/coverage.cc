// SPDX-License-Identifier: Apache-2.0
// What others hold, and what they are handed.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

std::vector<MemberCoverage> Station::coverage(const LineId& id) const {
  std::vector<MemberCoverage> result;
  const auto found = state_->lines.find(id);
  if (found == state_->lines.end()) return result;
  const LineState& line = *found->second;
  for (const Member& member : line.agreement.in_force().agreement.members) {
    if (member.party == state_->own_party) continue;
    MemberCoverage coverage{member.code, {}};
    for (const auto& [number, chain] : line.record.chains()) {
      Sequence below;
      for (const StationKey& station : state_->parties.stations_of(member.party)) {
        const auto share = line.shares.find(station);
        if (share != line.shares.end()) below = std::max(below, share->second.covered(number));
      }
      coverage.below.emplace_back(number, below);
    }
    result.push_back(std::move(coverage));
  }
  return result;
}

CardFile Station::own_card() const {
  CardFile file{state_->identity.own_card.cards, {}};
  for (const SignedLocator& locator : state_->identity.own_card.locators) {
    if (locator.locator.station != state_->signing.key()) file.locators.push_back(locator);
  }
  file.locators.push_back(state_->locator);
  return file;
}

}  // namespace openline
