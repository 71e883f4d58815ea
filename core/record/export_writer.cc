// SPDX-License-Identifier: Apache-2.0
#include "core/record/export_file.h"
#include "core/record/export_parts.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {

ExportWriter::ExportWriter(const ExportHead& head)
    : line_(head.line),
      attested_(head.agreements.at(0).agreement.record == RecordMode::kAttested),
      head_(encode_export_head(head)) {}

Bytes ExportWriter::count(Bytes piece) {
  hash_.add(piece);
  return piece;
}

Bytes ExportWriter::head() {
  OPENLINE_ASSERT(!head_.empty());  // once
  return count(std::exchange(head_, {}));
}

Bytes ExportWriter::run(std::span<const Entry> entries) {
  OPENLINE_ASSERT(head_.empty() && !entries.empty() && entries.front().header.line == line_);
  OPENLINE_ASSERT(entries.back().signature.has_value() == attested_);
  entries_ += entries.size();
  return count(Run::encode(entries));
}

Bytes ExportWriter::heads(const SignedHeads& heads) {
  OPENLINE_ASSERT(head_.empty() && heads.line == line_ && heads.signature.has_value() == attested_);
  return count(heads.encode());
}

Bytes ExportWriter::finish(std::vector<Head> own_heads, WallTime time, const StationKeyPair& exporter) {
  OPENLINE_ASSERT(head_.empty());
  Manifest manifest{exporter.key(), time, entries_, hash_.hash_so_far(), std::move(own_heads), std::nullopt};
  if (attested_) manifest.signature = exporter.sign({kExportLabel, line_, manifest.signed_bytes()});
  return manifest.encode();
}

namespace {

Bytes encode_manifest(const Manifest& manifest, bool with_signature) {
  cbor::MapEncoder map;
  map.field(1).bytes(manifest.exporter.view());
  write_time(map.field(2), manifest.time);
  map.field(3).number(manifest.entries);
  map.field(4).bytes(manifest.hash.view());
  write_heads(map.field(5), manifest.heads);
  if (with_signature && manifest.signature) map.field(6).bytes(manifest.signature->view());
  return map.take();
}

}  // namespace

Bytes Manifest::encode() const { return encode_manifest(*this, true); }
Bytes Manifest::signed_bytes() const { return encode_manifest(*this, false); }

Result<Manifest> Manifest::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "manifest");
  Manifest found;
  decoder.begin_map();
  decoder.key(1, "exporter");
  found.exporter = decoder.fixed<StationKey>();
  decoder.key(2, "time");
  found.time = decoder.time();
  decoder.key(3, "entries");
  found.entries = decoder.number();
  decoder.key(4, "hash");
  found.hash = decoder.fixed<Hash>();
  decoder.key(5, "heads");
  found.heads = read_heads(decoder);
  if (decoder.optional_key(6, "signature")) found.signature = decoder.fixed<Signature>();
  decoder.end_map();
  return decoder.result(std::move(found));
}

}  // namespace openline
