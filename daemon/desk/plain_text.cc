// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/plain_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/wire/cbor.h"

namespace openline::daemon {
namespace {

bool is_plain(std::uint32_t c) {
  const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
  const bool direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
                         c == 0x200f || c == 0x061c;
  const bool invisible = (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || c == 0x00ad;
  return !control && !direction && !invisible;
}

std::vector<std::uint32_t> characters(std::string_view text) {  // of valid UTF-8
  std::vector<std::uint32_t> result;
  for (const char byte : text) {
    const auto b = static_cast<std::uint8_t>(byte);
    if ((b & 0xc0) == 0x80) {
      result.back() = result.back() << 6 | (b & 0x3f);
    } else {
      result.push_back(b < 0x80 ? b : b < 0xe0 ? b & 0x1f : b < 0xf0 ? b & 0x0f : b & 0x07);
    }
  }
  return result;
}

}  // namespace

std::optional<std::string> plain_text_problem(std::string_view text) {
  if (!cbor::is_utf8(view_of(text))) return "must be UTF-8";
  if (std::ranges::all_of(characters(text), is_plain)) return std::nullopt;
  return "must have no control characters, none that cannot be seen and none that change the direction of "
         "text";
}

}  // namespace openline::daemon
