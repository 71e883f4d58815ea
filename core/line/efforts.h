// SPDX-License-Identifier: Apache-2.0
// The history of efforts: what became of the requests for contact on a line, by the level that was asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/line/contacts.h"

namespace openline {

// Of the requests of one party to one level. Times are those that the two authors' own clocks said.
struct Efforts {
  std::string level;  // the role first asked for
  std::size_t requests = 0;
  std::size_t accepted = 0, declined = 0, deferred = 0, countered = 0;  // as they stand
  std::size_t waiting = 0, unanswered = 0, withdrawn = 0;
  std::size_t late = 0, crossed = 0;             // first answers, beside the word that there was none
  std::optional<Milliseconds> median_to_answer;  // of those answered, to the first answer
  std::optional<Milliseconds> longest_silence;   // to the first answer, the withdrawal, or now
};

// `contacts` of one party, in any order; the levels in the order in which they were first asked.
[[nodiscard]] std::vector<Efforts> efforts_of(const std::vector<const Matter*>& contacts,
                                              const SameParty& same_party, WallTime now);

}  // namespace openline
