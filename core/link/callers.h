// SPDX-License-Identifier: Apache-2.0
// Who sent a first message (protocol.md section 5.2).
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/link/link.h"

namespace openline {

using Links = std::map<StationKey, std::unique_ptr<Link>>;

class Callers {
 public:
  static constexpr std::size_t kMaxTrials = 256;  // psks that are tried for an unknown session key

  enum class Failure { kDamaged, kUnknown, kWrongCourierKey };
  struct Found {
    Link* link = nullptr;
    std::optional<Failure> failure;
    std::vector<Link*> suspects;  // with kWrongCourierKey: whose session key it is
    SessionKey caller;
    Bytes plain;
    HandshakePayload payload;  // borrows `plain`
  };
  // Reads the message with `noise`, which then is ready to answer.
  [[nodiscard]] static Found identify(const Links& links, const StationKey& own, const FirstPacket& packet,
                                      NoiseResponder& noise);
};

}  // namespace openline
