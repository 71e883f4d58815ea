// SPDX-License-Identifier: Apache-2.0
// For tests: officers with accounts, and times.
#pragma once

#include <string>

#include "core/wire/bytes.h"
#include "daemon/desk/accounts.h"

namespace openline::daemon::test {

inline WallTime at(std::int64_t seconds) { return WallTime(Seconds(1'700'000'000 + seconds)); }

inline RandomSeed seed_of(std::uint8_t value) {
  RandomSeed seed;
  for (std::uint8_t& byte : seed.expose_mutable()) byte = value;
  return seed;
}

inline Officer officer_of(const std::string& name, Roles roles, const std::string& desk = "*") {
  Officer officer;
  officer.name = name;
  officer.title = "Cdr. " + name;
  officer.state = AccountState::kActive;
  officer.grants = {{desk, roles}};
  officer.password = "hash of " + name;
  return officer;
}

}  // namespace openline::daemon::test
