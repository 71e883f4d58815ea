// SPDX-License-Identifier: Apache-2.0
// Metrics on a loopback TCP address, for a Prometheus that cannot ask a Unix socket (docs/api.md section 7).
// It answers GET /metrics, and nothing else: the API is not here.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/wire/error.h"
#include "daemon/config/endpoint.h"

namespace openline::daemon {

struct MetricsLimits {
  std::size_t max_connections = 8;           // further ones are closed at once
  std::size_t max_request = 8 << 10;         // bytes of head
  std::chrono::milliseconds patience{5000};  // for a request and its answer
};

class MetricsServer {
 public:
  using Text = std::function<std::string()>;  // asked on the loop's thread
  MetricsServer(boost::asio::io_context& loop, Text text, MetricsLimits limits = {});
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  [[nodiscard]] Result<void> start(const Endpoint& listen);
  [[nodiscard]] std::uint16_t port() const;  // that it listens on
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace openline::daemon
