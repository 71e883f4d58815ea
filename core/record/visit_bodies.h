// SPDX-License-Identifier: Apache-2.0
// Visits: proposed, answered, put off, held, and what became of their goals (protocol.md section 9.10; CDDL:
// visit-body and following).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/record/entry.h"
#include "core/record/words.h"

namespace openline {

using Day = std::chrono::sys_days;
[[nodiscard]] std::string day_text(Day day);                     // "2023-06-18"
[[nodiscard]] std::optional<Day> day_of(std::string_view text);  // the reverse
inline constexpr std::size_t kMaxGoals = 16, kMaxDelegations = 16, kMaxPlace = 128;

struct VisitTerms {
  std::string place;
  Day first{}, last{};  // 1970..9999, first <= last
  bool operator==(const VisitTerms&) const = default;
};
struct Delegation {
  std::string party;  // its code
  std::string level;  // "head of government", "ministers", ...
  bool operator==(const Delegation&) const = default;
};

struct VisitBody {
  std::string name;  // both sides' handle for it, 1..64 bytes
  std::string role;
  VisitTerms terms;
  std::string language;            // of place, levels and goals
  std::vector<std::string> goals;  // 1..16, top line only
  std::vector<Delegation> delegations;
  [[nodiscard]] std::optional<std::string> problem() const;  // the first rule that it breaks
  [[nodiscard]] Bytes encode() const;                        // without a problem
  [[nodiscard]] static Result<VisitBody> decode(ByteView body);
};

enum class VisitAct : std::uint8_t { kAccepted = 0, kCountered, kPostponed, kCancelled, kHeld };
[[nodiscard]] const char* visit_act_name(VisitAct act);
struct VisitActBody {
  EntryId visit;
  VisitAct act{};
  std::string role;
  std::optional<EntryId> proposal;  // accepted: the proposal or counter-proposal, whose terms these are
  std::optional<VisitTerms> terms;  // countered
  std::optional<Words> reason, courtesy;
  std::optional<Words> until;  // postponed: what would allow it
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<VisitActBody> decode(ByteView body);
};

// How its author sees what became of the goals, by their number in the proposal.
struct VisitOutcomeBody {
  EntryId visit;
  std::string role;
  std::string language;
  std::map<std::uint64_t, std::string> outcomes;  // at least one
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<VisitOutcomeBody> decode(ByteView body);
};

}  // namespace openline
