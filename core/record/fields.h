// SPDX-License-Identifier: Apache-2.0
// Reading of this folder's formats so that an error names the format and the field, and the values that they
// share: positions, times, texts of a bounded size (openline.cddl).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/record/agreement.h"
#include "core/record/entry.h"
#include "core/record/statements.h"
#include "core/wire/cbor.h"

namespace openline {

// A decoder that remembers which field it is in. `format` and field names are literals.
class FieldDecoder : public cbor::Decoder {
 public:
  FieldDecoder(ByteView input, std::string_view format) : Decoder(input), format_(format) {}

  void key(std::uint64_t key, std::string_view field);
  bool optional_key(std::uint64_t key, std::string_view field);
  void element(std::string_view field);  // the next element of an array
  void end_map();

  std::string text_within(std::size_t least, std::size_t most);  // bytes of UTF-8
  std::size_t array_within(std::size_t least, std::size_t most);
  std::uint64_t number_within(std::uint64_t least, std::uint64_t most);
  std::string code();
  Sequence sequence();
  WallTime time();
  Seconds seconds(std::uint64_t least = 0);
  Position position();
  void refuse_unless(bool holds, std::size_t offset, std::string_view rule);

  // The error so far, with the format's and the field's name in front.
  [[nodiscard]] Error failure() const;
  // Ends the reading: nothing may be left over.
  template <class Format>
  [[nodiscard]] Result<Format> result(Format format) {
    finish();
    if (!ok()) return fail(failure());
    return format;
  }

 private:
  std::string_view format_, field_;
};

[[nodiscard]] bool is_code(std::string_view text);  // 2..12 of A-Z 0-9 -
[[nodiscard]] inline bool has_size(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && cbor::is_utf8(view_of(text));
}

void write_time(cbor::Encoder& to, WallTime time);
void write_seconds(cbor::Encoder& to, Seconds seconds);
void write_position(cbor::Encoder& to, const Position& position);

// What a header has in common with a run (keys 1 to 6 of both) and with a run-entry.
void write_place(cbor::MapEncoder& to, const Header& header);
void read_place(FieldDecoder& decoder, Header& header);
[[nodiscard]] std::vector<Position> read_parents(FieldDecoder& decoder);           // header's key 7
void read_nature(FieldDecoder& decoder, Header& header, std::uint64_t first_key);  // header's keys 8 to 12

// The array of heads in statements and manifests, ascending.
void write_heads(cbor::Encoder& to, const std::vector<Head>& heads);
[[nodiscard]] std::vector<Head> read_heads(FieldDecoder& decoder);

void write_agreement_signature(cbor::Encoder& to, const AgreementSignature& signature);
[[nodiscard]] AgreementSignature read_agreement_signature(FieldDecoder& decoder);

}  // namespace openline
