// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/metrics_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <string_view>

#include "daemon/api/listener.h"
#include "daemon/api/metrics.h"

namespace openline::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Problem = boost::system::error_code;

std::string answer(const char* status, const char* type, const std::string& body) {
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

std::string answer_to(std::string_view request, const MetricsServer::Text& text) {
  constexpr const char* kWords = "text/plain; charset=utf-8";
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const std::size_t space = line.find(' '), second = line.find(' ', space + 1);
  if (second == std::string_view::npos || !line.substr(second + 1).starts_with("HTTP/1."))
    return answer("400 Bad Request", kWords, "this is not HTTP\n");
  if (line.substr(0, space) != "GET") return answer("405 Method Not Allowed", kWords, "only GET\n");
  if (line.substr(space + 1, second - space - 1) != "/metrics")
    return answer("404 Not Found", kWords, "here is /metrics and nothing else\n");
  return answer("200 OK", kMetricsType, text());
}

// One request, one answer.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const MetricsServer::Text& text, const MetricsLimits& limits,
             std::function<void()> gone)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        text_(text),
        limits_(limits),
        gone_(std::move(gone)) {}
  ~Connection() { gone_(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void serve() {
    timer_.expires_after(limits_.patience);
    timer_.async_wait([weak = weak_from_this()](Problem stopped) {
      if (const auto self = weak.lock(); self && !stopped) self->close();
    });
    asio::async_read_until(
        socket_, asio::dynamic_buffer(request_, limits_.max_request), "\r\n\r\n",
        [self = shared_from_this()](Problem problem, std::size_t) { self->read(problem); });
  }

 private:
  void read(Problem problem) {
    if (problem && problem != asio::error::not_found) return close();  // not found: the head is too long
    out_ = problem ? answer("431 Request Header Fields Too Large", "text/plain", "too long\n")
                   : answer_to(request_, text_);
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](Problem, std::size_t) {
      Problem ignored;
      self->socket_.shutdown(tcp::socket::shutdown_both, ignored);
      self->close();
    });
  }
  void close() {
    timer_.cancel();
    Problem ignored;
    socket_.close(ignored);
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  MetricsServer::Text text_;
  MetricsLimits limits_;
  std::function<void()> gone_;
  std::string request_, out_;
};

}  // namespace

struct MetricsServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, Text with, MetricsLimits bounds)
      : listener(std::make_shared<Listener<tcp>>(loop)), text(std::move(with)), limits(bounds) {}
  void take(tcp::socket socket);
  std::shared_ptr<Listener<tcp>> listener;
  Text text;
  MetricsLimits limits;
  std::size_t connections = 0;
};

void MetricsServer::State::take(tcp::socket socket) {
  if (connections >= limits.max_connections) return;
  ++connections;
  std::make_shared<Connection>(std::move(socket), text, limits, [self = shared_from_this()] {
    --self->connections;
  })->serve();
}

MetricsServer::MetricsServer(asio::io_context& loop, Text text, MetricsLimits limits)
    : state_(std::make_shared<State>(loop, std::move(text), limits)) {}

MetricsServer::~MetricsServer() { stop(); }

Result<void> MetricsServer::start(const Endpoint& listen) {
  tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), listen.raw(), listen.size);
  endpoint.resize(listen.size);
  const auto failure = [&](const Problem& problem) {
    return fail("metrics cannot be offered on " + listen.text() + ": " + problem.message());
  };
  const Problem problem = state_->listener->open(endpoint, static_cast<int>(state_->limits.max_connections));
  if (problem) return failure(problem);
  state_->listener->start([state = state_](tcp::socket socket) { state->take(std::move(socket)); });
  return {};
}

std::uint16_t MetricsServer::port() const { return state_->listener->address().port(); }

void MetricsServer::stop() { state_->listener->stop(); }

}  // namespace openline::daemon
