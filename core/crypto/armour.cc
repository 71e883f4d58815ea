// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include "core/crypto/card_file.h"
#include "core/crypto/secret.h"

namespace openline {
namespace {

constexpr std::size_t kLineLength = 64;
constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ", kDashes = "-----";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string marker(std::string_view start, std::string_view title) {
  return std::string(start).append(title).append(kDashes);
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

// Text line by line, counted from 1.
struct Lines {
  std::string_view rest;
  std::size_t number = 0;
  bool next(std::string_view& line) {
    if (rest.empty()) return false;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    return true;
  }
  [[nodiscard]] std::unexpected<Error> refuse(const std::string& rule) const {
    return fail("line " + std::to_string(number) + ": " + rule);
  }
};

// The encoding of what stands between the markers. `lines` is at the first line after the begin marker.
Result<std::string> read_base64(Lines& lines, std::string_view title) {
  const std::string end = marker(kEnd, title);
  std::string base64;
  base64.reserve(lines.rest.size());  // it may be a secret: no copies left behind by growing
  std::string_view line;
  while (lines.next(line)) {
    if (line == end) return base64;
    const std::size_t letters = std::min(line.find_first_not_of(kAlphabet), line.size());
    const bool padded = base64.ends_with('=');
    if (line.find_first_not_of('=', letters) != std::string_view::npos || (padded && !line.empty())) {
      wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
      return lines.refuse("this is not base64");
    }
    base64.append(line);
  }
  wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
  return lines.refuse("the text ends without " + end);
}

}  // namespace

std::string armour(std::string_view title, ByteView bytes) {
  std::string base64(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(base64.data(), base64.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  base64.pop_back();  // its closing zero
  std::string text;
  text.reserve(2 * base64.size() + 2 * (kBegin.size() + title.size() + kDashes.size()));
  text.append(marker(kBegin, title)).push_back('\n');
  for (std::size_t at = 0; at < base64.size(); at += kLineLength) {
    text.append(base64, at, kLineLength).push_back('\n');
  }
  text.append(marker(kEnd, title)).push_back('\n');
  wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
  return text;
}

Result<Bytes> remove_armour(std::string_view title, ByteView text) {
  // A CBOR map's first byte, which starts no UTF-8 text.
  if (!text.empty() && text[0] >= 0xa0 && text[0] <= 0xbf) return copy_of(text);
  Lines lines{text_of(text)};
  std::string_view line;
  do {
    if (!lines.next(line)) return copy_of(text);
  } while (!line.starts_with(kBegin));
  if (line != marker(kBegin, title)) return lines.refuse("expected " + marker(kBegin, title));
  auto base64 = read_base64(lines, title);
  if (!base64) return fail(base64.error());

  Bytes bytes(base64->size() / 4 * 3 + 1);  // never without storage
  std::size_t size = 0;
  const bool decoded = sodium_base642bin(bytes.data(), bytes.size(), base64->data(), base64->size(), nullptr,
                                         &size, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
  wipe({reinterpret_cast<std::uint8_t*>(base64->data()), base64->size()});
  if (!decoded) return lines.refuse("the base64 before this line is cut off");
  bytes.resize(size);
  return bytes;
}

}  // namespace openline
