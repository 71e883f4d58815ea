// SPDX-License-Identifier: Apache-2.0
// A party's card: its public credentials, signed by its root key, in editions (protocol.md section 4.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/fingerprint.h"
#include "core/crypto/sign.h"
#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct LastTrusted {
  LineId line;
  EntryId entry;
  bool operator==(const LastTrusted&) const = default;
};

struct CardStation {
  StationKey key;
  std::string name;
  std::optional<std::vector<LastTrusted>> revoked;  // present when revoked
  bool operator==(const CardStation&) const = default;
};

// CDDL: card
struct Card {
  RootKey root;
  std::uint32_t edition = 1;
  std::string code;  // 2..12 of A-Z 0-9 -
  std::string name;
  std::vector<std::string> languages;
  std::vector<CardStation> stations;
  std::optional<Hash> previous;
  std::optional<Hash> next_root;  // hash of the next root key

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Card> decode(
      ByteView bytes);  // checks every rule that one card alone can break
  [[nodiscard]] const CardStation* station(const StationKey& key) const;
  bool operator==(const Card&) const = default;
};

// CDDL: signed-card. Keeps the exact bytes that were signed.
struct SignedCard {
  Card card;
  Bytes bytes;
  Signature signature;

  // The card must be one that `Card::decode` takes, and of this root key: anything else is a broken
  // invariant.
  [[nodiscard]] static SignedCard sign(const Card& card, const RootKeyPair& root);
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<SignedCard> decode(
      ByteView bytes);              // and verifies the signature by its own root key
  [[nodiscard]] Hash hash() const;  // of `bytes`
};

// The editions of one party's card, oldest first. Identity: the root key of edition 1.
class CardChain {
 public:
  static constexpr std::size_t kMaxEditions = 64;  // what the formats carry; later ones are refused
  [[nodiscard]] static Result<CardChain> start(SignedCard first);  // edition 1
  // Adds the next edition. An equal one that is held already is taken without change. A different card of an
  // edition that is held is root equivocation: refused with an error that says so.
  [[nodiscard]] Result<void> add(SignedCard next);
  [[nodiscard]] static Result<CardChain> from(std::vector<SignedCard> editions);
  [[nodiscard]] const Card& newest() const { return editions_.back().card; }
  [[nodiscard]] const std::vector<SignedCard>& editions() const { return editions_; }
  [[nodiscard]] Fingerprint fingerprint() const;                // of edition 1's root key
  [[nodiscard]] bool had_station(const StationKey& key) const;  // in any edition
  // Whether two validly signed cards of one edition differ: proof against the root.
  [[nodiscard]] static bool is_equivocation(const SignedCard& a, const SignedCard& b);

 private:
  std::vector<SignedCard> editions_;
};

}  // namespace openline
