// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/hash.h"
#include "core/crypto/signed_bytes.h"
#include "core/record/agreement.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMostReason = 1000;

}  // namespace

void write_agreement_signature(cbor::Encoder& to, const AgreementSignature& signature) {
  to.map(2).number(1).bytes(signature.station.view()).number(2).bytes(signature.signature.view());
}

AgreementSignature read_agreement_signature(FieldDecoder& decoder) {
  AgreementSignature found;
  decoder.begin_map();
  decoder.key(1, "signing station");
  found.station = decoder.fixed<StationKey>();
  decoder.key(2, "signature");
  found.signature = decoder.fixed<Signature>();
  decoder.end_map();
  return found;
}

SignedAgreement SignedAgreement::of(Agreement agreement) {
  Bytes bytes = agreement.encode();
  return {std::move(agreement), std::move(bytes), {}};
}

Hash SignedAgreement::hash() const { return hash_of(bytes); }

Bytes SignedAgreement::encode() const {
  OPENLINE_ASSERT(signatures.size() <= kMaxSignatures);
  OPENLINE_ASSERT(std::ranges::is_sorted(signatures, {}, &AgreementSignature::station));
  cbor::MapEncoder map;
  map.field(1).bytes(bytes);
  cbor::Encoder& list = map.field(2).array(signatures.size());
  for (const AgreementSignature& signature : signatures) write_agreement_signature(list, signature);
  return map.take();
}

Result<SignedAgreement> SignedAgreement::decode(ByteView encoded) {
  FieldDecoder decoder(encoded, "signed agreement");
  SignedAgreement found;
  decoder.begin_map();
  decoder.key(1, "agreement");
  const ByteView payload = decoder.bytes(encoded.size());
  decoder.key(2, "signatures");
  for (std::size_t left = decoder.array(kMaxSignatures); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    const AgreementSignature signature = read_agreement_signature(decoder);
    const bool ascends = found.signatures.empty() || found.signatures.back().station < signature.station;
    decoder.refuse_unless(ascends, at, "signatures must ascend by station, one a station");
    found.signatures.push_back(signature);
  }
  decoder.end_map();
  auto result = decoder.result(std::move(found));
  if (!result) return result;
  auto agreement = Agreement::decode(payload);
  if (!agreement) return fail(error_within(encoded, payload, agreement.error()));
  result->agreement = std::move(*agreement);
  result->bytes = copy_of(payload);
  return result;
}

bool SignedAgreement::signature_holds(const AgreementSignature& signature,
                                      const std::optional<LineId>& line) const {
  return verify(signature.station, {kAgreementLabel, line, bytes}, signature.signature);
}

void SignedAgreement::sign(const StationKeyPair& station, const std::optional<LineId>& line) {
  OPENLINE_ASSERT(line.has_value() == agreement.predecessor.has_value());
  add({station.key(), station.sign({kAgreementLabel, line, bytes})});
}

void SignedAgreement::add(const AgreementSignature& signature) {
  const auto at = std::ranges::lower_bound(signatures, signature.station, {}, &AgreementSignature::station);
  const bool held = at != signatures.end() && at->station == signature.station;
  if (!held && signatures.size() < kMaxSignatures) signatures.insert(at, signature);
}

SignedRefusal SignedRefusal::sign(const Refusal& refusal, const StationKeyPair& station) {
  OPENLINE_ASSERT(has_size(refusal.reason, 0, kMostReason));
  cbor::MapEncoder map;
  map.field(1).bytes(refusal.agreement.view());
  map.field(2).text(refusal.reason);
  write_time(map.field(3), refusal.time);
  Bytes bytes = map.take();
  const Signature signature = station.sign({kRefusalLabel, std::nullopt, bytes});
  return {refusal, std::move(bytes), station.key(), signature};
}

Bytes SignedRefusal::encode() const {
  cbor::MapEncoder map;
  map.field(1).bytes(bytes);
  map.field(2).bytes(station.view());
  map.field(3).bytes(signature.view());
  return map.take();
}

namespace {

Result<Refusal> read_refusal(ByteView bytes) {
  FieldDecoder decoder(bytes, "refusal");
  Refusal refusal;
  decoder.begin_map();
  decoder.key(1, "agreement");
  refusal.agreement = decoder.fixed<Hash>();
  decoder.key(2, "reason");
  refusal.reason = decoder.text_within(0, kMostReason);
  decoder.key(3, "time");
  refusal.time = decoder.time();
  decoder.end_map();
  return decoder.result(std::move(refusal));
}

}  // namespace

Result<SignedRefusal> SignedRefusal::decode(ByteView encoded) {
  FieldDecoder decoder(encoded, "signed refusal");
  SignedRefusal found;
  decoder.begin_map();
  decoder.key(1, "refusal");
  const ByteView payload = decoder.bytes(encoded.size());
  decoder.key(2, "station");
  found.station = decoder.fixed<StationKey>();
  decoder.key(3, "signature");
  found.signature = decoder.fixed<Signature>();
  decoder.end_map();
  auto result = decoder.result(std::move(found));
  if (!result) return result;
  auto refusal = read_refusal(payload);
  if (!refusal) return fail(error_within(encoded, payload, refusal.error()));
  result->refusal = std::move(*refusal);
  result->bytes = copy_of(payload);
  if (!verify(result->station, {kRefusalLabel, std::nullopt, result->bytes}, result->signature)) {
    return fail("signed refusal: the station's signature does not verify");
  }
  return result;
}

}  // namespace openline
