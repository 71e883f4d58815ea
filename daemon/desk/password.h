// SPDX-License-Identifier: Apache-2.0
// Passwords by argon2id (RFC 9106) over libsodium.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openline::daemon {

inline constexpr std::size_t kMinPassword = 12, kMaxPassword = 256;  // bytes of UTF-8

// What one hash costs: half a second of a small machine's core, and memory that makes many at once dear.
struct PasswordCost {
  std::uint64_t passes = 3;
  std::size_t memory = 64 << 20;  // bytes
};

// What is wrong with it as a new password, in words; nullopt: nothing.
[[nodiscard]] std::optional<std::string> password_problem(std::string_view password);
// In libsodium's form, with its salt and cost. nullopt: there is no memory for it.
[[nodiscard]] std::optional<std::string> hash_password(std::string_view password, const PasswordCost& cost);
// Without a hash (nobody of that name) it takes as long and is false.
[[nodiscard]] bool is_password(const std::string& hash, std::string_view password, const PasswordCost& cost);

}  // namespace openline::daemon
