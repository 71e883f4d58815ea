// SPDX-License-Identifier: Apache-2.0
#include "core/record/bodies.h"

#include "core/record/attachment_tree.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMostText = 60000, kMostAttachments = 16, kMostFileName = 255, kMostRole = 64,
                      kMostShown = 64, kMostPadding = 2000, kMostReason = 1000, kMostDetail = 200;

std::string read_role(FieldDecoder& decoder, std::uint64_t key) {
  decoder.key(key, "role");
  return decoder.text_within(1, kMostRole);
}

AttachmentRef read_attachment(FieldDecoder& decoder) {
  AttachmentRef found;
  decoder.begin_map();
  decoder.key(1, "attachment's hash");
  found.hash = decoder.fixed<Hash>();
  decoder.key(2, "attachment's size");
  found.size = decoder.number(kMaxAttachment);
  decoder.key(3, "attachment's name");
  found.name = decoder.text_within(1, kMostFileName);
  decoder.end_map();
  return found;
}

Bytes encode_reason(const std::string& reason) {
  OPENLINE_ASSERT(has_size(reason, 0, kMostReason));
  cbor::MapEncoder map;
  map.field(1).text(reason);
  return map.take();
}

}  // namespace

Bytes TextBody::encode() const {
  OPENLINE_ASSERT(has_size(text, 0, kMostText) && has_size(language, 2, 16) && has_size(role, 0, kMostRole));
  OPENLINE_ASSERT(attachments.size() <= kMostAttachments);
  cbor::MapEncoder map;
  map.field(1).text(text);
  map.field(2).text(language);
  if (!attachments.empty()) {
    cbor::Encoder& list = map.field(3).array(attachments.size());
    for (const AttachmentRef& file : attachments) {
      OPENLINE_ASSERT(file.size <= kMaxAttachment && has_size(file.name, 1, kMostFileName));
      list.map(3).number(1).bytes(file.hash.view()).number(2).number(file.size).number(3).text(file.name);
    }
  }
  if (!role.empty()) map.field(4).text(role);
  return map.take();
}

Result<TextBody> TextBody::decode(ByteView body) {
  FieldDecoder decoder(body, "text");
  TextBody found;
  decoder.begin_map();
  decoder.key(1, "text");
  found.text = decoder.text_within(0, kMostText);
  decoder.key(2, "language");
  found.language = decoder.text_within(2, 16);
  if (decoder.optional_key(3, "attachments")) {
    for (auto left = decoder.array_within(1, kMostAttachments); left > 0 && decoder.ok(); --left) {
      found.attachments.push_back(read_attachment(decoder));
    }
  }
  if (decoder.optional_key(4, "role")) found.role = decoder.text_within(1, kMostRole);
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes ShownBody::encode() const {
  OPENLINE_ASSERT(!entries.empty() && entries.size() <= kMostShown && has_size(role, 1, kMostRole));
  cbor::MapEncoder map;
  cbor::Encoder& list = map.field(1).array(entries.size());
  for (const EntryId& id : entries) list.bytes(id.view());
  map.field(2).text(role);
  return map.take();
}

Result<ShownBody> ShownBody::decode(ByteView body) {
  FieldDecoder decoder(body, "shown");
  ShownBody found;
  decoder.begin_map();
  decoder.key(1, "entries");
  for (auto left = decoder.array_within(1, kMostShown); left > 0 && decoder.ok(); --left) {
    found.entries.push_back(decoder.fixed<EntryId>());
  }
  found.role = read_role(decoder, 2);
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes AcknowledgedBody::encode() const {
  OPENLINE_ASSERT(has_size(role, 1, kMostRole));
  cbor::MapEncoder map;
  map.field(1).bytes(entry.view());
  map.field(2).text(role);
  map.field(3).boolean(authenticated);
  return map.take();
}

Result<AcknowledgedBody> AcknowledgedBody::decode(ByteView body) {
  FieldDecoder decoder(body, "acknowledged");
  AcknowledgedBody found;
  decoder.begin_map();
  decoder.key(1, "entry");
  found.entry = decoder.fixed<EntryId>();
  found.role = read_role(decoder, 2);
  decoder.key(3, "authenticated");
  found.authenticated = decoder.boolean();
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes TestBody::encode() const {
  OPENLINE_ASSERT(padding <= kMostPadding);
  cbor::MapEncoder map;
  map.field(1).number(number);
  map.field(2).bytes(Bytes(padding));
  return map.take();
}

Result<TestBody> TestBody::decode(ByteView body) {
  FieldDecoder decoder(body, "test");
  TestBody found;
  decoder.begin_map();
  decoder.key(1, "number");
  found.number = decoder.number();
  decoder.key(2, "padding");
  found.padding = decoder.bytes(kMostPadding).size();
  decoder.end_map();
  return decoder.result(found);
}

Bytes TestAnswerBody::encode() const {
  OPENLINE_ASSERT(!role || has_size(*role, 1, kMostRole));
  cbor::MapEncoder map;
  map.field(1).bytes(test.view());
  if (role) map.field(2).text(*role);
  return map.take();
}

Result<TestAnswerBody> TestAnswerBody::decode(ByteView body) {
  FieldDecoder decoder(body, "answer");
  TestAnswerBody found;
  decoder.begin_map();
  decoder.key(1, "test");
  found.test = decoder.fixed<EntryId>();
  if (decoder.optional_key(2, "role")) found.role = decoder.text_within(1, kMostRole);
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes AttendanceBody::encode() const {
  OPENLINE_ASSERT(has_size(role, 1, kMostRole));
  cbor::MapEncoder map;
  map.field(1).boolean(attended);
  map.field(2).text(role);
  return map.take();
}

Result<AttendanceBody> AttendanceBody::decode(ByteView body) {
  FieldDecoder decoder(body, "attendance");
  AttendanceBody found;
  decoder.begin_map();
  decoder.key(1, "attended");
  found.attended = decoder.boolean();
  found.role = read_role(decoder, 2);
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes ReasonBody::encode() const { return encode_reason(reason); }

Result<ReasonBody> ReasonBody::decode(ByteView body) {
  FieldDecoder decoder(body, "act");
  ReasonBody found;
  decoder.begin_map();
  decoder.key(1, "reason");
  found.reason = decoder.text_within(0, kMostReason);
  decoder.end_map();
  return decoder.result(std::move(found));
}

const char* observation_name(Observation what) {
  constexpr const char* kNames[] = {"path down", "path up", "test unanswered", "silent", "heard again"};
  const auto number = static_cast<std::size_t>(what);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

Bytes ObservationBody::encode() const {
  OPENLINE_ASSERT(what <= Observation::kHeardAgain && has_size(detail, 0, kMostDetail));
  cbor::MapEncoder map;
  map.field(1).number(static_cast<std::uint64_t>(what));
  write_time(map.field(2), since);
  map.field(3).text(detail);
  if (entry) map.field(4).bytes(entry->view());
  return map.take();
}

Result<ObservationBody> ObservationBody::decode(ByteView body) {
  FieldDecoder decoder(body, "observation");
  ObservationBody found;
  decoder.begin_map();
  decoder.key(1, "what");
  found.what = static_cast<Observation>(decoder.number(4));
  decoder.key(2, "since");
  found.since = decoder.time();
  decoder.key(3, "detail");
  found.detail = decoder.text_within(0, kMostDetail);
  if (decoder.optional_key(4, "entry")) found.entry = decoder.fixed<EntryId>();
  decoder.end_map();
  return decoder.result(std::move(found));
}

}  // namespace openline
