// SPDX-License-Identifier: Apache-2.0
// One client's connection: HTTP/1.1 requests one after the other, their answers, and the event stream or
// WebSocket that the last of them may become (docs/api.md sections 2, 4 and 5).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "daemon/api/api.h"
#include "daemon/api/byte_stream.h"
#include "daemon/api/door.h"
#include "daemon/api/http_limits.h"

namespace openline::daemon {

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void read_request() = 0;
  virtual void answer_busy() = 0;
  // Nothing is asked, or by nobody who has a session, until it is answered: who needs the room may close it.
  [[nodiscard]] virtual bool is_waiting() const = 0;
  virtual void close() = 0;
};

// `door` and `limits` outlive it. `gone`: it is over.
[[nodiscard]] std::shared_ptr<Connection> make_connection(std::unique_ptr<ByteStream> stream, Api& api,
                                                          Door& door, const HttpLimits& limits,
                                                          std::function<void()> gone);

}  // namespace openline::daemon
