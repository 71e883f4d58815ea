// SPDX-License-Identifier: Apache-2.0
// Keys, cards and locators from fixed seeds, for tests.
#pragma once

#include <string>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/locator.h"
#include "core/crypto/noise.h"

namespace openline {

// 32 bytes, all the same.
template <class AnySecret>
AnySecret seed_of(std::uint8_t byte) {
  AnySecret seed;
  for (std::uint8_t& each : seed.expose_mutable()) each = byte;
  return seed;
}
inline RootKeyPair root_of(std::uint8_t byte) { return RootKeyPair(seed_of<SigningSeed>(byte)); }
inline StationKeyPair station_of(std::uint8_t byte) { return StationKeyPair(seed_of<SigningSeed>(byte)); }
inline SessionKeyPair session_of(std::uint8_t byte) {
  return SessionKeyPair::from_seed(seed_of<SessionSecret>(byte));
}

// Edition 1 of a party with one station.
inline Card card_of(std::uint8_t root, std::uint8_t station) {
  Card card;
  card.root = root_of(root).key();
  card.code = "NORTH-1";
  card.name = "Northern Command";
  card.languages = {"en", "ru"};
  card.stations = {{station_of(station).key(), "primary", std::nullopt}};
  return card;
}

// The next edition, still of the same root key.
inline Card successor_of(const SignedCard& previous) {
  Card card = previous.card;
  ++card.edition;
  card.previous = previous.hash();
  return card;
}

inline Locator locator_of(std::uint8_t station, std::uint8_t session) {
  return {station_of(station).key(),
          7,
          session_of(session).key,
          {{"fibre", "udp", "192.0.2.1:4700"}, {"satellite", "tcp", "[2001:db8::1]:4700"}}};
}

}  // namespace openline
