// SPDX-License-Identifier: Apache-2.0
#include "cli/visible_text.h"

#include <fmt/format.h>

#include <cstdint>

namespace openline::cli {
namespace {

struct Character {
  std::uint32_t point = 0;
  std::size_t size = 0;  // 0: not UTF-8 here
};

// RFC 3629, at the beginning of `text`, which is not empty.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < size) return {};
  std::uint32_t point = byte(0) & (0xffU >> (size + 1));
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return {};
    point = point << 6 | (byte(at) & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < kLeast[size] || point > 0x10ffff || surrogate) return {};
  return {point, size};
}

// Controls, line separators, direction overrides and isolates, invisible fillers, tags. Joiners (U+200C,
// U+200D) and the plain marks (U+200E, U+200F) stay: ordinary Persian, Hindi and Hebrew text has them.
bool must_be_seen(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xad || point == 0x200b ||
         point == 0x2028 || point == 0x2029 || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
         (point >= 0xe0000 && point <= 0xe007f);
}

}  // namespace

std::string visible_line(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t size = character.size == 0 ? 1 : character.size;
    if (character.size == 0) {
      out += fmt::format("<byte {:02X}>", static_cast<std::uint8_t>(text[0]));
    } else if (must_be_seen(character.point)) {
      out += fmt::format("<U+{:04X}>", character.point);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size);
  }
  return out;
}

std::vector<std::string> visible_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (;;) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string spaced;
    for (const char character : line) {
      if (character == '\t') {
        spaced += "    ";
      } else {
        spaced += character;
      }
    }
    lines.push_back(visible_line(spaced));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (lines.size() > 1 && lines.back().empty()) lines.pop_back();  // a closing line end opens no line
  return lines;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.size == 0) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

}  // namespace openline::cli
