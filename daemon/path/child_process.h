// SPDX-License-Identifier: Apache-2.0
// Starting and ending a helper program, with its standard streams in our hands.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/path/listening_socket.h"

namespace openline::daemon {

// A program that runs in a process group of its own and ends with us. Ours are the other ends of its standard
// streams, non-blocking; `in` is a socket, so that writing to it never raises SIGPIPE.
class ChildProcess {
 public:
  // No shell: command[0] is the program's path. It gets our environment and no other descriptor of ours. The
  // error is in words, without the program's name.
  [[nodiscard]] static std::expected<ChildProcess, std::string> start(
      const std::vector<std::string>& command);
  ChildProcess(ChildProcess&&) = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess() = default;

  // Readable once the program ended: then `reap` says how, in words ("ended with code 3").
  [[nodiscard]] int watch() const { return watch_.get(); }
  [[nodiscard]] std::string reap();
  void signal(int number);  // to its whole group; nothing once it is reaped
  // Waits so long for it to end by itself, then asks it to (SIGTERM) and waits as long again, then ends it
  // (SIGKILL). Its streams are closed before.
  void end(std::chrono::milliseconds patience);

  Descriptor in, out, error;

 private:
  ChildProcess() = default;
  [[nodiscard]] bool ended_within(std::chrono::milliseconds patience) const;

  int process_ = -1;  // -1: reaped
  Descriptor watch_;
};

}  // namespace openline::daemon
