// SPDX-License-Identifier: Apache-2.0
// What happens to packets between stations. Each direction of each path between two stations has faults of
// its own; all are drawn from one seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "core/crypto/random.h"
#include "core/wire/bytes.h"
#include "core/wire/time.h"

namespace openline::sim {

// A seeded source of chance.
class Chance {
 public:
  explicit Chance(std::uint64_t seed);
  [[nodiscard]] bool happens(double probability);
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  [[nodiscard]] Microseconds up_to(Microseconds most);
  void fill(Bytes& bytes) { random_.fill(bytes); }
  [[nodiscard]] RandomSeed seed() { return random_.draw_secret<RandomSeed>(); }

 private:
  Random random_;
};

// Probabilities are for each packet.
struct Faults {
  double loss = 0;
  double burst = 0;        // that a burst of losses begins
  double burst_end = 0.2;  // that it ends
  double duplication = 0;  // a second copy, later
  double reordering = 0;   // held back by up to `held_back`
  double corruption = 0;   // 1 to 8 bits turned over
  double truncation = 0;   // cut off at a random length
  Microseconds delay = Milliseconds{5};
  Microseconds jitter{};
  Microseconds held_back = Milliseconds{200};
  std::optional<std::uint64_t> bandwidth;  // bytes a second; what does not fit waits in a queue
  std::size_t overhead = 0;                // bytes that the network adds to each packet, on air
  Microseconds queue = Milliseconds{500};  // beyond it the tail is dropped
  bool cut = false;                        // partition of this direction
  std::size_t largest = SIZE_MAX;          // bytes; longer packets vanish and nobody says so
};

struct WireName {
  std::size_t from = 0, to = 0, path = 0;
  auto operator<=>(const WireName&) const = default;
};

struct WireCounts {
  std::uint64_t packets = 0, bytes = 0;  // offered; with overhead
  std::uint64_t lost = 0;                // packets: by chance, or because the queue was full
  Microseconds waited{};                 // in the queue, by all of them together
};

struct Arrival {
  MonotonicTime at;
  Bytes packet;
  bool whole = true;  // neither altered nor a copy
};

class Network {
 public:
  explicit Network(std::uint64_t seed) : chance_(seed) {}
  [[nodiscard]] Faults& wire(const WireName& name) { return wires_[name].faults; }
  // What arrives at the other end, and when. Empty: lost.
  [[nodiscard]] std::vector<Arrival> carry(const WireName& name, const Bytes& packet, MonotonicTime now);
  [[nodiscard]] WireCounts counts(const WireName& name) const;  // so far
  [[nodiscard]] std::uint64_t on_air(const WireName& name) const { return counts(name).bytes; }

 private:
  struct Wire {
    Faults faults;
    bool in_burst = false;
    MonotonicTime free_at{};
    WireCounts counts;
  };
  [[nodiscard]] bool loses(Wire& wire);
  [[nodiscard]] bool damage(const Faults& faults, Bytes& packet);
  Chance chance_;
  std::map<WireName, Wire> wires_;
};

}  // namespace openline::sim
