// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/fingerprint.h"

#include "core/crypto/hash.h"

namespace openline {
namespace {

constexpr std::size_t kGroups = 12, kGroupDigits = 5, kGroupBytes = 5;

}  // namespace

Fingerprint Fingerprint::of(const RootKey& root) {
  const auto digest = long_hash_of({view_of("openline fingerprint 1"), root.view()});
  Fingerprint fingerprint;
  for (std::size_t group = 0; group < kGroups; ++group) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < kGroupBytes; ++i) number = number << 8 | digest[group * kGroupBytes + i];
    for (std::size_t digit = kGroupDigits; digit > 0; --digit, number /= 10) {
      fingerprint.digits[group * kGroupDigits + digit - 1] = static_cast<char>('0' + number % 10);
    }
  }
  return fingerprint;
}

Result<Fingerprint> Fingerprint::parse(std::string_view text) {
  Fingerprint fingerprint;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (std::string_view(" \t\r\n-").find(character) != std::string_view::npos) continue;
    if (character < '0' || character > '9') return fail("a fingerprint has only digits", at);
    if (count == fingerprint.digits.size()) return fail("a fingerprint has only 60 digits", at);
    fingerprint.digits[count++] = character;
  }
  if (count < fingerprint.digits.size()) {
    return fail("a fingerprint has 60 digits, here are " + std::to_string(count));
  }
  return fingerprint;
}

std::string Fingerprint::text() const {
  std::string out;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (group > 0) out.push_back(' ');
    out.append(digits.data() + group * kGroupDigits, kGroupDigits);
  }
  return out;
}

std::string Fingerprint::compact() const { return {digits.data(), digits.size()}; }

}  // namespace openline
