// SPDX-License-Identifier: Apache-2.0
// What a link can say of itself at any moment: how its paths do, what is on its way, and when that should be
// there. All of it is this station's own observation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/link/switchboard.h"

namespace openline {

struct PathStatus {
  PathIndex path;
  std::string name;
  Address remote;
  PathState state = PathState::kUntried;
  std::optional<MonotonicTime> last_heard;
  std::optional<MonotonicTime> state_since;
  std::optional<Microseconds> round_trip;
  double loss = 0;                             // measured, 0..1
  Microseconds detection_time{};               // silence longer than this means down
  std::optional<std::uint64_t> declared_rate;  // bytes a second, with what the network adds
  std::optional<std::uint64_t> measured_rate;  // bytes a second that arrived lately (goodput.h)
  std::size_t in_flight = 0;                   // bytes of packets that are not acknowledged yet
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::uint64_t packets_sent = 0, packets_received = 0, packets_lost = 0;
  std::uint64_t bytes_repeated = 0;   // of objects, in packets of repeats that nobody asked for
  std::uint64_t bytes_padded = 0;     // that said nothing, for those who watch the path
  std::size_t packet_size = 0;        // bytes of the largest packet that is sent there now
  std::optional<double> budget_used;  // of what such repeats may take, 0..1; nullopt: they may take nothing
};

struct LinkStatus {
  StationKey station;
  bool session = false;  // a confirmed session is open and some path is up
  std::optional<MonotonicTime> last_heard;
  bool courier_key = false;            // protects this pair
  bool suspect_courier_key = false;    // section 5.7: unauthenticated
  std::optional<std::string> closing;  // their last words, when their station said that it stops
  std::vector<PathStatus> paths;
  std::size_t queued_bytes = 0;  // objects not yet acknowledged
  std::size_t objects_in_flight = 0;
};

// An object that the peer's station has not acknowledged whole.
struct ObjectStatus {
  std::uint64_t object = 0;  // as `Switchboard::send` numbered it
  Precedence precedence = Precedence::kRoutine;
  bool bulk = false;
  std::size_t size = 0, missing = 0;  // bytes; missing: not acknowledged
  MonotonicTime since{};              // when it was given to the link
  // When all of it should be there (delivery_estimate.h). nullopt: it waits for a path, or nothing is known
  // yet of how fast the paths are.
  std::optional<MonotonicTime> due;
  std::string path;  // by which its last bytes should come; empty without `due`
};

struct PathQueue {
  std::size_t bytes = 0;             // of objects that no packet carries yet and that this path may take
  std::optional<Microseconds> time;  // until they should be there; nullopt as above
};

struct Outbound {
  std::vector<ObjectStatus> objects;  // the most urgent first, then the oldest
  std::size_t more = 0;               // objects that are not among them
  std::vector<PathQueue> queues;      // by path, as in LinkStatus
};

}  // namespace openline
