// SPDX-License-Identifier: Apache-2.0
// Officers, their sessions, and changes of people that wait for a second person: as they are kept in desk.db.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/types.h"
#include "core/wire/time.h"
#include "daemon/desk/roles.h"

namespace openline::daemon {

struct PeopleLimits {
  std::size_t officers = 256;         // a station's desks
  std::size_t sessions_of_one = 16;   // the oldest ends when another begins
  std::size_t open_changes = 64;      // further ones are refused until some are decided
  std::uint32_t wrong_passwords = 5;  // in a row, before an account is locked for sign-ins
  Seconds first_lock{60};             // then twice as long each time
  Seconds longest_lock{3600};
  std::uint32_t wrong_codes = 10;  // then the code is void
  Seconds code_holds{24 * 3600};   // and an open change
  Seconds challenge_holds{600};    // of the root key
  std::size_t challenges = 16;     // asked for and not used yet; the oldest makes room
  // By the network wrong passwords lock whoever tried them, by their address; and all who are there after so
  // many from wherever.
  std::uint32_t network_wrong_passwords = 50;
  std::size_t addresses = 4096;  // that are known by them; one that is not locked makes room
};

enum class AccountState : std::uint8_t { kInvited = 0, kActive = 1, kDisabled = 2 };

struct Officer {
  std::string name;   // for signing in; never given to another
  std::string title;  // as others are shown
  AccountState state{};
  Grants grants;
  std::string password;  // argon2id, as libsodium writes it; empty: none yet
  std::uint32_t wrong_passwords = 0;
  WallTime locked_until{};
  // Hashes of the two halves of the code with which a password is set, while there is one.
  std::optional<Hash> first_half, second_half;
  WallTime code_until{};
  std::uint32_t wrong_codes = 0;
  // By the network; the two above are of the station's own socket, where no stranger locks anybody out.
  std::uint32_t network_wrong_passwords = 0;
  WallTime network_locked_until{};
};

struct Session {
  Hash key;  // of the token: who reads desk.db cannot act for an officer
  std::string officer;
  WallTime began{}, last_used{};
  bool with_key = false;  // it began with a security key, or its officer has added one in it
};
struct SessionEnded {
  Hash key;
};

enum class ChangeKind : std::uint8_t { kAdd = 0, kGrants = 1, kRecover = 2, kEnable = 3 };
enum class ChangeState : std::uint8_t { kOpen = 0, kConfirmed = 1, kRefused = 2, kExpired = 3 };
[[nodiscard]] const char* change_name(ChangeKind kind);
[[nodiscard]] const char* change_state_name(ChangeState state);
[[nodiscard]] const char* account_state_name(AccountState state);

struct PeopleChange {
  std::uint64_t number = 0;
  ChangeKind kind{};
  std::string officer;             // whom it is about
  std::string title;               // of an added one
  Grants grants;                   // of an added one, or the new ones
  std::optional<Hash> first_half;  // of the code: its proposer was told the half itself
  std::string proposed_by;
  WallTime time{};
  ChangeState state{};
  std::string decided_by;
};

// One act, for the log. `status` 0: not answered yet.
struct AuditRow {
  std::uint64_t number = 0;
  WallTime time{};
  std::string officer;  // empty: nobody signed in
  std::string act;      // "POST /v1/lines/{}/entries"
  std::string on;       // the address that was asked
  int status = 0;
  std::string note;
};

}  // namespace openline::daemon
