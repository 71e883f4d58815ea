// SPDX-License-Identifier: Apache-2.0
// Agreements that are proposed, signed in part, or refused, before their line exists (protocol.md section 8).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/record/agreement.h"
#include "core/station/parties.h"

namespace openline {

struct Proposal {
  SignedAgreement agreement;
  std::vector<SignedRefusal> refusals;  // one a party, the newest
  [[nodiscard]] Bytes encode() const;   // a derived row
  [[nodiscard]] static Result<Proposal> decode(ByteView row);
};

class Proposals {
 public:
  static constexpr std::size_t kMax =
      64;  // more are refused: an officer decides on those that are there first

  // Merges signatures that hold and belong to stations of members. True when something was new.
  [[nodiscard]] Result<bool> merge(const SignedAgreement& agreement, const Parties& parties);
  [[nodiscard]] bool refuse(const SignedRefusal& refusal, const Parties& parties);
  void restore(Proposal proposal);
  [[nodiscard]] Proposal* find(const Hash& hash);
  void erase(const Hash& hash) { proposals_.erase(hash); }
  [[nodiscard]] const std::map<Hash, Proposal>& all() const { return proposals_; }

 private:
  std::map<Hash, Proposal> proposals_;
};

// Codes of the members whose stations signed, in member order; and of those that did not.
[[nodiscard]] std::vector<std::string> signers_of(const SignedAgreement& agreement, const Parties& parties);
[[nodiscard]] std::vector<std::string> missing_from(const SignedAgreement& agreement, const Parties& parties);

}  // namespace openline
