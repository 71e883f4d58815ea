// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/roles.h"

#include <algorithm>
#include <array>

namespace openline::daemon {
namespace {

constexpr std::array<const char*, kRoles> kNames{"officer",  "releaser", "supervisor",
                                                 "linguist", "engineer", "auditor"};

}  // namespace

const char* role_name(Role role) { return kNames[static_cast<std::size_t>(role)]; }

std::optional<Role> role_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Role>(found - kNames.begin());
}

std::vector<std::string> Roles::names() const {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (has(static_cast<Role>(i))) result.emplace_back(kNames[i]);
  }
  return result;
}

std::string Roles::text() const {
  std::string result;
  for (const std::string& name : names()) result += (result.empty() ? "" : ", ") + name;
  return result;
}

Roles roles_at(const Grants& grants, std::string_view desk) {
  Roles roles;
  for (const Grant& grant : grants) {
    if (grant.desk == desk || grant.desk == kEveryDesk) roles = roles | grant.roles;
  }
  return roles;
}

Roles roles_anywhere(const Grants& grants) {
  Roles roles;
  for (const Grant& grant : grants) roles = roles | grant.roles;
  return roles;
}

bool gives_more(const Grants& after, const Grants& before) {
  return std::ranges::any_of(
      after, [&](const Grant& grant) { return !roles_at(before, grant.desk).has_all(grant.roles); });
}

}  // namespace openline::daemon
