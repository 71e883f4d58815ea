// SPDX-License-Identifier: Apache-2.0
#include "core/station/proposals.h"

#include <algorithm>

#include "core/record/fields.h"

namespace openline {

Bytes Proposal::encode() const {
  cbor::Encoder out;
  out.array(2).raw(agreement.encode()).array(refusals.size());
  for (const SignedRefusal& refusal : refusals) out.raw(refusal.encode());
  return out.take();
}

Result<Proposal> Proposal::decode(ByteView row) {
  FieldDecoder in(row, "proposal row");
  in.array_within(2, 2);
  Result<SignedAgreement> agreement = SignedAgreement::decode(in.item());
  if (!agreement) return fail(agreement.error());
  Proposal proposal{std::move(*agreement), {}};
  for (std::size_t left = in.array_within(0, 64); left > 0 && in.ok(); --left) {
    Result<SignedRefusal> refusal = SignedRefusal::decode(in.item());
    if (!refusal) return fail(refusal.error());
    proposal.refusals.push_back(std::move(*refusal));
  }
  return in.result(std::move(proposal));
}

Result<bool> Proposals::merge(const SignedAgreement& agreement, const Parties& parties) {
  const Hash hash = agreement.hash();
  auto found = proposals_.find(hash);
  const bool fresh = found == proposals_.end();
  if (fresh && proposals_.size() >= kMax) return fail("too many proposals are waiting already");
  if (fresh) found = proposals_.emplace(hash, Proposal{SignedAgreement::of(agreement.agreement), {}}).first;
  SignedAgreement& held = found->second.agreement;
  bool added = fresh;
  for (const AgreementSignature& signature : agreement.signatures) {
    if (std::find(held.signatures.begin(), held.signatures.end(), signature) != held.signatures.end())
      continue;
    const std::optional<Fingerprint> party = parties.fingerprint_of(signature.station);
    if (!party || held.agreement.member(*party) == nullptr) continue;
    const std::vector<std::string> signers = signers_of(held, parties);
    if (std::find(signers.begin(), signers.end(), parties.code_of(signature.station)) != signers.end())
      continue;
    if (!held.signature_holds(signature, std::nullopt)) continue;
    held.add(signature);
    added = true;
  }
  if (fresh && held.signatures.empty()) {
    proposals_.erase(found);
    return fail("no valid signature of a member is on it");
  }
  return added;
}

bool Proposals::refuse(const SignedRefusal& refusal, const Parties& parties) {
  Proposal* proposal = find(refusal.refusal.agreement);
  const std::optional<Fingerprint> party = parties.fingerprint_of(refusal.station);
  if (proposal == nullptr || !party || proposal->agreement.agreement.member(*party) == nullptr) return false;
  for (SignedRefusal& held : proposal->refusals) {
    if (parties.fingerprint_of(held.station) != party) continue;
    if (held.refusal.time >= refusal.refusal.time) return false;
    held = refusal;
    return true;
  }
  proposal->refusals.push_back(refusal);
  return true;
}

void Proposals::restore(Proposal proposal) {
  const Hash hash = proposal.agreement.hash();
  proposals_.emplace(hash, std::move(proposal));
}

Proposal* Proposals::find(const Hash& hash) {
  const auto found = proposals_.find(hash);
  return found == proposals_.end() ? nullptr : &found->second;
}

namespace {

bool signed_by_member(const SignedAgreement& agreement, const Member& member, const Parties& parties) {
  return std::any_of(agreement.signatures.begin(), agreement.signatures.end(),
                     [&](const AgreementSignature& signature) {
                       return parties.fingerprint_of(signature.station) == member.party;
                     });
}

std::vector<std::string> members_where(const SignedAgreement& agreement, const Parties& parties,
                                       bool has_signed) {
  std::vector<std::string> codes;
  for (const Member& member : agreement.agreement.members) {
    if (signed_by_member(agreement, member, parties) == has_signed) codes.push_back(member.code);
  }
  return codes;
}

}  // namespace

std::vector<std::string> signers_of(const SignedAgreement& agreement, const Parties& parties) {
  return members_where(agreement, parties, true);
}

std::vector<std::string> missing_from(const SignedAgreement& agreement, const Parties& parties) {
  return members_where(agreement, parties, false);
}

}  // namespace openline
