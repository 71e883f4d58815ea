// SPDX-License-Identifier: Apache-2.0
// A relay between two stations on loopback whose paths can be cut, mended and slowed: the demonstration's
// network. Each station is told the relay's address as the other's, and the relay passes packets and bytes on
// to the real one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace openline::demonstration {

struct RelayedPath {
  std::string name;
  bool tcp = false;
  std::uint16_t front[2] = {};         // the relay's ports: front[i] is announced as station i's
  std::uint16_t station[2] = {};       // where station i listens
  std::chrono::milliseconds delay{0};  // each way
  std::uint64_t bytes_a_second = 0;    // 0: no limit
};

// Runs in a thread of its own from construction to destruction.
class Relay {
 public:
  Relay();
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  void add(const RelayedPath& path);                  // throws std::system_error when a port is taken
  void set_open(const std::string& name, bool open);  // false: cut, connections are closed
 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Free ports of loopback, each given once.
[[nodiscard]] std::uint16_t free_port();

}  // namespace openline::demonstration
