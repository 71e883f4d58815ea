// SPDX-License-Identifier: Apache-2.0
#include "core/record/notice_bodies.h"

#include <cstdlib>

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMaxFields = 32, kMaxText = 1000;
constexpr std::uint64_t kMaxNumber = 1'000'000;  // of forms and fields
constexpr std::uint8_t kText = 3, kArray = 4;    // CBOR major types

struct WriteValue {
  cbor::Encoder& to;
  void operator()(std::int64_t value) const { to.integer(value); }
  void operator()(const std::string& value) const { to.text(value); }
  void operator()(const NoticePosition& value) const {
    to.array(2).integer(value.latitude).integer(value.longitude);
  }
};

NoticeValue read_value(FieldDecoder& decoder, ByteView body) {
  const auto major =
      static_cast<std::uint8_t>(decoder.offset() < body.size() ? body[decoder.offset()] >> 5 : 0);
  if (major == kText) return decoder.text_within(1, kMaxText);
  if (major != kArray) return decoder.integer();
  decoder.array_within(2, 2);
  NoticePosition position;
  position.latitude = decoder.integer();
  position.longitude = decoder.integer();
  return position;
}

}  // namespace

std::optional<std::string> NoticeBody::problem() const {
  if (form > kMaxNumber) return "a form's code is at most 1,000,000";
  if (fields.size() > kMaxFields) return "a notice has at most 32 fields";
  for (const auto& [number, value] : fields) {
    if (number > kMaxNumber) return "a field's number is at most 1,000,000";
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && !has_size(*text, 1, kMaxText)) return "a text has 1 to 1,000 bytes";
    const auto* position = std::get_if<NoticePosition>(&value);
    if (position != nullptr &&
        (std::abs(position->latitude) > kMaxLatitude || std::abs(position->longitude) > kMaxLongitude))
      return "a position lies within 90 degrees of latitude and 180 of longitude";
  }
  return std::nullopt;
}

Bytes NoticeBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(edition.view());
  map.field(2).number(form);
  cbor::MapEncoder values;
  for (const auto& [number, value] : fields) std::visit(WriteValue{values.field(number)}, value);
  map.field(3).raw(values.take());
  if (refers) map.field(4).bytes(refers->view());
  return map.take();
}

Result<NoticeBody> NoticeBody::decode(ByteView body) {
  FieldDecoder decoder(body, "notice");
  NoticeBody found;
  decoder.begin_map();
  decoder.key(1, "edition");
  found.edition = decoder.fixed<FormsTag>();
  decoder.key(2, "form");
  found.form = decoder.number(kMaxNumber);
  decoder.key(3, "fields");
  std::optional<std::uint64_t> last;
  for (auto left = decoder.map(kMaxFields); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    const std::uint64_t number = decoder.number(kMaxNumber);
    if (decoder.ok()) decoder.refuse_unless(!last || number > *last, at, "its fields are not ascending");
    last = number;
    found.fields[number] = read_value(decoder, body);
  }
  if (decoder.optional_key(4, "refers")) found.refers = decoder.fixed<EntryId>();
  decoder.end_map();
  if (decoder.ok()) {
    if (const auto wrong = found.problem()) decoder.refuse(*wrong);
  }
  return decoder.result(std::move(found));
}

}  // namespace openline
