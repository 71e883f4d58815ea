// SPDX-License-Identifier: Apache-2.0
// Whether the peer receives at an address (protocol.md section 5.6). Until it has said so from there, at most
// three times the bytes that came from the address go to it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/link/frames.h"

namespace openline {

class AddressValidation {
 public:
  static constexpr std::uint64_t kAmplification = 3;
  static constexpr Microseconds kRepeat = Seconds{1};
  static constexpr Microseconds kPatience =
      Seconds{4};                                 // from the first challenge; then the address is forgotten
  static constexpr std::uint64_t kDoubted = 150;  // bytes that a doubted address is sent: three challenges

  void set_valid() { valid_ = true; }
  // Another address seems to have taken this one's place: it is to say again that it receives.
  void doubt();
  [[nodiscard]] bool valid() const { return valid_; }
  void received(std::size_t bytes) { received_ += bytes; }
  void sent(std::size_t bytes) { sent_ += bytes; }
  [[nodiscard]] std::uint64_t allowance() const {  // bytes that may be sent there now
    return valid_ ? UINT64_MAX : received_ * kAmplification - std::min(sent_, received_ * kAmplification);
  }
  // When the next challenge goes, and when there was time enough for an answer; kNever once valid.
  [[nodiscard]] MonotonicTime challenge_due() const;
  [[nodiscard]] MonotonicTime failure_due() const;
  [[nodiscard]] ChallengeToken challenge(const ChallengeToken& fresh,
                                         MonotonicTime now);  // one token an address
  bool answered(const ChallengeToken& token);                 // whether this made it valid

 private:
  bool valid_ = false;
  std::uint64_t received_ = 0, sent_ = 0;
  std::optional<ChallengeToken> token_;
  std::optional<MonotonicTime> first_challenge_;
  MonotonicTime last_challenge_{};
};

}  // namespace openline
