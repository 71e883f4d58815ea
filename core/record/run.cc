// SPDX-License-Identifier: Apache-2.0
#include "core/record/run.h"

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

bool continues(const Entry& entry, const Entry& before) {
  const Header& header = entry.header;
  return header.line == before.header.line && header.author == before.header.author &&
         header.incarnation == before.header.incarnation &&
         header.sequence == before.header.sequence.next() && header.previous == before.id;
}

void check(std::span<const Entry> entries) {
  OPENLINE_ASSERT(!entries.empty() && entries.size() <= kMaxRun);
  for (std::size_t i = 1; i < entries.size(); ++i) OPENLINE_ASSERT(continues(entries[i], entries[i - 1]));
}

Bytes encode_entry(const Entry& entry) {
  const Header& header = entry.header;
  OPENLINE_ASSERT(header.body_size == entry.body.size());
  cbor::MapEncoder map;
  if (!header.parents.empty()) {
    cbor::Encoder& list = map.field(1).array(header.parents.size());
    for (const Position& parent : header.parents) write_position(list, parent);
  }
  map.field(2).number(static_cast<std::uint64_t>(header.kind));
  map.field(3).number(static_cast<std::uint64_t>(header.precedence));
  map.field(4).number(static_cast<std::uint64_t>(header.entry_class));
  if (!header.exercise.empty()) map.field(5).text(header.exercise);
  write_time(map.field(6), header.time);
  map.field(7).bytes(entry.body);
  return map.take();
}

Entry read_entry(FieldDecoder& decoder, Header header) {
  decoder.begin_map();
  if (decoder.optional_key(1, "parents")) header.parents = read_parents(decoder);
  read_nature(decoder, header, 2);
  decoder.key(7, "body");
  Bytes body = copy_of(decoder.bytes(kMaxBody));
  decoder.end_map();
  return decoder.ok() ? Entry::make(std::move(header), std::move(body)) : Entry{};
}

Header following(const Entry& before) {
  Header header;
  header.line = before.header.line;
  header.author = before.header.author;
  header.incarnation = before.header.incarnation;
  header.sequence = before.header.sequence.next();
  header.previous = before.id;
  return header;
}

}  // namespace

Bytes Run::encode(std::span<const Entry> entries) {
  check(entries);
  cbor::MapEncoder map;
  write_place(map, entries.front().header);
  cbor::Encoder& list = map.field(7).array(entries.size());
  for (const Entry& entry : entries) list.raw(encode_entry(entry));
  if (entries.back().signature) map.field(8).bytes(entries.back().signature->view());
  return map.take();
}

Result<Run> Run::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "run");
  Run run;
  decoder.begin_map();
  Header header;
  read_place(decoder, header);
  decoder.key(7, "entries");
  const std::size_t at = decoder.offset();
  const std::size_t count = decoder.array_within(1, kMaxRun);
  decoder.refuse_unless(header.sequence.value <= kMaxSequence - count + 1, at,
                        "sequences end before this run does");
  while (decoder.ok() && run.entries.size() < count) {
    run.entries.push_back(read_entry(decoder, std::move(header)));
    header = following(run.entries.back());
  }
  if (decoder.optional_key(8, "signature")) {
    const auto signature = decoder.fixed<Signature>();
    if (!run.entries.empty()) run.entries.back().signature = signature;
  }
  decoder.end_map();
  auto result = decoder.result(std::move(run));
  if (result) check(result->entries);
  return result;
}

bool Run::signature_holds() const {
  const Entry& last = entries.back();
  return last.signature && verify(author(), {kRunLabel, line(), last.id.view()}, *last.signature);
}

void sign_run(std::span<Entry> entries, const StationKeyPair& author) {
  check(entries);
  Entry& last = entries.back();
  OPENLINE_ASSERT(last.header.author == author.key());
  last.signature = author.sign({kRunLabel, last.header.line, last.id.view()});
}

}  // namespace openline
