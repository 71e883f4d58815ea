// SPDX-License-Identifier: Apache-2.0
#include "core/link/callers.h"

namespace openline {
namespace {

// The psk of this generation with a peer. A pair that has a courier key never goes without.
std::optional<Psk> psk_with(const Link& link, const StationKey& own, std::uint8_t generation) {
  if (generation == 0 && link.courier_keys().empty()) return psk_without_courier_key(own, link.peer());
  for (const CourierKey& key : link.courier_keys()) {
    if (key.generation == generation) return psk_of(key, own, link.peer());
  }
  return std::nullopt;
}

bool knows(const Link& link, const SessionKey& caller) {
  return std::ranges::find(link.known_keys(), caller) != link.known_keys().end();
}

// A new session key of a known peer: its newest locator says so.
bool is_announced(const Callers::Found& found) {
  if (!found.payload.locator) return false;
  const Locator& locator = found.payload.locator->locator;
  return locator.station == found.link->peer() && locator.session_key == found.caller &&
         locator.counter > found.link->known_locator();
}

// One first message, tried with the psk of one link after another: only that of the pair it is meant for
// opens it.
class Trial {
 public:
  Trial(const StationKey& own, std::uint8_t generation, NoiseResponder& noise, Callers::Found& found)
      : own_(own), generation_(generation), noise_(noise), found_(found) {}

  bool opens(Link& link) {
    const auto psk = psk_with(link, own_, generation_);
    if (!psk) return false;
    ++count_;
    auto plain = noise_.finish_first(*psk);
    if (!plain) return false;
    found_.link = &link;
    found_.plain = std::move(*plain);
    return true;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  const StationKey& own_;
  std::uint8_t generation_;
  NoiseResponder& noise_;
  Callers::Found& found_;
  std::size_t count_ = 0;
};

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
  std::vector<Link*> known, others;
  for (const auto& [station, link] : links) (knows(*link, *caller) ? known : others).push_back(link.get());

  Trial trial(own, packet.generation, noise, found);
  const bool is_known = std::ranges::any_of(known, [&](Link* link) { return trial.opens(*link); });
  const auto stranger = [&](Link* link) { return trial.count() < kMaxTrials && trial.opens(*link); };
  if (!is_known && !std::ranges::any_of(others, stranger)) {
    found.failure = known.empty() ? Failure::kUnknown : Failure::kWrongCourierKey;
    found.suspects = std::move(known);
    return found;
  }
  auto payload = read_handshake_payload(found.plain);
  if (!payload) {
    found.failure = Failure::kDamaged;
    return found;
  }
  found.payload = std::move(*payload);
  if (!is_known && !is_announced(found)) found.failure = Failure::kUnknown;
  return found;
}

}  // namespace openline
