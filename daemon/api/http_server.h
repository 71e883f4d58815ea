// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 on a Unix socket (docs/api.md sections 2 and 5): sockets, limits and time-outs. What is asked is
// the API's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>

#include "daemon/api/api.h"

namespace openline::daemon {

struct HttpLimits {
  std::size_t max_connections = 64;
  std::chrono::seconds idle{60};            // between requests
  std::chrono::seconds progress{30};        // within a request or an answer
  std::chrono::seconds stalled_stream{15};  // an event stream whose reader does not read
  std::chrono::seconds alive{15};           // ": alive" on event streams
  std::size_t max_events = 1024;            // waiting for one reader
  std::size_t max_event_bytes = 1 << 20;
};

class HttpServer {
 public:
  HttpServer(boost::asio::io_context& loop, Api& api, HttpLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Replaces a socket that a crashed daemon left behind: who calls holds the folder's lock.
  [[nodiscard]] Result<void> start(const std::filesystem::path& socket);
  void stop();  // takes no more requests; answers that are under way go out while the loop runs
  [[nodiscard]] std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace openline::daemon
