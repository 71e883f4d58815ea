// SPDX-License-Identifier: Apache-2.0
// Session keys, the locator that announces the newest, and what the switchboard knows of each peer.
#include <algorithm>

#include "core/station/state.h"
#include "core/wire/dictionary.h"

namespace openline {

void Station::State::make_session_key(SessionSecret secret, Now now) {
  const std::uint64_t counter = std::max(locator.locator.counter, std::uint64_t{0}) + 1;
  SessionKeyRow row{counter, std::max(now.wall, WallTime{}), SessionKeyPair::from_seed(std::move(secret))};
  cbor::Encoder out;
  out.array(2)
      .number(static_cast<std::uint64_t>(row.made.time_since_epoch().count()))
      .bytes(row.key.secret.expose());
  turn.put_state(row_key("session-key", number_key(counter)), out.take());
  session_keys.insert(session_keys.begin(), std::move(row));
}

// Signs a locator with the newest key and today's addresses; the counter rises.
void Station::State::make_locator() {
  Locator next;
  next.station = signing.key();
  next.counter = std::max(locator.locator.counter + 1, session_keys.front().counter);
  next.session_key = session_keys.front().key.key;
  next.addresses = identity.addresses;
  next.dictionaries = {kDictionaryEdition};
  locator = SignedLocator::sign(next, signing);
  turn.put_state("own-locator/", locator.encode());
}

void Station::State::apply_keys() {
  std::vector<SessionKeyPair> keys;
  for (const SessionKeyRow& row : session_keys) keys.push_back(row.key.clone());
  links.set_own_keys(std::move(keys), locator);
}

void Station::State::set_peer(const StationKey& station, Now now) {
  const Party* party = parties.party_of(station);
  if (party == nullptr || station == signing.key()) return;
  const CardStation* on_card = party->cards.newest().station(station);
  if (on_card == nullptr || on_card->revoked) {
    links.remove_peer(station);
    open_links.erase(station);
    return;
  }
  PeerSetup setup;
  setup.station = station;
  if (const SignedLocator* theirs = parties.locator_of(station)) setup.locator = *theirs;
  for (const CourierKey& key : party->courier_keys) setup.courier_keys.push_back(key.clone());
  links.set_peer(std::move(setup), now);
  if (const auto told = told_locators.find(station); told != told_locators.end())
    links.peer_has_locator(station, told->second);
}

void Station::State::set_peers_of(const Fingerprint& fingerprint, Now now) {
  const Party* party = parties.find(fingerprint);
  if (party == nullptr || fingerprint == own_party) return;
  for (const CardStation& station : party->cards.newest().stations) set_peer(station.key, now);
  for (auto& [id, line] : lines) {
    for (const StationKey& peer : peers_of(*line)) line->shares.try_emplace(peer);
    ask_for_heads_later(*line, now);
  }
}

void Station::State::announce_keys(Now now) {
  for (const StationKey& peer : open_links) {
    links.send(peer, encode_message(locator), {.precedence = Precedence::kImmediate}, now);
  }
}

void Station::State::rotate_keys(Now now) {
  if (session_keys.empty() || now.wall < session_keys.front().made + options.session_key_life) return;
  make_session_key(random.draw_secret<SessionSecret>(), now);
  make_locator();
  while (session_keys.size() > 1 && session_keys.back().made + options.kept_session_keys < now.wall) {
    turn.erase_state(row_key("session-key", number_key(session_keys.back().counter)));
    session_keys.pop_back();
  }
  after_commit(KeysDurable{}, now);
}

}  // namespace openline
