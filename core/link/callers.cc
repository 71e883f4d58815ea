// SPDX-License-Identifier: Apache-2.0
#include "core/link/callers.h"

namespace openline {
namespace {

// The psk of this generation with a peer. A pair that has a courier key never goes without.
std::optional<Psk> psk_with(const Link& link, const StationKey& own, std::uint8_t generation) {
  if (generation == 0) return link.courier_keys().empty() ? std::optional(no_psk()) : std::nullopt;
  for (const CourierKey& key : link.courier_keys()) {
    if (key.generation == generation) return psk_of(key, own, link.peer());
  }
  return std::nullopt;
}

Link* link_of(const Links& links, const SessionKey& caller) {
  for (const auto& [station, link] : links) {
    if (std::ranges::find(link->known_keys(), caller) != link->known_keys().end()) return link.get();
  }
  return nullptr;
}

void parse(Callers::Found& found) {
  auto payload = read_handshake_payload(found.plain);
  if (payload) {
    found.payload = std::move(*payload);
  } else {
    found.failure = Callers::Failure::kDamaged;
  }
}

// Nobody's known key: it may be a new key of a peer, whose locator is then inside.
void identify_stranger(Callers::Found& found, const Links& links, const StationKey& own,
                       std::uint8_t generation, NoiseResponder& noise) {
  found.failure = Callers::Failure::kUnknown;
  std::size_t trials = 0;
  bool opened = false;
  for (auto at = links.begin(); at != links.end() && !opened && trials < Callers::kMaxTrials; ++at) {
    const auto psk = psk_with(*at->second, own, generation);
    if (!psk) continue;
    ++trials;
    auto plain = noise.finish_first(*psk);
    opened = plain.has_value();
    if (opened) found.plain = std::move(*plain);
    if (generation == 0) break;  // the same for all
    if (opened) found.link = at->second.get();
  }
  if (!opened) return;
  found.failure.reset();
  parse(found);
  if (found.failure) return;
  found.failure = Callers::Failure::kUnknown;
  if (!found.payload.locator) return;
  const Locator& locator = found.payload.locator->locator;
  const auto link = links.find(locator.station);
  if (link == links.end() || (found.link && found.link != link->second.get())) return;
  if (!psk_with(*link->second, own, generation)) return;
  if (locator.session_key != found.caller || locator.counter <= link->second->known_locator()) return;
  found.link = link->second.get();
  found.failure.reset();
}

}  // namespace

Callers::Found Callers::identify(const Links& links, const StationKey& own, const FirstPacket& packet,
                                 NoiseResponder& noise) {
  Found found;
  const auto caller = noise.read_first_static(packet.noise);
  if (!caller) {
    found.failure = Failure::kDamaged;
    return found;
  }
  found.caller = *caller;
  found.link = link_of(links, found.caller);
  if (!found.link) {
    identify_stranger(found, links, own, packet.generation, noise);
    return found;
  }
  const auto psk = psk_with(*found.link, own, packet.generation);
  auto plain = psk ? noise.finish_first(*psk) : Result<Bytes>(fail("no courier key of this generation"));
  if (!plain) {
    found.failure = Failure::kWrongCourierKey;
    return found;
  }
  found.plain = std::move(*plain);
  parse(found);
  return found;
}

}  // namespace openline
