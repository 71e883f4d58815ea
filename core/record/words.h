// SPDX-License-Identifier: Apache-2.0
// Words of an officer, in the language that they are written in, and the small values that acts share
// (CDDL: words, role).
#pragma once

#include <optional>
#include <string>

#include "core/record/fields.h"

namespace openline {

inline constexpr std::size_t kMaxRole = 64, kMaxWords = 1000;

struct Words {
  std::string language;  // "en"
  std::string text;      // 1..1000 bytes, of a readout or a translation to 16,000
  bool operator==(const Words&) const = default;
};

// [language, text]
void write_words(cbor::Encoder& to, const Words& words, std::size_t most = kMaxWords);
[[nodiscard]] Words read_words(FieldDecoder& decoder, std::size_t most = kMaxWords);
[[nodiscard]] std::optional<Words> read_optional_words(FieldDecoder& decoder, std::uint64_t key,
                                                       std::string_view field);

void write_role(cbor::Encoder& to, const std::string& role);
[[nodiscard]] std::string read_role(FieldDecoder& decoder, std::uint64_t key);
[[nodiscard]] std::optional<WallTime> read_optional_time(FieldDecoder& decoder, std::uint64_t key);
// The entry that an act is about: key 1 of every such body.
[[nodiscard]] EntryId read_about(FieldDecoder& decoder, std::string_view field);

}  // namespace openline
