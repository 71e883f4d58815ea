// SPDX-License-Identifier: Apache-2.0
#include "demonstration/screen.h"

#include <algorithm>

namespace openline::demonstration {
namespace {

struct Character {
  std::string_view bytes;
  std::size_t cells = 1;
};

Character next_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const std::string_view bytes = text.substr(0, std::min(size, text.size()));
  if (bytes.size() < 3) return {bytes, 1};
  char32_t code = bytes.size() == 3 ? lead & 0x0f : lead & 0x07;
  for (const char byte : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3f);
  const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                    (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                    (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                    code >= 0x20000;
  return {bytes, wide ? std::size_t{2} : std::size_t{1}};
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t cells = 0;
  while (!text.empty()) {
    const Character character = next_character(text);
    cells += character.cells;
    text.remove_prefix(character.bytes.size());
  }
  return cells;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t cells = 0, after_space = 0;
  while (!text.empty()) {
    const Character character = next_character(text);
    if (cells + character.cells > width) {
      const std::string rest = after_space > 0 ? line.substr(after_space) : std::string();
      if (after_space > 0) line.resize(after_space);
      lines.push_back(line);
      line = rest;
      cells = width_of(rest);
      after_space = 0;
    }
    line += character.bytes;
    cells += character.cells;
    if (character.bytes == " ") after_space = line.size();
    text.remove_prefix(character.bytes.size());
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

std::string side_by_side(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::string out;
  for (std::size_t at = 0; at < std::max(left.size(), right.size()); ++at) {
    const std::string a = at < left.size() ? left[at] : "", b = at < right.size() ? right[at] : "";
    const std::size_t cells = width_of(a);
    out += "  " + a + std::string(kColumn > cells ? kColumn - cells : 0, ' ') + " │ " + b + "\n";
  }
  return out;
}

}  // namespace openline::demonstration
