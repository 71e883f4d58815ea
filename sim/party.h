// SPDX-License-Identifier: Apache-2.0
// Generated parties: keys from fixed seeds, one station each, addresses in a network that exists nowhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/station/station.h"

namespace openline::sim {

struct Party {
  std::size_t number = 0;  // also its place in the network's addresses
  std::size_t paths = 2;
  std::optional<std::uint64_t> declared_rate{};  // of each path, bytes a second
  std::size_t padding = 0;                       // of each path, as LocalPath has them
  std::optional<Microseconds> cover{};
  std::size_t max_packet = 1200;
  std::optional<Microseconds> packet_time{};  // with a declared rate
  std::size_t discover_up_to = 0;
  std::size_t overhead = 28;  // that the network adds to a packet

  [[nodiscard]] std::string code() const;  // "NORTH", "SOUTH", "EAST", "WEST", "PARTY-4" …
  [[nodiscard]] StationIdentity identity() const;
  [[nodiscard]] CardFile card() const;  // as handed to the others before anything ran
  [[nodiscard]] StationKey station() const;
  [[nodiscard]] Fingerprint fingerprint() const;
  [[nodiscard]] std::vector<LocalPath> local_paths() const;
  [[nodiscard]] Address address(std::size_t path) const;
};

[[nodiscard]] CourierKey courier_key_between(std::size_t one, std::size_t other);
[[nodiscard]] Agreement agreement_of(const std::vector<Party>& parties, RecordMode mode);

}  // namespace openline::sim
