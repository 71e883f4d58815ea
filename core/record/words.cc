// SPDX-License-Identifier: Apache-2.0
#include "core/record/words.h"

#include "core/wire/assert.h"

namespace openline {

void write_words(cbor::Encoder& to, const Words& words, std::size_t most) {
  OPENLINE_ASSERT(has_size(words.language, 2, 16) && has_size(words.text, 1, most));
  to.array(2).text(words.language).text(words.text);
}

Words read_words(FieldDecoder& decoder, std::size_t most) {
  decoder.array_within(2, 2);
  Words words;
  words.language = decoder.text_within(2, 16);
  words.text = decoder.text_within(1, most);
  return words;
}

std::optional<Words> read_optional_words(FieldDecoder& decoder, std::uint64_t key, std::string_view field) {
  if (!decoder.optional_key(key, field)) return std::nullopt;
  return read_words(decoder);
}

void write_role(cbor::Encoder& to, const std::string& role) {
  OPENLINE_ASSERT(has_size(role, 1, kMaxRole));
  to.text(role);
}

std::string read_role(FieldDecoder& decoder, std::uint64_t key) {
  decoder.key(key, "role");
  return decoder.text_within(1, kMaxRole);
}

std::optional<WallTime> read_optional_time(FieldDecoder& decoder, std::uint64_t key) {
  if (!decoder.optional_key(key, "time")) return std::nullopt;
  return decoder.time();
}

EntryId read_about(FieldDecoder& decoder, std::string_view field) {
  decoder.key(1, field);
  return decoder.fixed<EntryId>();
}

}  // namespace openline
