// SPDX-License-Identifier: Apache-2.0
// A line's agreement and its amendments (protocol.md section 8). Fed with the line's entries in ancestry
// order, so that every honest member reaches the same agreement from the same ancestry.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/record/agreement.h"

namespace openline {

struct PendingAmendment {
  SignedAgreement successor;
  std::vector<std::string> signed_by;                           // party codes
  std::vector<std::pair<std::string, std::string>> refused_by;  // code, reason
};

class Amendments {
 public:
  Amendments() = default;
  explicit Amendments(SignedAgreement first) : line_(LineId{first.hash().value}) {
    in_force_.push_back(std::move(first));
  }

  [[nodiscard]] const SignedAgreement& in_force() const { return in_force_.back(); }
  [[nodiscard]] const std::vector<SignedAgreement>& history() const { return in_force_; }
  [[nodiscard]] const std::map<Hash, PendingAmendment>& pending() const { return pending_; }

  // Why a successor cannot be one; empty: it can.
  [[nodiscard]] std::string objection(const Agreement& successor) const;
  // Acts on record. `code`: the party of the entry's author. Each answers with what changed, in words; empty:
  // nothing.
  [[nodiscard]] std::string proposed(const SignedAgreement& successor, const std::string& code);
  [[nodiscard]] std::string signed_by(const Hash& successor, const AgreementSignature& signature,
                                      const std::string& code);
  [[nodiscard]] std::string refused(const Hash& successor, const std::string& reason,
                                    const std::string& code);
  [[nodiscard]] const std::vector<std::string>& warnings() const {
    return warnings_;
  }  // who signed two successors

  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<Amendments> decode(ByteView row);

 private:
  [[nodiscard]] std::string sign(PendingAmendment& amendment, const AgreementSignature& signature,
                                 const std::string& code);
  void warn_of_second_signature(const Hash& successor, const std::string& code);
  LineId line_;
  std::vector<SignedAgreement> in_force_;  // the first, then amendments, oldest first
  std::map<Hash, PendingAmendment> pending_;
  std::vector<std::string> warnings_;
};

}  // namespace openline
