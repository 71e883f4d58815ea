// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "core/wire/cbor.h"

namespace openline::daemon {

std::optional<std::string> password_problem(std::string_view password) {
  if (password.size() < kMinPassword || password.size() > kMaxPassword)
    return fmt::format("must have {} to {} bytes", kMinPassword, kMaxPassword);
  if (!cbor::is_utf8(view_of(password))) return "must be UTF-8";
  if (std::ranges::all_of(password, [&](char c) { return c == password.front(); }))
    return "must not be one character over and over";
  return std::nullopt;
}

std::optional<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), cost.passes, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return std::nullopt;
  }
  return std::string(hash);
}

bool is_password(const std::string& hash, std::string_view password, const PasswordCost& cost) {
  if (hash.empty()) {
    (void)hash_password(password, cost);
    return false;
  }
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace openline::daemon
