// SPDX-License-Identifier: Apache-2.0
// The dictionaries that this program holds, for bodies of entries on the wire (protocol.md section 9.14).
// Each is a zstd dictionary (RFC 8878 section 5) and has a number that no other edition's has. They are made
// from dictionaries/ and go into the program as they are.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/wire/bytes.h"

namespace openline {

struct Dictionary {
  std::uint8_t number = 0;    // 1 and up; 0 is none
  std::uint32_t edition = 0;  // of the six that came with it; a station names those that it holds
  std::string_view language;  // BCP 47: of the texts that it was made from
  ByteView bytes;             // lives as long as the program
};

inline constexpr std::uint32_t kDictionaryEdition = 1;  // dictionaries/2026-1
inline constexpr std::uint8_t kMostDictionaries = 6;    // the numbers 1 to 6 are given

[[nodiscard]] std::span<const Dictionary, kMostDictionaries> dictionaries();  // ascending by number

}  // namespace openline
