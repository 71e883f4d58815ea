// SPDX-License-Identifier: Apache-2.0
#include "core/line/amendments.h"

#include <algorithm>

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kMaxPending = 16;  // a line; more proposals than this are on record but not followed

bool contains(const std::vector<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::string Amendments::objection(const Agreement& successor) const {
  const Agreement& now = in_force().agreement;
  if (successor.predecessor != in_force().hash())
    return "it does not name the agreement in force as its predecessor";
  if (successor.record != now.record)
    return "attested and deniable cannot be changed into each other: make a new line";
  if (successor.members != now.members) return "its members are not those of the agreement in force";
  return {};
}

void Amendments::warn_of_second_signature(const Hash& successor, const std::string& code) {
  for (const auto& [hash, other] : pending_) {
    if (hash == successor || !contains(other.signed_by, code)) continue;
    const std::string warning = code +
                                " signed two successors of one agreement: " + hash.hex().substr(0, 12) +
                                " and " + successor.hex().substr(0, 12);
    if (!contains(warnings_, warning) && warnings_.size() < kMaxPending) warnings_.push_back(warning);
  }
}

std::string Amendments::sign(PendingAmendment& amendment, const AgreementSignature& signature,
                             const std::string& code) {
  if (!amendment.successor.signature_holds(signature, line_)) return {};
  if (contains(amendment.signed_by, code)) return {};
  const Hash hash = amendment.successor.hash();
  warn_of_second_signature(hash, code);
  amendment.successor.add(signature);
  amendment.signed_by.push_back(code);
  if (amendment.signed_by.size() < in_force().agreement.members.size()) return code + " signed an amendment";
  in_force_.push_back(amendment.successor);
  pending_.clear();
  return "an amendment is in force";
}

std::string Amendments::proposed(const SignedAgreement& successor, const std::string& code) {
  if (!objection(successor.agreement).empty()) return {};
  const Hash hash = successor.hash();
  auto found = pending_.find(hash);
  if (found == pending_.end()) {
    if (pending_.size() >= kMaxPending) return {};
    PendingAmendment fresh;
    fresh.successor = SignedAgreement::of(successor.agreement);
    found = pending_.emplace(hash, std::move(fresh)).first;
  }
  for (const AgreementSignature& signature : successor.signatures) {
    std::string change = sign(found->second, signature, code);
    if (!change.empty()) return change;
  }
  return code + " proposed an amendment";
}

std::string Amendments::signed_by(const Hash& successor, const AgreementSignature& signature,
                                  const std::string& code) {
  const auto found = pending_.find(successor);
  return found == pending_.end() ? std::string() : sign(found->second, signature, code);
}

std::string Amendments::refused(const Hash& successor, const std::string& reason, const std::string& code) {
  const auto found = pending_.find(successor);
  if (found == pending_.end()) return {};
  found->second.refused_by.emplace_back(code, reason);
  return code + " refused an amendment";
}

Bytes Amendments::encode() const {
  cbor::Encoder out;
  out.array(3).array(in_force_.size());
  for (const SignedAgreement& agreement : in_force_) out.raw(agreement.encode());
  out.array(pending_.size());
  for (const auto& [hash, amendment] : pending_) {
    out.array(3).raw(amendment.successor.encode()).array(amendment.signed_by.size());
    for (const std::string& code : amendment.signed_by) out.text(code);
    out.array(amendment.refused_by.size() * 2);
    for (const auto& [code, reason] : amendment.refused_by) out.text(code).text(reason);
  }
  out.array(warnings_.size());
  for (const std::string& warning : warnings_) out.text(warning);
  return out.take();
}

namespace {

Result<PendingAmendment> decode_pending(FieldDecoder& in) {
  PendingAmendment amendment;
  in.array_within(3, 3);
  Result<SignedAgreement> successor = SignedAgreement::decode(in.item());
  if (!successor) return fail(successor.error());
  amendment.successor = std::move(*successor);
  for (std::size_t left = in.array_within(0, 64); left > 0 && in.ok(); --left)
    amendment.signed_by.push_back(in.code());
  for (std::size_t left = in.array_within(0, 1024) / 2; left > 0 && in.ok(); --left) {
    std::string code = in.code();
    amendment.refused_by.emplace_back(std::move(code), in.text_within(0, 1000));
  }
  return amendment;
}

}  // namespace

Result<Amendments> Amendments::decode(ByteView row) {
  Amendments result;
  FieldDecoder in(row, "line row");
  in.array_within(3, 3);
  for (std::size_t left = in.array_within(1, 1024); left > 0 && in.ok(); --left) {
    Result<SignedAgreement> agreement = SignedAgreement::decode(in.item());
    if (!agreement) return fail(agreement.error());
    result.in_force_.push_back(std::move(*agreement));
  }
  for (std::size_t left = in.array_within(0, kMaxPending); left > 0 && in.ok(); --left) {
    Result<PendingAmendment> amendment = decode_pending(in);
    if (!amendment) return fail(amendment.error());
    const Hash hash = amendment->successor.hash();
    result.pending_.emplace(hash, std::move(*amendment));
  }
  for (std::size_t left = in.array_within(0, kMaxPending); left > 0 && in.ok(); --left) {
    result.warnings_.push_back(in.text_within(0, 300));
  }
  in.finish();
  if (!in.ok()) return fail(in.failure());
  if (result.in_force_.empty()) return fail("line row: no agreement");
  result.line_ = LineId{result.in_force_.front().hash().value};
  return result;
}

}  // namespace openline
