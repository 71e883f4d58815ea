// SPDX-License-Identifier: Apache-2.0
// Officers' security keys, which stand beside the password at the browsers' door, and the challenges that
// they sign (docs/api.md, "Security keys").
//
// Pure, as Accounts: it is given the time and randomness, keeps everything in memory and tells what must
// become durable. What a key says is verified by webauthn.h before it comes here.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/random.h"
#include "core/crypto/types.h"
#include "core/wire/bytes.h"
#include "core/wire/time.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

inline constexpr std::size_t kMaxCredentialId = 1023;  // bytes; WebAuthn Level 2 section 4
inline constexpr std::size_t kMaxKeyName = 32;         // bytes of UTF-8

enum class KeyAlgorithm : std::uint8_t { kEs256 = 0, kEdDsa = 1 };  // COSE -7 and -8
[[nodiscard]] const char* key_algorithm_name(KeyAlgorithm algorithm);

struct SecurityKey {
  Bytes id;  // the credential's, as the key gave it
  std::string officer;
  std::string name;  // what the officer calls it
  std::string host;  // the console's name where it was added: it signs for no other
  KeyAlgorithm algorithm{};
  Bytes public_key;         // ES256: x and y, 32 bytes each; EdDSA: 32 bytes
  std::uint32_t count = 0;  // of signatures, as the key said last
  WallTime added{};
  WallTime last_used{};  // the epoch: never
};
struct SecurityKeyRemoved {
  Bytes id;
};

struct SecurityKeyLimits {
  std::size_t keys_of_one = 8;
  std::size_t challenges_of_one = 4;  // asked for and not used yet; the oldest makes room
  Seconds challenge_holds{120};
};

class SecurityKeys {
 public:
  enum class Purpose : std::uint8_t { kAdd, kSignIn };
  using Write = std::variant<SecurityKey, SecurityKeyRemoved>;

  SecurityKeys(std::vector<SecurityKey> rows, RandomSeed seed, SecurityKeyLimits limits = {});

  [[nodiscard]] const SecurityKey* find(ByteView id) const;
  [[nodiscard]] std::vector<const SecurityKey*> of(std::string_view officer) const;  // the oldest first
  [[nodiscard]] bool has_any(std::string_view officer) const { return !of(officer).empty(); }

  // Random, for this officer and purpose alone, and once.
  [[nodiscard]] Hash new_challenge(const std::string& officer, Purpose purpose, WallTime now);
  [[nodiscard]] bool use_challenge(const Hash& challenge, const std::string& officer, Purpose purpose,
                                   WallTime now);

  [[nodiscard]] Allowed<const SecurityKey*> add(SecurityKey key);
  // It has signed, and said that it had done so `count` times. A count that does not grow is another key with
  // the same secret.
  [[nodiscard]] Allowed<const SecurityKey*> used(ByteView id, std::uint32_t count, WallTime now);
  [[nodiscard]] Allowed<SecurityKey> remove(ByteView id, std::string_view officer, bool needs_one);
  void remove_all(std::string_view officer);

  [[nodiscard]] std::vector<Write> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  struct Challenge {
    Hash value;
    Purpose purpose{};
    WallTime until{};
  };
  SecurityKeyLimits limits_;
  Random random_;
  std::map<Bytes, SecurityKey> keys_;
  std::map<std::string, std::deque<Challenge>> challenges_;  // by officer
  std::vector<Write> writes_;
};

// The rule of a key's name, in words; nullopt: good.
[[nodiscard]] std::optional<std::string> key_name_problem(std::string_view name);

}  // namespace openline::daemon
