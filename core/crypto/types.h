// SPDX-License-Identifier: Apache-2.0
// Keys, hashes and ids as types of their own (protocol.md sections 3, 4 and 9).
#pragma once

#include <compare>
#include <cstdint>

#include "core/wire/bytes.h"

namespace openline {

using Hash = FixedBytes<struct HashTag, 32>;               // BLAKE2b-256
using RootKey = FixedBytes<struct RootKeyTag, 32>;         // Ed25519 public key of a party
using StationKey = FixedBytes<struct StationKeyTag, 32>;   // Ed25519 public key of a station: its identity
using SessionKey = FixedBytes<struct SessionKeyTag, 32>;   // X25519 public key: the Noise static
using Signature = FixedBytes<struct SignatureTag, 64>;     // Ed25519
using LineId = FixedBytes<struct LineIdTag, 32>;           // hash of the line's first agreement
using EntryId = FixedBytes<struct EntryIdTag, 32>;         // hash of the entry's header
using Incarnation = FixedBytes<struct IncarnationTag, 8>;  // random, one a start
using LinkEpoch = FixedBytes<struct LinkEpochTag, 8>;      // random, one a start

struct Sequence {
  std::uint64_t value = 0;
  [[nodiscard]] Sequence next() const { return {value + 1}; }
  auto operator<=>(const Sequence&) const = default;
};

}  // namespace openline
