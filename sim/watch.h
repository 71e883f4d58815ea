// SPDX-License-Identifier: Apache-2.0
// Looks at what stations say of themselves and at what goes over the wires, and holds it against what the
// world knows: the oracles that need more than what became durable.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/world.h"

namespace openline::sim {

struct WatchOptions {
  Seconds every{5};                   // stations are looked at
  Seconds grace{15};                  // beside the detection time that a station states
  Seconds flash_within{600};          // of unbroken good network between its author and a member
  Seconds fork_within{60};            // from both branches in a store to saying so
  std::size_t max_queued = 64 << 20;  // bytes a link, of objects that are not acknowledged
};

class Watch {
 public:
  // `secrets` must not be seen on any wire, in any packet.
  Watch(World& world, WatchOptions options, std::vector<std::string> secrets);
  // Stations that are honest; only they are held to what they say.
  void look();
  void flash_sent(std::size_t author, EntryId id);
  void attends(std::size_t station);  // an officer renews at this moment
  // From now on the network between all that are not separated is as good as it gets.
  void calm() { calm_ = true; }
  // Stations that had stopped writing when they were looked at.
  [[nodiscard]] const std::vector<std::size_t>& stopped() const { return stopped_; }
  [[nodiscard]] std::uint64_t looks() const { return looks_; }
  // What a packet must not contain; the first of it that is there.
  [[nodiscard]] static std::optional<std::string> seen_in(const Bytes& packet,
                                                          const std::vector<std::string>& secrets);

  // One statement against the truth; empty: it holds. `silent` is how long nothing came whole, or nullopt:
  // never.
  [[nodiscard]] static std::string judge_reach(bool reachable, std::optional<Microseconds> silent,
                                               Microseconds detection, Seconds grace);
  [[nodiscard]] static std::string judge_bounds(const StationStatus& status, const StationOptions& options,
                                                std::size_t max_queued);

 private:
  struct Flash {
    std::size_t author = 0;
    EntryId id;
    std::map<std::size_t, MonotonicTime> good_since;  // by the member that lacks it
  };
  void look_at(std::size_t station);
  void look_at_member(std::size_t station, std::size_t other, const StationStatus& status,
                      const MemberStatus& member);
  void look_at_flashes();
  void look_at_forks(std::size_t station, const LineStatus& line);
  [[nodiscard]] bool network_allows(std::size_t from, std::size_t to) const;
  void fail(std::size_t station, const std::string& what);
  World& world_;
  WatchOptions options_;
  std::vector<std::string> secrets_;
  std::map<std::string, std::size_t> by_code_;
  std::map<std::size_t, MonotonicTime> attended_, forked_since_;
  std::vector<Flash> flashes_;
  std::vector<std::size_t> stopped_;
  bool calm_ = false;
  std::uint64_t looks_ = 0;
};

}  // namespace openline::sim
