// SPDX-License-Identifier: Apache-2.0
// A party's root key as sixty digits that two people can read to each other (protocol.md section 4.2).
#pragma once

#include <array>
#include <compare>
#include <string>

#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct Fingerprint {
  std::array<char, 60> digits{};  // '0'..'9'
  [[nodiscard]] static Fingerprint of(const RootKey& root);
  // Takes 60 digits with any spaces, line ends or hyphens between; says which character is wrong.
  [[nodiscard]] static Result<Fingerprint> parse(std::string_view text);
  [[nodiscard]] std::string text() const;     // twelve groups of five with spaces
  [[nodiscard]] std::string compact() const;  // sixty digits, as carried in formats
  auto operator<=>(const Fingerprint&) const = default;
};

}  // namespace openline
