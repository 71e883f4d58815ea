// SPDX-License-Identifier: Apache-2.0
// What both handshake messages carry (protocol.md section 5.1): CDDL handshake, then frames.
#pragma once

#include <optional>

#include "core/crypto/locator.h"
#include "core/wire/error.h"

namespace openline {

struct HandshakePayload {
  LinkEpoch epoch;
  std::optional<SignedLocator> locator;  // its signature was checked
  ByteView frames;                       // borrows what was read
};
[[nodiscard]] Result<HandshakePayload> read_handshake_payload(ByteView plain);
// Without its frames, which follow.
[[nodiscard]] Bytes write_handshake_payload(const LinkEpoch& epoch, const SignedLocator* locator);

}  // namespace openline
