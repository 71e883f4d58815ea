// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 on a Unix socket (docs/api.md sections 2 and 5): who has a connection. What is asked is the API's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>

#include "daemon/api/api.h"
#include "daemon/api/http_limits.h"

namespace openline::daemon {

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
