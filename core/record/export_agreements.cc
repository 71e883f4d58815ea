// SPDX-License-Identifier: Apache-2.0
// Whether an export's head proves who the members are and what they agreed (protocol.md sections 8 and 12).
#include "core/crypto/hash.h"
#include "core/record/export_parts.h"

namespace openline {
namespace {

using Problems = std::vector<std::string>;

void check_roots(const ExportHead& head, const std::vector<Fingerprint>& roots, Problems& problems) {
  const auto& members = head.agreements.front().agreement.members;
  for (std::size_t i = 0; i < head.cards.size(); ++i) {
    const Fingerprint root = head.cards[i].fingerprint();
    if (root != members[i].party) {
      problems.push_back("The cards of " + members[i].code + " begin at root " + root.text() +
                         ", but the agreement names " + members[i].party.text() + ".");
    }
    if (std::ranges::find(roots, root) == roots.end()) {
      problems.push_back("The root of " + members[i].code + " was not given: in this file it is " +
                         root.text() + ". Compare it with the fingerprint that " + members[i].code +
                         " itself showed you, and give that one.");
    }
  }
}

// Parties and codes; a desk may be renamed by an amendment.
bool same_members(const Agreement& a, const Agreement& b) {
  return std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
    return x.party == y.party && x.code == y.code;
  });
}

void check_chain(const ExportHead& head, std::size_t at, const std::string& name, Problems& problems) {
  const Agreement& agreement = head.agreements[at].agreement;
  if (at == 0) {
    if (agreement.predecessor) problems.push_back(name + " is an amendment, not the first agreement.");
    if (head.agreements[0].hash().value != head.line.value) {
      problems.push_back(name + " is not that of this line: its hash is not the line's id.");
    }
    return;
  }
  if (agreement.predecessor != head.agreements[at - 1].hash()) {
    problems.push_back(name + " does not amend the agreement before it.");
  }
  const Agreement& first = head.agreements[0].agreement;
  if (!same_members(first, agreement)) problems.push_back(name + " has other members than the first.");
  if (first.record != agreement.record) problems.push_back(name + " changes between attested and deniable.");
}

void check_signatures(const ExportHead& head, std::size_t at, const std::string& name, Problems& problems) {
  const SignedAgreement& agreement = head.agreements[at];
  if (agreement.agreement.record == RecordMode::kDeniable) {
    if (!agreement.signatures.empty()) problems.push_back(name + " is signed in a deniable record.");
    return;
  }
  const std::optional<LineId> line = at == 0 ? std::nullopt : std::optional(head.line);
  std::vector<bool> signed_by(head.cards.size());
  for (const AgreementSignature& signature : agreement.signatures) {
    const auto is_of = [&](const CardChain& chain) { return chain.had_station(signature.station); };
    const bool holds = agreement.signature_holds(signature, line);
    if (!holds || std::ranges::none_of(head.cards, is_of)) {
      problems.push_back(name + ": the signature of station " + to_hex(signature.station.view().first(4)) +
                         (holds ? " is by no member." : " does not verify."));
    }
    for (std::size_t i = 0; holds && i < head.cards.size(); ++i) {
      if (is_of(head.cards[i])) signed_by[i] = true;
    }
  }
  for (std::size_t i = 0; i < signed_by.size(); ++i) {
    if (!signed_by[i])
      problems.push_back(name + " is not signed by " + agreement.agreement.members[i].code + ".");
  }
}

}  // namespace

std::vector<std::string> problems_of_head(const ExportHead& head, const std::vector<Fingerprint>& roots) {
  Problems problems;
  check_roots(head, roots, problems);
  for (std::size_t at = 0; at < head.agreements.size(); ++at) {
    const std::string name = at == 0 ? "The first agreement" : "Amendment " + std::to_string(at);
    check_chain(head, at, name, problems);
    if (same_members(head.agreements[0].agreement, head.agreements[at].agreement)) {
      check_signatures(head, at, name, problems);
    }
  }
  return problems;
}

}  // namespace openline
