// SPDX-License-Identifier: Apache-2.0
#include "core/station/parties.h"

#include <algorithm>

#include "core/record/fields.h"

namespace openline {

Bytes Party::encode() const {
  cbor::MapEncoder map;
  cbor::Encoder& editions = map.field(1).array(cards.editions().size());
  for (const SignedCard& card : cards.editions()) editions.raw(card.encode());
  cbor::Encoder& keys = map.field(2).array(courier_keys.size());
  for (const CourierKey& key : courier_keys) {
    Bytes encoded = key.encode();
    keys.raw(encoded);
    wipe(encoded);
  }
  cbor::Encoder& others = map.field(3).array(evidence.size());
  for (const SignedCard& card : evidence) others.raw(card.encode());
  return map.take();
}

namespace {

Result<std::vector<SignedCard>> read_cards(FieldDecoder& in, std::size_t least) {
  std::vector<SignedCard> cards;
  for (std::size_t left = in.array_within(least, 1024); left > 0 && in.ok(); --left) {
    Result<SignedCard> card = SignedCard::decode(in.item());
    if (!card) return fail(card.error());
    cards.push_back(std::move(*card));
  }
  return cards;
}

}  // namespace

Result<Party> Party::decode(ByteView row) {
  FieldDecoder in(row, "party row");
  in.begin_map();
  in.key(1, "cards");
  Result<std::vector<SignedCard>> editions = read_cards(in, 1);
  if (!editions) return fail(editions.error());
  Result<CardChain> chain = CardChain::from(std::move(*editions));
  if (!chain) return fail(chain.error());
  Party party{std::move(*chain), {}, {}};
  in.key(2, "courier keys");
  for (std::size_t left = in.array_within(0, 2); left > 0 && in.ok(); --left) {
    Result<CourierKey> key = CourierKey::decode(in.item());
    if (!key) return fail(key.error());
    party.courier_keys.push_back(std::move(*key));
  }
  in.key(3, "evidence");
  Result<std::vector<SignedCard>> evidence = read_cards(in, 0);
  if (!evidence) return fail(evidence.error());
  party.evidence = std::move(*evidence);
  in.end_map();
  return in.result(std::move(party));
}

Result<void> Party::add_courier_key(CourierKey key) {
  for (const CourierKey& held : courier_keys) {
    if (held.generation != key.generation) continue;
    if (held.secret == key.secret) return {};
    return fail("another courier key of generation " + std::to_string(key.generation) +
                " is held for this party; give the new one the next generation");
  }
  if (!courier_keys.empty() && key.generation < courier_keys.front().generation) {
    return fail("courier key generation " + std::to_string(key.generation) +
                " is older than the one in use, " + std::to_string(courier_keys.front().generation));
  }
  courier_keys.insert(courier_keys.begin(), std::move(key));
  if (courier_keys.size() > 2) courier_keys.pop_back();
  return {};
}

void Parties::index(const Fingerprint& fingerprint) {
  for (const SignedCard& edition : parties_.at(fingerprint).cards.editions()) {
    for (const CardStation& station : edition.card.stations) by_station_.emplace(station.key, fingerprint);
  }
}

Result<void> Parties::may_accept(const CardChain& cards) const {
  const Fingerprint fingerprint = cards.fingerprint();
  for (const SignedCard& edition : cards.editions()) {
    for (const CardStation& station : edition.card.stations) {
      const auto owner = by_station_.find(station.key);
      if (owner != by_station_.end() && owner->second != fingerprint) {
        return fail("station '" + station.name + "' of this card is already on the card of another party");
      }
    }
  }
  if (parties_.contains(fingerprint)) return {};
  for (const auto& [other, party] : parties_) {
    if (party.cards.newest().code == cards.newest().code) {
      return fail("another party with the code " + party.cards.newest().code + " is known: " + other.text());
    }
  }
  return {};
}

Result<Party*> Parties::accept(const CardChain& cards) {
  const Result<void> may = may_accept(cards);
  if (!may) return fail(may.error());
  const Fingerprint fingerprint = cards.fingerprint();
  const auto known = parties_.find(fingerprint);
  if (known == parties_.end()) {
    Party& party = parties_.emplace(fingerprint, Party{cards, {}, {}}).first->second;
    index(fingerprint);
    return &party;
  }
  Party& party = known->second;
  for (const SignedCard& edition : cards.editions()) {
    const Result<void> added = party.cards.add(edition);
    if (added) continue;
    const auto& held = party.cards.editions();
    const bool proof = std::any_of(held.begin(), held.end(), [&](const SignedCard& card) {
      return CardChain::is_equivocation(card, edition);
    });
    if (proof && party.evidence.size() < 8) party.evidence.push_back(edition);
    return fail(added.error());
  }
  index(fingerprint);
  return &party;
}

void Parties::restore(Party party) {
  const Fingerprint fingerprint = party.cards.fingerprint();
  parties_.emplace(fingerprint, std::move(party));
  index(fingerprint);
}

bool Parties::take_locator(const SignedLocator& locator) {
  if (!by_station_.contains(locator.locator.station)) return false;
  const auto held = locators_.find(locator.locator.station);
  if (held != locators_.end() && held->second.locator.counter >= locator.locator.counter) return false;
  locators_.insert_or_assign(locator.locator.station, locator);
  return true;
}

Party* Parties::find(const Fingerprint& party) {
  const auto found = parties_.find(party);
  return found == parties_.end() ? nullptr : &found->second;
}

const Party* Parties::find(const Fingerprint& party) const {
  const auto found = parties_.find(party);
  return found == parties_.end() ? nullptr : &found->second;
}

const Party* Parties::party_of(const StationKey& station) const {
  const auto found = by_station_.find(station);
  return found == by_station_.end() ? nullptr : find(found->second);
}

std::optional<Fingerprint> Parties::fingerprint_of(const StationKey& station) const {
  const auto found = by_station_.find(station);
  if (found == by_station_.end()) return std::nullopt;
  return found->second;
}

std::string Parties::code_of(const StationKey& station) const {
  const Party* party = party_of(station);
  return party == nullptr ? "?" : party->cards.newest().code;
}

const SignedLocator* Parties::locator_of(const StationKey& station) const {
  const auto found = locators_.find(station);
  return found == locators_.end() ? nullptr : &found->second;
}

std::vector<StationKey> Parties::stations_of(const Fingerprint& fingerprint) const {
  std::vector<StationKey> keys;
  const Party* party = find(fingerprint);
  if (party == nullptr) return keys;
  for (const CardStation& station : party->cards.newest().stations) {
    if (!station.revoked) keys.push_back(station.key);
  }
  return keys;
}

}  // namespace openline
