// SPDX-License-Identifier: Apache-2.0
// The parties whose cards were accepted here, their stations, locators and courier keys; our own party too.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/courier_key.h"
#include "core/crypto/locator.h"

namespace openline {

struct Party {
  CardChain cards;
  std::vector<CourierKey> courier_keys;  // newest first, at most two
  std::vector<SignedCard> evidence;      // other cards of an edition that is held: root equivocation

  [[nodiscard]] Bytes encode() const;  // a derived row; holds secrets
  [[nodiscard]] static Result<Party> decode(ByteView row);
  // An older generation than the newest is refused, and another key of a generation that is held.
  [[nodiscard]] Result<void> add_courier_key(CourierKey key);
};

class Parties {
 public:
  // Whether it may be accepted, as far as other parties' cards say.
  [[nodiscard]] Result<void> may_accept(const CardChain& cards) const;
  // A new party, or further editions of one that is known. On an error nothing changed but the evidence.
  [[nodiscard]] Result<Party*> accept(const CardChain& cards);
  void restore(Party party);
  // True when it is new: a station of a known party, a higher counter.
  bool take_locator(const SignedLocator& locator);

  [[nodiscard]] Party* find(const Fingerprint& party);
  [[nodiscard]] const Party* find(const Fingerprint& party) const;
  [[nodiscard]] const Party* party_of(const StationKey& station) const;
  [[nodiscard]] std::optional<Fingerprint> fingerprint_of(const StationKey& station) const;
  [[nodiscard]] std::string code_of(const StationKey& station) const;  // "?" when unknown
  [[nodiscard]] const SignedLocator* locator_of(const StationKey& station) const;
  // Stations on the newest card that are not revoked.
  [[nodiscard]] std::vector<StationKey> stations_of(const Fingerprint& party) const;
  [[nodiscard]] const std::map<Fingerprint, Party>& all() const { return parties_; }

 private:
  void index(const Fingerprint& fingerprint);
  std::map<Fingerprint, Party> parties_;
  std::map<StationKey, Fingerprint> by_station_;  // of every edition: the first party to list a key keeps it
  std::map<StationKey, SignedLocator> locators_;
};

}  // namespace openline
