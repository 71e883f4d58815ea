// SPDX-License-Identifier: Apache-2.0
// Opening a socket on a configured address, with errors that say which path and which address.
#pragma once

#include <string>

#include "daemon/config/station_config.h"

namespace openline::daemon {

// A descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] int release();

 private:
  int value_ = -1;
};

struct OpenProblem {
  std::string message;
  bool may_pass = false;  // the address is not on this machine now
};

// Non-blocking, bound; a TCP socket also listens. IPv6 sockets take IPv6 only, so that "[::]" and "0.0.0.0"
// can stand side by side.
[[nodiscard]] std::expected<Descriptor, OpenProblem> open_listening(const PathConfig& config, int type);
[[nodiscard]] std::string bound_to(int descriptor);  // its own address, as text

}  // namespace openline::daemon
