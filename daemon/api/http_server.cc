// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/http_server.h"

#include <sys/stat.h>

#include <boost/asio/local/stream_protocol.hpp>

#include "daemon/api/connection.h"
#include "daemon/api/listener.h"

namespace openline::daemon {
namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using Problem = boost::system::error_code;

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(asio::io_context& loop, Api& its_api, HttpLimits its_limits)
      : api(its_api), limits(its_limits), listener(std::make_shared<Listener<Protocol>>(loop)) {}
  void take(Protocol::socket socket);
  Api& api;
  HttpLimits limits;
  OpenDoor door;
  std::shared_ptr<Listener<Protocol>> listener;
  std::filesystem::path path;
  std::size_t connections = 0;
  bool stopping = false;
};

void HttpServer::State::take(Protocol::socket socket) {
  if (connections >= limits.max_connections + limits.max_busy) return;
  ++connections;
  const auto connection = make_connection(local_stream(std::move(socket)), api, door, limits,
                                          [self = shared_from_this()] { --self->connections; });
  connections > limits.max_connections ? connection->answer_busy() : connection->read_request();
}

HttpServer::HttpServer(asio::io_context& loop, Api& api, HttpLimits limits)
    : state_(std::make_shared<State>(loop, api, limits)) {}

HttpServer::~HttpServer() { stop(); }

Result<void> HttpServer::start(const std::filesystem::path& socket) {
  const auto failure = [&](const Problem& problem) {
    return fail("cannot open the API's socket " + socket.string() + ": " + problem.message());
  };
  std::error_code ignored;
  std::filesystem::remove(socket, ignored);
  // sun_path has room for 107 bytes.
  if (socket.string().size() > 107)
    return fail("the socket's path is longer than 107 bytes: " + socket.string());
  // Private from its first moment: nobody can connect between bind and chmod.
  const mode_t before = ::umask(0177);
  const Problem problem = state_->listener->open(Protocol::endpoint(socket.string()));
  ::umask(before);
  if (problem) return failure(problem);
  state_->path = socket;
  state_->listener->start([state = state_](Protocol::socket taken) { state->take(std::move(taken)); });
  return {};
}

void HttpServer::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  state_->listener->stop();
  if (!state_->path.empty()) ::unlink(state_->path.c_str());
}

std::size_t HttpServer::connections() const { return state_->connections; }

}  // namespace openline::daemon
