// SPDX-License-Identifier: Apache-2.0
#include "sim/network.h"

#include <algorithm>

namespace openline::sim {
namespace {

RandomSeed seed_from(std::uint64_t number) {
  std::array<std::uint8_t, 32> bytes{};
  for (std::size_t at = 0; at < 8; ++at) bytes[at] = static_cast<std::uint8_t>(number >> (8 * at));
  return RandomSeed(std::span<const std::uint8_t, 32>(bytes));
}

}  // namespace

Chance::Chance(std::uint64_t seed) : random_(seed_from(seed)) {}

bool Chance::happens(double probability) {
  if (probability <= 0) return false;
  return static_cast<double>(random_.below(1'000'000)) < probability * 1e6;
}

Microseconds Chance::up_to(Microseconds most) {
  return Microseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

bool Network::loses(Wire& wire) {
  if (wire.in_burst) wire.in_burst = !chance_.happens(wire.faults.burst_end);
  if (!wire.in_burst) wire.in_burst = chance_.happens(wire.faults.burst);
  return wire.faults.cut || wire.in_burst || chance_.happens(wire.faults.loss);
}

bool Network::damage(const Faults& faults, Bytes& packet) {
  if (packet.empty()) return false;
  const bool corrupt = chance_.happens(faults.corruption);
  if (corrupt) {
    for (std::uint64_t left = 1 + chance_.below(8); left > 0; --left) {
      packet[chance_.below(packet.size())] ^= static_cast<std::uint8_t>(1u << chance_.below(8));
    }
  }
  const bool cut_off = chance_.happens(faults.truncation);
  if (cut_off) packet.resize(chance_.below(packet.size()));
  return corrupt || cut_off;
}

std::vector<Arrival> Network::carry(const WireName& name, const Bytes& packet, MonotonicTime now) {
  Wire& wire = wires_[name];
  const Faults& faults = wire.faults;
  std::vector<Arrival> arrivals;
  const std::size_t size = packet.size() + faults.overhead;
  ++wire.counts.packets;
  wire.counts.bytes += size;
  MonotonicTime leaves = now;
  if (faults.bandwidth) {
    const MonotonicTime start = std::max(now, wire.free_at);
    if (start - now > faults.queue) return ++wire.counts.lost, arrivals;
    wire.counts.waited += start - now;
    leaves = start + Microseconds{static_cast<std::int64_t>(size * 1'000'000 / *faults.bandwidth)};
    wire.free_at = leaves;
  }
  const bool vanishes = packet.size() > faults.largest;
  if (loses(wire) || vanishes) return ++wire.counts.lost, arrivals;  // it took its time on air
  const std::size_t copies = chance_.happens(faults.duplication) ? 2 : 1;
  for (std::size_t copy = 0; copy < copies; ++copy) {
    Arrival arrival{leaves + faults.delay + chance_.up_to(faults.jitter), packet};
    if (copy > 0 || chance_.happens(faults.reordering)) arrival.at += chance_.up_to(faults.held_back);
    arrival.whole = !damage(faults, arrival.packet) && copy == 0;
    arrivals.push_back(std::move(arrival));
  }
  return arrivals;
}

WireCounts Network::counts(const WireName& name) const {
  const auto found = wires_.find(name);
  return found == wires_.end() ? WireCounts{} : found->second.counts;
}

}  // namespace openline::sim
