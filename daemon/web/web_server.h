// SPDX-License-Identifier: Apache-2.0
// The console and the API for browsers, on TCP or TLS (docs/api.md, "The console").
//
// Anybody who reaches the port may connect, so room is kept for those who work: where there is none, the
// connection that has waited longest without a session's request is closed for the new one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "daemon/api/api.h"
#include "daemon/api/http_limits.h"
#include "daemon/config/endpoint.h"
#include "daemon/web/certificate.h"
#include "daemon/web/web_address.h"

namespace openline::daemon {

class WebServer {
 public:
  struct Options {
    Endpoint listen;
    std::optional<Certificate> tls;  // nullopt: plain HTTP
    std::vector<std::string> names;
    std::string cookie;
    HttpLimits limits{.max_connections = 128};
  };
  WebServer(boost::asio::io_context& loop, Api& api, Options options);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  [[nodiscard]] Result<void> start();
  void stop();
  [[nodiscard]] std::string url() const;  // once it has started
  [[nodiscard]] std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace openline::daemon
