// SPDX-License-Identifier: Apache-2.0
// Opening a serial line: raw, eight bits, no parity, one stop bit, and nobody else on it.
#pragma once

#include "daemon/path/listening_socket.h"

namespace openline::daemon {

// Non-blocking. `may_pass`: the device is not there now. Two stations never have one line: it is locked
// (flock) and others' opening refused (TIOCEXCL).
[[nodiscard]] std::expected<Descriptor, OpenProblem> open_serial(const PathConfig& config);

// Bytes that the system holds unsent (TIOCOUTQ). A pseudo-terminal always says 0.
[[nodiscard]] std::size_t unsent_bytes(int device);

// Before closing: others may open it again, even if somebody else has it open still. `forget` gives up what
// the system holds unsent: closing would wait for it, up to half a minute.
void give_back(int device, bool forget);

}  // namespace openline::daemon
