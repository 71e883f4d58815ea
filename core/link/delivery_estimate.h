// SPDX-License-Identifier: Apache-2.0
// When what is on its way to a peer should be there: an estimate from what goes before it by precedence, and
// from rate, delay and loss of the paths. It is the time by which an even chance has it there, if nothing
// more urgent is sent meanwhile.
//
//   - Higher ranks go first; within a rank groups take turns packet by packet, and each keeps its order.
//   - FLASH goes by every path, and is there when the first of them brought it. All else is shared among the
//     paths, each taking as much as it carries.
//   - What is lost goes again when the loss shows; a rate counts what arrives, so that repeats cost no more.
#pragma once

#include <optional>
#include <vector>

#include "core/link/send_queue.h"
#include "core/wire/time.h"

namespace openline {

struct PathOutlook {
  bool up = false;
  std::optional<double> goodput;  // bytes a second that arrive, `overhead` included; nullopt: not known yet
  double loss = 0;                // 0..1
  Microseconds delay{};           // from the end of sending to arrival
  Microseconds busy{};            // until it takes the next packet
  Microseconds loss_shows{};      // from sending until a packet counts as lost
  std::size_t room = 1200;        // bytes of an object in one packet
  std::size_t overhead = 0;       // bytes that a packet adds to them
};

struct Shipment {
  Rank rank = Rank::kRoutine;
  std::uint32_t group = 0;
  std::size_t missing = 0;           // bytes that are not acknowledged
  std::size_t unsent = 0;            // of those, in no packet that is on its way; unused for FLASH
  std::vector<std::size_t> lanes{};  // FLASH only: the same by path
  std::optional<Microseconds> sent_ago{}, repeated_ago{};  // its newest bytes, and an unasked copy of it
  std::size_t sent_by = 0;                                 // the path that those took
};

struct Arrival {
  Microseconds in{};     // from now; zero: any moment
  std::size_t path = 0;  // by which the last of it should come
};

class DeliveryEstimate {
 public:
  // Shipments: the highest rank first, within a rank the oldest first.
  DeliveryEstimate(std::vector<PathOutlook> paths, std::vector<Shipment> shipments);
  // nullopt: no path is up, or nothing is known yet of the rate of those that are.
  [[nodiscard]] std::optional<Arrival> arrival_of(std::size_t shipment) const;
  [[nodiscard]] std::size_t queued_bytes(std::size_t path) const;  // that wait for it, those for all included
  [[nodiscard]] std::optional<Microseconds> queue_time(std::size_t path) const;  // until they should be there

 private:
  using Costs = std::vector<double>;  // by path: bytes on air, or seconds
  struct Group {
    Rank rank;
    std::uint32_t group;
    Costs total;
  };
  [[nodiscard]] bool counts(std::size_t path) const { return paths_[path].up && paths_[path].goodput; }
  [[nodiscard]] std::size_t unsent_by(const Shipment& shipment, std::size_t path) const;
  [[nodiscard]] double seconds_for(std::size_t path, std::size_t bytes) const;
  [[nodiscard]] double start_of(std::size_t path, Rank rank) const;
  [[nodiscard]] Costs ahead_of(std::size_t shipment) const;
  [[nodiscard]] std::optional<Arrival> shared_arrival(const Shipment& shipment, const Costs& ahead) const;
  [[nodiscard]] std::optional<Arrival> flash_arrival(const Shipment& shipment, const Costs& ahead) const;
  [[nodiscard]] std::optional<Arrival> flight_of(const Shipment& shipment) const;
  [[nodiscard]] Microseconds repairs(const Shipment& shipment, std::size_t path) const;
  struct Emptied {
    double at;
    std::size_t path;  // that carried most
  };
  [[nodiscard]] std::optional<Emptied> emptied(const Costs& work, Rank rank) const;

  std::vector<PathOutlook> paths_;
  std::vector<Shipment> shipments_;
  std::vector<Group> groups_;  // with something to send
  std::vector<Costs> before_;  // by shipment: seconds of its own group that go before it, by path
};

}  // namespace openline
