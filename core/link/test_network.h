// SPDX-License-Identifier: Apache-2.0
// Stations that talk over wires with delay, loss, reordering, duplication, corruption and cuts, under virtual
// time. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <queue>

#include "core/link/link_status.h"

namespace openline::link_test {

using namespace std::chrono_literals;

template <class Any>
Any secret_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(number);
  return Any(std::span<const std::uint8_t, 32>(bytes));
}

// Both directions between two stations on one path.
struct Wire {
  Microseconds delay = Milliseconds{5};
  Microseconds jitter{};
  double loss = 0, duplication = 0, corruption = 0;
  bool cut = false;
  std::optional<std::uint64_t> rate;  // bytes a second that an adapter takes
};

struct Traffic {  // a packet as it left a station
  std::string from_station;
  PathIndex path;
  Address from, to;
  Bytes bytes;
};

struct Station {
  std::string name;
  std::uint8_t number = 0;
  std::unique_ptr<StationKeyPair> key;
  std::vector<SessionKeyPair> session_keys;  // newest first
  std::vector<LocalPath> paths;
  std::vector<std::string> addresses;  // by path
  std::uint64_t locator_counter = 1;
  std::uint8_t starts = 0;
  LinkOptions options;
  std::unique_ptr<Switchboard> board;

  std::vector<ObjectReceived> received;
  std::vector<LinkOpened> opened;
  std::vector<PathChanged> path_changes;
  std::vector<std::uint64_t> delivered;
  std::vector<SignedLocator> locators;
  std::size_t closed = 0;
  std::map<std::uint8_t, MonotonicTime> adapter_free;  // by path, with a rate

  [[nodiscard]] const StationKey& id() const { return key->key(); }
  [[nodiscard]] SignedLocator locator(bool with_addresses = true) const {
    Locator made{id(), locator_counter, session_keys.front().key, {}};
    for (std::size_t at = 0; with_addresses && at < paths.size(); ++at) {
      made.addresses.push_back({paths[at].name, paths[at].kind, addresses[at]});
    }
    return SignedLocator::sign(made, *key);
  }
  [[nodiscard]] std::size_t count_of(const Bytes& object) const {
    return static_cast<std::size_t>(std::ranges::count(received, object, &ObjectReceived::object));
  }
};

class Network {
 public:
  explicit Network(std::uint64_t seed = 1, std::size_t path_count = 1);

  Station& add(const std::string& name, LinkOptions options = {}, std::vector<LocalPath> paths = {});
  void start(Station& station);  // or restart: what it knew of sessions is gone
  // `knows_addresses`: else it can only be called.
  void introduce(Station& station, const Station& peer, std::vector<CourierKey> keys = {},
                 bool knows_addresses = true);
  void introduce_both(Station& a, Station& b) { introduce(a, b), introduce(b, a); }

  void run_for(Microseconds time);
  [[nodiscard]] bool run_until(const std::function<bool()>& done, Microseconds at_most);
  [[nodiscard]] Now now() const {
    return {time, WallTime{std::chrono::duration_cast<Milliseconds>(time.time_since_epoch())}};
  }

  std::optional<std::uint64_t> send(Station& from, const Station& to, Bytes object, SendOptions how = {}) {
    return from.board->send(to.id(), std::move(object), how, now());
  }
  void inject(Station& to, PathIndex path, const Address& from, Bytes packet) {
    to.board->receive(path, from, packet, now());
    collect(to);
  }
  [[nodiscard]] LinkStatus status(const Station& station, const Station& peer) const {
    return station.board->status(peer.id()).value();
  }

  MonotonicTime time = MonotonicTime{Seconds{1000}};
  std::vector<Wire> wires;                        // by path
  std::function<void(const Traffic&)> tap;        // sees everything that leaves a station
  std::function<bool(const Traffic&)> drop;       // true: this one is lost
  std::map<std::string, std::string> translated;  // source addresses as receivers see them (NAT)
  std::vector<std::unique_ptr<Station>> stations;
  Random random;

  void collect(Station& station);
  // Lets the adapters take what already waits, to nowhere.
  void take_quietly(Station& station) {
    for (std::size_t at = 0; at < wires.size(); ++at) {
      while (station.board->next_packet({static_cast<std::uint8_t>(at)}, 65536, now())) continue;
    }
  }

 private:
  struct InAir {
    MonotonicTime arrives;
    std::uint64_t order;
    Station* to;
    PathIndex path;
    Address from;
    Bytes bytes;
    bool operator<(const InAir& other) const {
      return std::tie(other.arrives, other.order) < std::tie(arrives, order);
    }
  };
  bool chance(double probability) {
    return random.below(1'000'000) < static_cast<std::uint64_t>(probability * 1e6);
  }
  void poll(Station& station);
  void put(Station& station, PathIndex path, OutgoingPacket packet);
  void deliver_due();
  [[nodiscard]] MonotonicTime next_time() const;
  std::priority_queue<InAir> air_;
  std::uint64_t order_ = 0;
};

inline Network::Network(std::uint64_t seed, std::size_t path_count)
    : wires(path_count), random(secret_of<RandomSeed>(static_cast<std::uint8_t>(seed))) {}

