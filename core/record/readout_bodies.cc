// SPDX-License-Identifier: Apache-2.0
#include "core/record/readout_bodies.h"

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr const char* kNoRole = "a role is needed, of at most 64 bytes";

bool is_role(const std::string& role) { return has_size(role, 1, kMaxRole); }

std::optional<std::string> problem_of(const Words& words, std::size_t most) {
  if (!has_size(words.language, 2, 16)) return "say the language, as \"en\"";
  if (!has_size(words.text, 1, most)) return "the text has 1 to " + std::to_string(most) + " bytes of UTF-8";
  return std::nullopt;
}

template <class Body>
Result<Body> checked(FieldDecoder& decoder, Body body) {
  decoder.end_map();
  if (decoder.ok()) {
    if (const auto problem = body.problem()) decoder.refuse(*problem);
  }
  return decoder.result(std::move(body));
}

}  // namespace

const char* readout_mark_name(ReadoutMark mark) {
  return mark == ReadoutMark::kNational ? "national" : "agreed";
}

const char* translation_stage_name(TranslationStage stage) {
  constexpr const char* kNames[] = {"sight", "rough", "official"};
  const auto number = static_cast<std::size_t>(stage);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

std::optional<std::string> ReadoutBody::problem() const {
  if (mark > ReadoutMark::kAgreed) return "a readout is national or agreed";
  if (!is_role(role)) return kNoRole;
  return problem_of(text, kMaxAccount);
}

Bytes ReadoutBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(of.view());
  map.field(2).number(static_cast<std::uint64_t>(mark));
  write_role(map.field(3), role);
  write_words(map.field(4), text, kMaxAccount);
  return map.take();
}

Result<ReadoutBody> ReadoutBody::decode(ByteView body) {
  FieldDecoder decoder(body, "readout");
  ReadoutBody found;
  decoder.begin_map();
  found.of = read_about(decoder, "of");
  decoder.key(2, "mark");
  found.mark = static_cast<ReadoutMark>(decoder.number(1));
  found.role = read_role(decoder, 3);
  decoder.key(4, "text");
  found.text = read_words(decoder, kMaxAccount);
  return checked(decoder, std::move(found));
}

std::optional<std::string> ReadoutAnswerBody::problem() const {
  if (!is_role(role)) return kNoRole;
  return reason ? problem_of(*reason, kMaxWords) : std::nullopt;
}

Bytes ReadoutAnswerBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(readout.view());
  map.field(2).boolean(signs);
  write_role(map.field(3), role);
  if (reason) write_words(map.field(4), *reason);
  return map.take();
}

Result<ReadoutAnswerBody> ReadoutAnswerBody::decode(ByteView body) {
  FieldDecoder decoder(body, "answer to a readout");
  ReadoutAnswerBody found;
  decoder.begin_map();
  found.readout = read_about(decoder, "readout");
  decoder.key(2, "signs");
  found.signs = decoder.boolean();
  found.role = read_role(decoder, 3);
  found.reason = read_optional_words(decoder, 4, "reason");
  return checked(decoder, std::move(found));
}

std::optional<std::string> TranslationBody::problem() const {
  if (stage > TranslationStage::kOfficial) return "a translation is at sight, rough or official";
  if (!is_role(role)) return kNoRole;
  if (!reviewer.empty() && !is_role(reviewer)) return "the reviewer's role has at most 64 bytes";
  return problem_of(text, kMaxAccount);
}

Bytes TranslationBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(of.view());
  map.field(2).number(static_cast<std::uint64_t>(stage));
  write_role(map.field(3), role);
  write_words(map.field(4), text, kMaxAccount);
  if (!reviewer.empty()) write_role(map.field(5), reviewer);
  return map.take();
}

Result<TranslationBody> TranslationBody::decode(ByteView body) {
  FieldDecoder decoder(body, "translation");
  TranslationBody found;
  decoder.begin_map();
  found.of = read_about(decoder, "of");
  decoder.key(2, "stage");
  found.stage = static_cast<TranslationStage>(decoder.number(2));
  found.role = read_role(decoder, 3);
  decoder.key(4, "text");
  found.text = read_words(decoder, kMaxAccount);
  if (decoder.optional_key(5, "reviewer")) found.reviewer = decoder.text_within(1, kMaxRole);
  return checked(decoder, std::move(found));
}

std::optional<std::string> DisregardBody::problem() const {
  if (!is_role(role)) return kNoRole;
  return reason ? problem_of(*reason, kMaxWords) : std::nullopt;
}

Bytes DisregardBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(entry.view());
  write_role(map.field(2), role);
  if (reason) write_words(map.field(3), *reason);
  return map.take();
}

Result<DisregardBody> DisregardBody::decode(ByteView body) {
  FieldDecoder decoder(body, "disregard");
  DisregardBody found;
  decoder.begin_map();
  found.entry = read_about(decoder, "entry");
  found.role = read_role(decoder, 2);
  found.reason = read_optional_words(decoder, 3, "reason");
  return checked(decoder, std::move(found));
}

}  // namespace openline
