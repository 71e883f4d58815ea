// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/metrics_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <string_view>

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
      : acceptor(loop), pause(loop), text(std::move(with)), limits(bounds) {}
  void accept();
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  Text text;
  MetricsLimits limits;
  std::size_t connections = 0;
  bool stopping = false;
};

void MetricsServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](Problem problem, tcp::socket socket) {
    if (self->stopping || problem == asio::error::operation_aborted) return;
    if (problem) {  // out of descriptors, as a rule
      self->pause.expires_after(std::chrono::milliseconds(200));
      self->pause.async_wait([self](Problem stopped) {
        if (!stopped) self->accept();
      });
      return;
    }
    if (self->connections < self->limits.max_connections) {
      ++self->connections;
      std::make_shared<Connection>(std::move(socket), self->text, self->limits, [self] {
        --self->connections;
      })->serve();
    }
    self->accept();
  });
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
  tcp::acceptor& acceptor = state_->acceptor;
  Problem problem;
  acceptor.open(endpoint.protocol(), problem);
  if (!problem) acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
  if (!problem) acceptor.bind(endpoint, problem);
  if (!problem) acceptor.listen(static_cast<int>(state_->limits.max_connections), problem);
  if (problem) return failure(problem);
  state_->accept();
  return {};
}

std::uint16_t MetricsServer::port() const {
  Problem ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void MetricsServer::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  Problem ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
}

}  // namespace openline::daemon
