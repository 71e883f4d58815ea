// SPDX-License-Identifier: Apache-2.0
#include "core/record/fields.h"

#include "core/wire/assert.h"

namespace openline {

void FieldDecoder::key(std::uint64_t key, std::string_view field) {
  element(field);
  Decoder::key(key);
}

bool FieldDecoder::optional_key(std::uint64_t key, std::string_view field) {
  if (!Decoder::optional_key(key)) return false;
  element(field);
  return true;
}

void FieldDecoder::element(std::string_view field) {
  if (ok()) field_ = field;
}

void FieldDecoder::end_map() {
  element("");
  Decoder::end_map();
}

std::string FieldDecoder::text_within(std::size_t least, std::size_t most) {
  const std::size_t at = offset();
  std::string found(text(most));
  if (found.size() < least) refuse_at(at, "text is shorter than " + std::to_string(least));
  return found;
}

std::size_t FieldDecoder::array_within(std::size_t least, std::size_t most) {
  const std::size_t at = offset();
  const std::size_t count = array(most);
  if (ok() && count < least) refuse_at(at, "array has fewer than " + std::to_string(least) + " elements");
  return ok() ? count : 0;
}

std::uint64_t FieldDecoder::number_within(std::uint64_t least, std::uint64_t most) {
  const std::size_t at = offset();
  const std::uint64_t found = number(most);
  if (ok() && found < least) refuse_at(at, "number is below its minimum of " + std::to_string(least));
  return found;
}

std::string FieldDecoder::code() {
  const std::size_t at = offset();
  std::string found = text_within(2, 12);
  refuse_unless(is_code(found), at, "a code has 2 to 12 characters of A-Z, 0-9 and -");
  return found;
}

Sequence FieldDecoder::sequence() { return {number(kMaxSequence)}; }

WallTime FieldDecoder::time() {
  const auto most = static_cast<std::uint64_t>(kLastWallTime.time_since_epoch().count());
  return WallTime(Milliseconds(static_cast<std::int64_t>(number(most))));
}

Seconds FieldDecoder::seconds(std::uint64_t least) {
  return Seconds(static_cast<std::int64_t>(number_within(least, UINT32_MAX)));
}

Position FieldDecoder::position() {
  const std::size_t at = offset();
  refuse_unless(array(3) == 3, at, "a position has three elements");
  Position found;
  found.incarnation = fixed<Incarnation>();
  found.sequence = sequence();
  found.id = fixed<EntryId>();
  return found;
}

void FieldDecoder::refuse_unless(bool holds, std::size_t offset, std::string_view rule) {
  if (!holds && ok()) refuse_at(offset, std::string(rule));
}

Error FieldDecoder::failure() const {
  OPENLINE_ASSERT(error().has_value());
  std::string where(format_);
  if (!field_.empty()) where.append(", ").append(field_);
  return Error{where + ": " + error()->message, error()->offset};
}

bool is_code(std::string_view text) {
  return text.size() >= 2 && text.size() <= 12 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

void write_time(cbor::Encoder& to, WallTime time) {
  OPENLINE_ASSERT(time >= WallTime{} && time <= kLastWallTime);
  to.number(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

void write_seconds(cbor::Encoder& to, Seconds seconds) {
  OPENLINE_ASSERT(seconds.count() >= 0 && seconds.count() <= UINT32_MAX);
  to.number(static_cast<std::uint64_t>(seconds.count()));
}

void write_position(cbor::Encoder& to, const Position& position) {
  OPENLINE_ASSERT(position.sequence.value <= kMaxSequence);
  to.array(3).bytes(position.incarnation.view()).number(position.sequence.value).bytes(position.id.view());
}

}  // namespace openline
