// SPDX-License-Identifier: Apache-2.0
// What all links of a switchboard share: options, own paths and keys, session indices, and where events
// and handshake packets go.
#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "core/link/switchboard.h"

namespace openline {

class Link;

struct Board {
  static constexpr std::size_t kMaxPosted = 512;  // handshake packets that wait on a path; more are dropped

  Board(LinkOptions link_options, std::vector<LocalPath> own_paths, RandomSeed seed);

  [[nodiscard]] std::uint32_t new_index(Link& link);  // random, not in use
  void post(PathIndex path, const Address& to, Bytes packet);
  [[nodiscard]] bool is_own_path(PathIndex path) const { return path.value < paths.size(); }

  LinkOptions options;
  std::vector<LocalPath> paths;
  std::vector<bool> usable;
  Random random;
  std::vector<SessionKeyPair> own_keys;  // newest first
  std::optional<SignedLocator> locator;
  std::unordered_map<std::uint32_t, Link*> by_index;  // whose session or initiation
  std::vector<std::deque<OutgoingPacket>> posted;     // by path
  std::vector<LinkEvent> events;
  SwitchboardCounters counters;
  std::optional<std::string> closing;  // this station stops, and why
};

}  // namespace openline
