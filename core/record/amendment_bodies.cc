// SPDX-License-Identifier: Apache-2.0
// Bodies of the entries by which members amend their agreement (protocol.md section 8).
#include "core/crypto/signed_bytes.h"
#include "core/record/bodies.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMostReason = 1000;

}  // namespace

Bytes AmendmentBody::encode() const {
  OPENLINE_ASSERT(successor.agreement.predecessor.has_value());
  cbor::MapEncoder map;
  map.field(1).bytes(successor.encode());
  return map.take();
}

Result<AmendmentBody> AmendmentBody::decode(ByteView body) {
  FieldDecoder decoder(body, "amendment");
  decoder.begin_map();
  decoder.key(1, "successor");
  const std::size_t at = decoder.offset();
  const ByteView successor = decoder.bytes(kMaxBody);
  decoder.end_map();
  auto result = decoder.result(AmendmentBody{});
  if (!result) return result;
  auto decoded = SignedAgreement::decode(successor);
  if (!decoded) return fail(error_within(body, successor, decoded.error()));
  if (!decoded->agreement.predecessor) {
    return fail("amendment, successor: it names no agreement that it amends", at);
  }
  result->successor = std::move(*decoded);
  return result;
}

Bytes AmendmentSignatureBody::encode() const {
  cbor::MapEncoder map;
  map.field(1).bytes(successor.view());
  write_agreement_signature(map.field(2), signature);
  return map.take();
}

Result<AmendmentSignatureBody> AmendmentSignatureBody::decode(ByteView body) {
  FieldDecoder decoder(body, "amendment signature");
  AmendmentSignatureBody found;
  decoder.begin_map();
  decoder.key(1, "successor");
  found.successor = decoder.fixed<Hash>();
  decoder.key(2, "signature");
  found.signature = read_agreement_signature(decoder);
  decoder.end_map();
  return decoder.result(found);
}

Bytes AmendmentRefusalBody::encode() const {
  OPENLINE_ASSERT(has_size(reason, 0, kMostReason));
  cbor::MapEncoder map;
  map.field(1).bytes(successor.view());
  map.field(2).text(reason);
  return map.take();
}

Result<AmendmentRefusalBody> AmendmentRefusalBody::decode(ByteView body) {
  FieldDecoder decoder(body, "amendment refusal");
  AmendmentRefusalBody found;
  decoder.begin_map();
  decoder.key(1, "successor");
  found.successor = decoder.fixed<Hash>();
  decoder.key(2, "reason");
  found.reason = decoder.text_within(0, kMostReason);
  decoder.end_map();
  return decoder.result(std::move(found));
}

}  // namespace openline