inline Station& Network::add(const std::string& name, LinkOptions options, std::vector<LocalPath> paths) {
  auto station = std::make_unique<Station>();
  station->name = name;
  station->number = static_cast<std::uint8_t>(stations.size() + 1);
  station->key = std::make_unique<StationKeyPair>(secret_of<SigningSeed>(station->number));
  station->session_keys.push_back(
      SessionKeyPair::from_seed(secret_of<SessionSecret>(static_cast<std::uint8_t>(station->number + 100))));
  station->options = options;
  for (std::size_t at = 0; at < wires.size() && paths.empty(); ++at) {
    station->paths.push_back({.name = "path" + std::to_string(at), .kind = "udp"});
  }
  if (!paths.empty()) station->paths = std::move(paths);
  for (std::size_t at = 0; at < wires.size(); ++at)
    station->addresses.push_back(name + ":" + std::to_string(at));
  stations.push_back(std::move(station));
  start(*stations.back());
  return *stations.back();
}

inline void Network::start(Station& station) {
  ++station.starts;
  station.board = std::make_unique<Switchboard>(
      station.options, station.paths,
      secret_of<RandomSeed>(static_cast<std::uint8_t>(station.number * 16 + station.starts)));
  std::vector<SessionKeyPair> keys;
  for (const SessionKeyPair& key : station.session_keys) keys.push_back(key.clone());
  station.board->set_own_keys(std::move(keys), station.locator());
}

inline void Network::introduce(Station& station, const Station& peer, std::vector<CourierKey> keys,
                               bool knows_addresses) {
  station.board->set_peer({peer.id(), peer.locator(knows_addresses), std::move(keys)}, now());
}

inline void Network::collect(Station& station) {
  station.board->check_invariants();
  for (LinkEvent& event : station.board->take_events()) {
    if (auto* object = std::get_if<ObjectReceived>(&event)) station.received.push_back(std::move(*object));
    if (auto* link = std::get_if<LinkOpened>(&event)) station.opened.push_back(*link);
    if (std::holds_alternative<LinkClosed>(event)) ++station.closed;
    if (auto* path = std::get_if<PathChanged>(&event)) station.path_changes.push_back(*path);
    if (auto* object = std::get_if<ObjectDelivered>(&event)) station.delivered.push_back(object->object);
    if (auto* locator = std::get_if<LocatorLearned>(&event)) station.locators.push_back(locator->locator);
  }
}

inline void Network::put(Station& station, PathIndex path, OutgoingPacket packet) {
  const Wire& wire = wires[path.value];
  Traffic traffic{station.name, path, {station.addresses[path.value]}, packet.to, std::move(packet.bytes)};
  if (tap) tap(traffic);
  if (wire.rate) {
    station.adapter_free[path.value] =
        time + Microseconds{static_cast<std::int64_t>(traffic.bytes.size() * 1'000'000 / *wire.rate)};
  }
  if (wire.cut || chance(wire.loss) || (drop && drop(traffic))) return;
  Station* to = nullptr;
  for (const auto& candidate : stations) {
    if (candidate->addresses[path.value] == packet.to.text ||
        (translated.contains(candidate->addresses[path.value]) &&
         translated.at(candidate->addresses[path.value]) == packet.to.text))
      to = candidate.get();
  }
  if (!to) return;
  if (translated.contains(traffic.from.text)) traffic.from.text = translated.at(traffic.from.text);
  for (int copies = chance(wire.duplication) ? 2 : 1; copies > 0; --copies) {
    Bytes bytes = traffic.bytes;
    if (chance(wire.corruption))
      bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
    Microseconds delay = wire.delay;
    if (wire.jitter.count() > 0)
      delay += Microseconds{
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(wire.jitter.count())))};
    air_.push({time + delay, order_++, to, path, traffic.from, std::move(bytes)});
  }
}

inline void Network::poll(Station& station) {
  for (std::size_t at = 0; at < wires.size(); ++at) {
    const PathIndex path{static_cast<std::uint8_t>(at)};
    while (station.adapter_free[path.value] <= time) {
      auto packet = station.board->next_packet(path, 65536, now());
      if (!packet) break;
      put(station, path, std::move(*packet));
    }
  }
}

inline void Network::deliver_due() {
  while (!air_.empty() && air_.top().arrives <= time) {
    const InAir packet = air_.top();
    air_.pop();
    packet.to->board->receive(packet.path, packet.from, packet.bytes, now());
    collect(*packet.to);
  }
}

inline MonotonicTime Network::next_time() const {
  MonotonicTime next = air_.empty() ? kNever : air_.top().arrives;
  for (const auto& station : stations) {
    next = std::min(next, station->board->next_timeout());
    for (const auto& [path, free] : station->adapter_free) {
      if (free > time) next = std::min(next, free);
    }
  }
  return next;
}

inline bool Network::run_until(const std::function<bool()>& done, Microseconds at_most) {
  const MonotonicTime end = time + at_most;
  for (int idle_steps = 0; idle_steps < 1000;) {
    for (const auto& station : stations) {
      station->board->start_turn();
      station->board->run_timers(now());
      collect(*station);
      poll(*station);
    }
    if (done()) return true;
    const MonotonicTime next = next_time();
    idle_steps = next > time ? 0 : idle_steps + 1;
    if (next > end) break;
    time = std::max(time, next);
    deliver_due();
    EXPECT_LT(idle_steps, 999) << "a timeout is in the past, again and again";
  }
  time = end;
  return done();
}

inline void Network::run_for(Microseconds duration) {
  (void)run_until([] { return false; }, duration);
}

// Recognisable bytes, different for each number.
inline Bytes object_of(std::size_t size, std::uint64_t number) {
  Bytes object(size);
  std::uint64_t state = number * 0x9e3779b97f4a7c15ULL + 1;
  for (std::uint8_t& byte : object) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<std::uint8_t>(state >> 56);
  }
  return object;
}

}  // namespace openline::link_test
