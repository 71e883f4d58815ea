// SPDX-License-Identifier: Apache-2.0
// Makes the faults of a mix happen to a world: to its wires, stations, disks, clocks, and by strangers and a
// hostile member.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/fault_mix.h"
#include "sim/random_acts.h"
#include "sim/world.h"

namespace openline::sim {

class Trouble {
 public:
  // `hostile`: the member that may sign anything; it must be known to the world as such. `rarer`: what
  // happens some times a minute happens so many times as rarely.
  Trouble(World& world, FaultMix mix, std::uint64_t seed, std::optional<std::size_t> hostile,
          std::uint64_t rarer = 1);
  // Plans all of it, from now on for this long. A plan is made once.
  void begin(Milliseconds duration);
  // Ends what still lasts. Clocks that jumped stay where they are.
  void end();
  [[nodiscard]] std::uint64_t happened() const { return happened_; }

 private:
  struct Recorded {
    WireName wire;
    Bytes packet;
    bool came = false;  // whole, at least once
  };
  void plan_wires();
  void plan_crashes();
  void plan_events(Fault fault);
  void redraw_wires();
  [[nodiscard]] Faults draw(Milliseconds at);
  void happen(Fault fault, std::size_t station, Milliseconds length);
  void network_event(Fault fault, std::size_t station, Milliseconds length);
  void station_event(Fault fault, std::size_t station, Milliseconds length);
  void clock_event(Fault fault, std::size_t station, Milliseconds length);
  void stranger_event(Fault fault, std::size_t station);
  void hostile_event(Fault fault, Milliseconds length);
  void cut(std::size_t one, std::size_t other, std::size_t path, Milliseconds length);
  void flap(std::size_t one, std::size_t other, std::size_t path, MonotonicTime until);
  void forge_some(std::size_t count);
  void equivocate(Milliseconds length);
  void isolate(std::size_t station, const std::vector<std::size_t>& from, bool cut);
  void record(const WireName& wire, const Bytes& packet);
  void arrived(const Bytes& packet);
  void replay(const Recorded& old, const Address& from);
  [[nodiscard]] Address stranger();
  [[nodiscard]] std::size_t other_than(std::size_t station);
  [[nodiscard]] Milliseconds elapsed() const;
  [[nodiscard]] bool over() const { return over_; }

  World& world_;
  FaultMix mix_;
  Chance chance_;
  std::optional<std::size_t> hostile_;
  std::int64_t rarer_;
  std::size_t paths_;
  MonotonicTime begun_{};
  Milliseconds duration_{};
  bool over_ = false;
  std::map<WireName, MonotonicTime> cut_until_;
  std::map<std::size_t, Store> backups_;
  std::vector<std::shared_ptr<Recorded>> recorded_, first_messages_;
  std::uint64_t happened_ = 0;
};

}  // namespace openline::sim
