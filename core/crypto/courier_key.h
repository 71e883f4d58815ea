// SPDX-License-Identifier: Apache-2.0
// A secret that two parties exchange by hand, and the psk of a pair of stations (protocol.md section 4.4).
#pragma once

#include "core/crypto/secret.h"
#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct CourierKey {
  CourierSecret secret;
  std::uint8_t generation = 1;         // 1..255
  [[nodiscard]] Bytes encode() const;  // CDDL: courier-key-file; the caller wipes it
  [[nodiscard]] static Result<CourierKey> decode(ByteView bytes);
  [[nodiscard]] CourierKey clone() const { return {secret.clone(), generation}; }
};

// The same at both ends: the station keys are sorted.
[[nodiscard]] Psk psk_of(const CourierKey& key, const StationKey& one, const StationKey& other);
// Generation 0, from a courier key of 32 zero bytes: no secret, but it binds the session to the two stations.
[[nodiscard]] Psk psk_without_courier_key(const StationKey& one, const StationKey& other);

}  // namespace openline
