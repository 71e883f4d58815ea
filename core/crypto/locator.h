// SPDX-License-Identifier: Apache-2.0
// A station's current addresses and session key, signed by the station (protocol.md section 4.3).
#pragma once

#include <string>
#include <vector>

#include "core/crypto/sign.h"
#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct LocatorAddress {
  std::string path;      // name; pairs with the other side's path of that name
  std::string kind;      // "udp", "tcp", "serial", "exec", or one that is not known yet
  std::string endpoint;  // "192.0.2.1:4700", "[2001:db8::1]:4700"; serial: the path's name; exec: any text
  auto operator<=>(const LocatorAddress&) const = default;
};

// CDDL: locator
struct Locator {
  StationKey station;
  std::uint64_t counter = 0;
  SessionKey session_key;
  std::vector<LocatorAddress> addresses;         // at most 8
  std::vector<std::uint32_t> dictionaries = {};  // editions held (section 9.14), ascending, at most 8
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Locator> decode(ByteView bytes);
  bool operator==(const Locator&) const = default;
};

// CDDL: signed-locator
struct SignedLocator {
  Locator locator;
  Bytes bytes;
  Signature signature;
  // The locator must be one that `Locator::decode` takes, and of this station: else a broken invariant.
  [[nodiscard]] static SignedLocator sign(const Locator& locator, const StationKeyPair& station);
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<SignedLocator> decode(ByteView bytes);  // and verifies the signature
};

}  // namespace openline
