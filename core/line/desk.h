// SPDX-License-Identifier: Apache-2.0
// Who is at a desk: our own terminals, and what the other members say of theirs (protocol.md section 10).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/record/statements.h"

namespace openline {

// Our desk on one line: attended while some terminal's lease runs.
class OwnDesk {
 public:
  enum class Change : std::uint8_t { kNone, kAttended, kLeft };
  Change attend(std::uint64_t terminal, const std::string& role, Now now, Seconds lease);
  Change leave(std::uint64_t terminal, Now now);
  Change expire(Now now);  // terminals that stopped renewing
  [[nodiscard]] bool attended() const { return !terminals_.empty(); }
  [[nodiscard]] std::size_t terminals() const { return terminals_.size(); }
  [[nodiscard]] const std::string& role() const {
    return role_;
  }  // of who attended first; empty when nobody does
  [[nodiscard]] WallTime since() const { return since_; }
  void set_since(WallTime since) { since_ = since; }
  [[nodiscard]] MonotonicTime next_timeout() const;

 private:
  struct Terminal {
    std::string role;
    MonotonicTime until{};
  };
  Change settle(bool before, Now now);
  std::map<std::uint64_t, Terminal> terminals_;
  std::string role_;
  WallTime since_{};
};

// What another station said last, and until when it says anything.
class FarDesk {
 public:
  // False: older than what is known.
  bool take(const Presence& presence, Now now);
  void line_lost() { statement_.reset(); }
  [[nodiscard]] std::optional<bool> attended(MonotonicTime now) const;  // nullopt: unknown
  [[nodiscard]] const std::string& role() const { return role_; }
  [[nodiscard]] WallTime since() const { return since_; }
  [[nodiscard]] MonotonicTime until() const { return statement_ ? until_ : kNever; }

 private:
  std::optional<bool> statement_;
  std::uint64_t counter_ = 0;
  std::string role_;
  WallTime since_{};
  MonotonicTime until_ = kNever;
};

}  // namespace openline
