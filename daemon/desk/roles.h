// SPDX-License-Identifier: Apache-2.0
// What an officer may be at a desk (docs/api.md, "People"). Roles are given desk by desk, and none includes
// another.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::daemon {

enum class Role : std::uint8_t {
  kOfficer,     // writes and acknowledges
  kReleaser,    // also releases what others wrote
  kSupervisor,  // people, agreements, suspension
  kLinguist,    // reads and translates
  kEngineer,    // cards, paths, tests; no content
  kAuditor,     // reads everything, writes nothing
};
inline constexpr std::size_t kRoles = 6;
[[nodiscard]] const char* role_name(Role role);  // "officer"
[[nodiscard]] std::optional<Role> role_of(std::string_view name);

class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ |= bit(role);
  }
  [[nodiscard]] static constexpr Roles from_bits(std::uint8_t bits) {
    Roles roles;
    roles.bits_ = bits & kAll;
    return roles;
  }
  [[nodiscard]] constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  [[nodiscard]] constexpr bool has_any(Roles other) const { return (bits_ & other.bits_) != 0; }
  [[nodiscard]] constexpr bool has_all(Roles other) const { return (other.bits_ & ~bits_) == 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  [[nodiscard]] constexpr Roles operator|(Roles other) const { return from_bits(bits_ | other.bits_); }
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::string text() const;  // "officer, releaser"
  constexpr bool operator==(const Roles&) const = default;

 private:
  static constexpr std::uint8_t kAll = (1u << kRoles) - 1;
  static constexpr std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};

// Who sits at a desk, and who reads what is said there.
inline constexpr Roles kWatch{Role::kOfficer, Role::kReleaser, Role::kSupervisor};
inline constexpr Roles kReaders = kWatch | Roles{Role::kLinguist, Role::kAuditor};
inline constexpr std::string_view kEveryDesk = "*";
struct Grant {
  std::string desk;  // a desk's name, or kEveryDesk
  Roles roles;
  bool operator==(const Grant&) const = default;
};
using Grants = std::vector<Grant>;  // one a desk, ascending by its name

[[nodiscard]] Roles roles_at(const Grants& grants, std::string_view desk);  // those of every desk included
[[nodiscard]] Roles roles_anywhere(const Grants& grants);
// Whether `after` has a role at a desk that `before` has not.
[[nodiscard]] bool gives_more(const Grants& after, const Grants& before);

}  // namespace openline::daemon
