// SPDX-License-Identifier: Apache-2.0
// Opening a serial line: raw, eight bits, no parity, one stop bit, and nobody else on it.
#pragma once

#include <chrono>

#include "daemon/path/listening_socket.h"

namespace openline::daemon {

// Non-blocking. `may_pass`: the device is not there now. Two stations never have one line: it is locked
// (flock) and others' opening refused (TIOCEXCL).
[[nodiscard]] std::expected<Descriptor, OpenProblem> open_serial(const PathConfig& config);

// Bytes that the system holds unsent (TIOCOUTQ). A pseudo-terminal always says 0.
[[nodiscard]] std::size_t unsent_bytes(int device);

// Before closing: waits so long for what the system holds unsent, then gives that up, since closing would
// wait for it up to half a minute where flow control has stopped it. Others may open it again, even if
// somebody else has it open still.
void give_back(int device, std::chrono::milliseconds patience);

}  // namespace openline::daemon
