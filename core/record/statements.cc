// SPDX-License-Identifier: Apache-2.0
#include "core/record/statements.h"

#include "core/crypto/signed_bytes.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMaxHeld = 32, kMaxRole = 64;

constexpr std::string_view label_of(const Heads&) { return kHeadsLabel; }
constexpr std::string_view label_of(const Presence&) { return kPresenceLabel; }
constexpr std::string_view format_of(const Heads&) { return "heads"; }
constexpr std::string_view format_of(const Presence&) { return "presence"; }

}  // namespace

void write_heads(cbor::Encoder& to, const std::vector<Head>& heads) {
  OPENLINE_ASSERT(std::ranges::adjacent_find(heads, std::greater_equal<>{}) == heads.end());
  to.array(heads.size());
  for (const Head& head : heads) {
    to.array(4).bytes(head.author.view()).bytes(head.position.incarnation.view());
    to.number(head.position.sequence.value).bytes(head.position.id.view());
  }
}

std::vector<Head> read_heads(FieldDecoder& decoder) {
  std::vector<Head> heads;
  for (std::size_t left = decoder.array(SIZE_MAX); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    decoder.refuse_unless(decoder.array(4) == 4, at, "a head has four elements");
    Head head;
    head.author = decoder.fixed<StationKey>();
    head.position.incarnation = decoder.fixed<Incarnation>();
    head.position.sequence = decoder.sequence();
    head.position.id = decoder.fixed<EntryId>();
    decoder.refuse_unless(heads.empty() || heads.back() < head, at, "heads must ascend and not repeat");
    heads.push_back(head);
  }
  return heads;
}

Bytes Heads::encode() const {
  OPENLINE_ASSERT(held.size() <= kMaxHeld && counter <= kMaxCounter);
  cbor::MapEncoder map;
  map.field(1).number(counter);
  write_heads(map.field(2), heads);
  if (!held.empty()) {
    cbor::Encoder& list = map.field(3).array(held.size());
    for (const EntryId& id : held) list.bytes(id.view());
  }
  return map.take();
}

Result<Heads> Heads::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "heads");
  Heads found;
  decoder.begin_map();
  decoder.key(1, "counter");
  found.counter = decoder.number(kMaxCounter);
  decoder.key(2, "heads");
  found.heads = read_heads(decoder);
  if (decoder.optional_key(3, "held")) {
    for (std::size_t left = decoder.array_within(1, kMaxHeld); left > 0 && decoder.ok(); --left) {
      found.held.push_back(decoder.fixed<EntryId>());
    }
  }
  decoder.end_map();
  return decoder.result(std::move(found));
}

Bytes Presence::encode() const {
  OPENLINE_ASSERT(counter <= kMaxCounter);
  OPENLINE_ASSERT(attended != role.empty() && role.size() <= kMaxRole);
  cbor::MapEncoder map;
  map.field(1).number(counter);
  map.field(2).boolean(attended);
  map.field(3).text(role);
  write_seconds(map.field(4), lease);
  write_time(map.field(5), since);
  return map.take();
}

Result<Presence> Presence::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "presence");
  Presence found;
  decoder.begin_map();
  decoder.key(1, "counter");
  found.counter = decoder.number(kMaxCounter);
  decoder.key(2, "attended");
  found.attended = decoder.boolean();
  decoder.key(3, "role");
  const std::size_t at = decoder.offset();
  found.role = decoder.text_within(0, kMaxRole);
  decoder.refuse_unless(found.attended != found.role.empty(), at,
                        "a role is named exactly when the desk is attended");
  decoder.key(4, "lease");
  found.lease = decoder.seconds();
  decoder.key(5, "since");
  found.since = decoder.time();
  decoder.end_map();
  return decoder.result(std::move(found));
}

template <class Statement>
Signed<Statement> Signed<Statement>::make(const LineId& line, const Statement& statement,
                                          const StationKeyPair& signer, bool attested) {
  Signed made{line, signer.key(), statement, statement.encode(), std::nullopt};
  if (attested) made.signature = signer.sign({label_of(statement), line, made.bytes});
  return made;
}

template <class Statement>
Bytes Signed<Statement>::encode() const {
  cbor::Encoder encoder;
  encoder.array(4).bytes(line.view()).bytes(signer.view()).bytes(bytes);
  encoder.bytes(signature ? signature->view() : ByteView{});
  return encoder.take();
}

template <class Statement>
Result<Signed<Statement>> Signed<Statement>::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, format_of(Statement{}));
  Signed found;
  decoder.refuse_unless(decoder.array(4) == 4, 0, "a signed statement has four elements");
  decoder.element("line");
  found.line = decoder.fixed<LineId>();
  decoder.element("signer");
  found.signer = decoder.fixed<StationKey>();
  decoder.element("statement");
  const ByteView payload = decoder.bytes(bytes.size());
  decoder.element("signature");
  const std::size_t at = decoder.offset();
  const ByteView signature = decoder.bytes(Signature::kSize);
  found.signature = Signature::from(signature);
  decoder.refuse_unless(found.signature || signature.empty(), at, "a signature has 64 bytes, or none");
  auto result = decoder.result(std::move(found));
  if (!result) return result;
  auto statement = Statement::decode(payload);
  if (!statement) return fail(error_within(bytes, payload, statement.error()));
  result->statement = std::move(*statement);
  result->bytes = copy_of(payload);
  return result;
}

template <class Statement>
bool Signed<Statement>::signature_holds() const {
  return signature && verify(signer, {label_of(statement), line, bytes}, *signature);
}

template struct Signed<Heads>;
template struct Signed<Presence>;

}  // namespace openline
