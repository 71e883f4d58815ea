// SPDX-License-Identifier: Apache-2.0
#include "core/link/address_validation.h"

namespace openline {

void AddressValidation::doubt() {
  *this = AddressValidation{};
  received_ = kDoubted / kAmplification;
}

MonotonicTime AddressValidation::challenge_due() const {
  if (valid_) return kNever;
  return first_challenge_ ? last_challenge_ + kRepeat : MonotonicTime::min();
}

MonotonicTime AddressValidation::failure_due() const {
  return valid_ || !first_challenge_ ? kNever : *first_challenge_ + kPatience;
}

ChallengeToken AddressValidation::challenge(const ChallengeToken& fresh, MonotonicTime now) {
  if (!token_) token_ = fresh;
  if (!first_challenge_) first_challenge_ = now;
  last_challenge_ = now;
  return *token_;
}

bool AddressValidation::answered(const ChallengeToken& token) {
  if (valid_ || token_ != token) return false;
  valid_ = true;
  return true;
}

}  // namespace openline
