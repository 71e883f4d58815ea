// SPDX-License-Identifier: Apache-2.0
// A session with a peer: its keys, and what came on it (protocol.md section 5).
#pragma once

#include <map>
#include <optional>

#include "core/crypto/transport.h"
#include "core/link/ack_tracker.h"
#include "core/link/block_receiver.h"

namespace openline {

struct Session {
  Session(Transport keys, bool initiated, std::uint8_t courier_generation, MonotonicTime now)
      : transport(std::move(keys)), initiated_here(initiated), generation(courier_generation), opened(now) {}

  struct Incoming {  // one of the peer's paths
    AckTracker tracker;
    std::optional<PathId> via;  // our path on which its newest packet came
    BlockReceiver blocks;       // of a path of small packets
  };
  Transport transport;
  bool initiated_here;
  std::uint8_t generation;  // of the courier key; 0: none
  MonotonicTime opened;
  MonotonicTime ends = kNever;  // of a replaced session
  std::map<PathId, Incoming> incoming;
};

}  // namespace openline
