// SPDX-License-Identifier: Apache-2.0
#include "sim/party.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/wire/assert.h"
#include "core/wire/dictionary.h"

namespace openline::sim {
namespace {

constexpr const char* kCodes[] = {"NORTH", "SOUTH", "EAST", "WEST"};
constexpr const char* kPaths[] = {"fibre", "satellite", "backup"};

template <class Any>
Any secret_of(std::uint8_t use, std::size_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(use);
  bytes[1] = static_cast<std::uint8_t>(number + 1);  // not the first: X25519 clears bits of it
  bytes[2] = static_cast<std::uint8_t>(use + ((number + 1) >> 8));
  return Any(std::span<const std::uint8_t, 32>(bytes));
}

std::vector<LocatorAddress> addresses_of(const Party& party) {
  std::vector<LocatorAddress> addresses;
  for (std::size_t path = 0; path < party.paths; ++path) {
    addresses.push_back({kPaths[path], "udp", party.address(path).text});
  }
  return addresses;
}

}  // namespace

std::string Party::code() const {
  return number < std::size(kCodes) ? kCodes[number] : fmt::format("PARTY-{}", number);
}

// Those who look at a run after each step ask for these, and each costs a key pair to make.
StationKey Party::station() const {
  static std::map<std::size_t, StationKey> made;
  const auto known = made.find(number);
  if (known != made.end()) return known->second;
  return made.emplace(number, StationKeyPair(secret_of<SigningSeed>(2, number)).key()).first->second;
}

Address Party::address(std::size_t path) const {
  return {fmt::format("192.0.2.{}:{}", number + 1, 4700 + path)};
}

CardFile Party::card() const {
  const RootKeyPair root(secret_of<SigningSeed>(1, number));
  const StationKeyPair station(secret_of<SigningSeed>(2, number));
  Card card;
  card.root = root.key();
  card.code = code();
  card.name = code() + " Command";
  card.languages = {"en"};
  card.stations = {{station.key(), "primary", std::nullopt}};
  Result<CardChain> chain = CardChain::start(SignedCard::sign(card, root));
  OPENLINE_ASSERT(chain.has_value());
  Locator locator;
  locator.station = station.key();
  locator.counter = 1;
  locator.session_key = SessionKeyPair::from_seed(secret_of<SessionSecret>(3, number)).key;
  locator.dictionaries = {kDictionaryEdition};
  locator.addresses = addresses_of(*this);
  return {std::move(*chain), {SignedLocator::sign(locator, station)}};
}

Fingerprint Party::fingerprint() const { return card().cards.fingerprint(); }

StationIdentity Party::identity() const {
  return {secret_of<SigningSeed>(2, number), card(), addresses_of(*this),
          secret_of<SessionSecret>(3, number)};
}

std::vector<LocalPath> Party::local_paths() const {
  std::vector<LocalPath> result;
  for (std::size_t path = 0; path < paths; ++path) {
    result.push_back({.name = kPaths[path],
                      .kind = "udp",
                      .max_packet = max_packet,
                      .declared_rate = declared_rate,
                      .overhead = overhead,
                      .packet_time = packet_time,
                      .discover_up_to = discover_up_to,
                      .padding = padding,
                      .cover = cover});
  }
  return result;
}

CourierKey courier_key_between(std::size_t one, std::size_t other) {
  return {secret_of<CourierSecret>(4, std::min(one, other) * 256 + std::max(one, other)), 1};
}

Agreement agreement_of(const std::vector<Party>& parties, RecordMode mode) {
  Agreement agreement;
  agreement.name = "defense";
  for (const Party& party : parties) {
    agreement.members.push_back({party.fingerprint(), party.code(), "defense"});
    agreement.languages.emplace_back(party.code(), "en");
  }
  std::sort(agreement.members.begin(), agreement.members.end(),
            [](const Member& a, const Member& b) { return a.party < b.party; });
  std::sort(agreement.languages.begin(), agreement.languages.end());
  agreement.record = mode;
  agreement.answer_within = {Seconds{24 * 3600}, Seconds{3 * 3600}, Seconds{1800}, Seconds{600}};
  return agreement;
}

}  // namespace openline::sim
