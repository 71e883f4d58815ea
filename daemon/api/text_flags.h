// SPDX-License-Identifier: Apache-2.0
// What in a text may deceive who reads it: it is not what it looks like, or looks like what it is not.
//
//   turns text     direction overrides, embeddings and isolates; where nothing is written from right to left,
//                  direction marks too
//   invisible      characters that show nothing: controls, joiners where nothing is joined, tags, fillers
//   mixed letters  a word with letters of more than one of Latin, Cyrillic and Greek, some of which look like
//                  another's
//
// Ordinary writing has none of them: a word of one script is never flagged, whatever it looks like, nor are
// joiners of Persian or Hindi, a joined emoji, or a unit such as μSv.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

namespace openline::daemon {

enum class TextFlag : std::uint8_t { kTurnsText, kInvisible, kMixedLetters };
[[nodiscard]] const char* text_flag_name(TextFlag flag);  // "turns text", …

struct FlaggedText {
  TextFlag flag{};
  std::size_t at = 0, length = 0;  // UTF-16 code units
  bool operator==(const FlaggedText&) const = default;
};

inline constexpr std::size_t kMaxTextFlags = 64;  // of a text; the last one then goes to the end of the text

// In the order in which they stand; of neighbours with the same flag it is one. Bytes that are not UTF-8
// count as U+FFFD.
[[nodiscard]] std::vector<FlaggedText> text_flags(std::string_view text);

// All texts in `view`, whatever they are called: `[{"field": "/text", "flag", "at", "length"}]`, with `field`
// a JSON pointer.
[[nodiscard]] nlohmann::json text_flags_view(const nlohmann::json& view);

// Adds those of `said` to a view, as its "flags", if there are any.
void add_text_flags(const nlohmann::json& said, nlohmann::json& view);

}  // namespace openline::daemon
