// SPDX-License-Identifier: Apache-2.0
// Who is to be on watch when (docs/api.md, "The watch"). What is planned: who was there is in the log.
//
// Pure, as accounts.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/desk/accounts.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

struct RosterLimits {
  std::size_t shifts = 16384;          // of all desks; further ones are refused until some are old enough
  std::size_t shifts_at_once = 256;    // of one request: a desk's month in eights of an hour's thirds
  std::size_t officers_of_shift = 16;  // of one shift
  Seconds shortest{60}, longest{48 * 3600};
  Seconds past{24 * 3600};          // what was planned before is not rewritten
  Seconds future{400 * 24 * 3600};  // a year, and a month to plan the next in
  Seconds kept{400 * 24 * 3600};    // after its end a shift may make room for others
};

struct Span {
  WallTime from{}, to{};  // `to` is no longer in it
};

struct Shift {
  std::uint64_t number = 0;
  std::string desk;
  std::vector<std::string> officers;  // in the order given, each once
  Span span;
  std::string planned_by;
  WallTime planned{};
};
struct ShiftRemoved {
  std::uint64_t number = 0;
};

class Roster {
 public:
  explicit Roster(std::vector<Shift> rows, RosterLimits limits = {});

  struct Plan {
    std::vector<std::string> officers;
    Span span;
  };
  // All of them or none. `instead_of`: shifts of the desk that begin in it are removed first. What is refused
  // names its field: "shifts[2].officers".
  struct Planned {
    std::vector<Shift> added, removed;
  };
  [[nodiscard]] Allowed<Planned> plan(const std::string& desk, const std::vector<Plan>& shifts,
                                      const std::optional<Span>& instead_of, const Accounts& accounts,
                                      const std::string& by, WallTime now);
  // Those of a desk that have a moment in `span`, by their beginning.
  [[nodiscard]] std::vector<const Shift*> between(std::string_view desk, const Span& span) const;
  [[nodiscard]] const Shift* at(std::string_view desk, WallTime time) const;     // the one that began last
  [[nodiscard]] const Shift* after(std::string_view desk, WallTime time) const;  // the next to begin
  [[nodiscard]] const RosterLimits& limits() const { return limits_; }

  using Write = std::variant<Shift, ShiftRemoved>;
  [[nodiscard]] std::vector<Write> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  using Shifts = std::map<std::uint64_t, Shift>;
  [[nodiscard]] Allowed<void> check_span(const Span& span, const std::string& field, WallTime now) const;
  [[nodiscard]] Allowed<void> check_officers(const std::string& desk, const Plan& shift,
                                             const std::string& field, const Accounts& accounts) const;
  [[nodiscard]] static Allowed<void> check_overlap(const Shifts& others, const Plan& shift,
                                                   const std::string& field);
  void forget_old(Shifts& shifts, std::size_t room, WallTime now);
  RosterLimits limits_;
  Shifts shifts_;
  std::uint64_t last_ = 0;
  std::vector<Write> writes_;
};

}  // namespace openline::daemon
