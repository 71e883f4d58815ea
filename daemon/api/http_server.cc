// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/http_server.h"

#include <sys/stat.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/api/connection.h"

namespace openline::daemon {
namespace asio = boost::asio;
using Problem = boost::system::error_code;

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(asio::io_context& its_loop, Api& its_api, HttpLimits its_limits)
      : loop(its_loop), api(its_api), limits(its_limits), acceptor(its_loop), pause(its_loop) {}
  void accept();
  asio::io_context& loop;
  Api& api;
  HttpLimits limits;
  OpenDoor door;
  asio::local::stream_protocol::acceptor acceptor;
  asio::steady_timer pause;
  std::filesystem::path path;
  std::size_t connections = 0;
  bool stopping = false;
};

void HttpServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](Problem problem,
                                                    asio::local::stream_protocol::socket socket) {
    if (self->stopping || problem == asio::error::operation_aborted) return;
    if (problem) {  // out of descriptors, as a rule: come again later instead of turning in place
      self->pause.expires_after(std::chrono::milliseconds(200));
      self->pause.async_wait([self](Problem stopped) {
        if (!stopped) self->accept();
      });
      return;
    }
    ++self->connections;
    const auto connection = make_connection(local_stream(std::move(socket)), self->api, self->door,
                                            self->limits, [self] { --self->connections; });
    self->connections > self->limits.max_connections ? connection->answer_busy() : connection->read_request();
    self->accept();
  });
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
  Problem problem;
  state_->acceptor.open(asio::local::stream_protocol(), problem);
  if (problem) return failure(problem);
  // Private from its first moment: nobody can connect between bind and chmod.
  const mode_t before = ::umask(0177);
  state_->acceptor.bind(asio::local::stream_protocol::endpoint(socket.string()), problem);
  ::umask(before);
  if (problem) return failure(problem);
  state_->acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (problem) return failure(problem);
  state_->path = socket;
  state_->accept();
  return {};
}

void HttpServer::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  Problem ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
  if (!state_->path.empty()) ::unlink(state_->path.c_str());
}

std::size_t HttpServer::connections() const { return state_->connections; }

}  // namespace openline::daemon
