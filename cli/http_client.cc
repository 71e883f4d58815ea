// SPDX-License-Identifier: Apache-2.0
#include "cli/http_client.h"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>

#include "cli/secret_text.h"

namespace openline::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Socket = asio::local::stream_protocol;
using Problem = boost::system::error_code;

http::request<http::string_body> beast_request(const HttpRequest& request) {
  http::request<http::string_body> out;
  out.version(11);
  out.method_string(request.method);
  out.target(request.target);
  out.set(http::field::host, "station");
  out.set(http::field::connection, "close");
  for (const auto& [name, value] : request.headers) out.set(name, value);
  out.body() = request.body;
  if (request.method != "GET") out.prepare_payload();
  return out;
}

HttpHead head_of(const http::response_parser<http::buffer_body>& parser) {
  HttpHead head{parser.get().result_int(), std::nullopt};
  const auto text = parser.get()[http::field::retry_after];
  unsigned seconds = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec == std::errc{})
    head.retry_after = seconds;
  return head;
}

}  // namespace

struct HttpExchange::State {
  std::string socket_path;
  asio::io_context context{1};
  beast::basic_stream<Socket> stream{context};
  std::atomic<bool> stopped = false;
  std::chrono::seconds quiet_limit{};

  // Runs one asynchronous step to its end, or until nothing was heard for the limit.
  template <class Start>
  Problem run(Start start) {
    if (stopped) return asio::error::operation_aborted;
    Problem result = asio::error::would_block;
    stream.expires_after(quiet_limit);
    start([&result](Problem problem, auto...) { result = problem; });
    context.restart();
    context.run();
    return result;
  }

  [[nodiscard]] std::unexpected<HttpFailure> failed(HttpProblem what, const Problem& problem) const {
    if (stopped) return std::unexpected(HttpFailure{HttpProblem::kStopped, "stopped"});
    if (problem == beast::error::timeout)
      return std::unexpected(HttpFailure{what, "the station does not answer"});
    if (problem == http::error::end_of_stream || problem == http::error::partial_message) {
      return std::unexpected(HttpFailure{what, "the connection to the station broke"});
    }
    return std::unexpected(HttpFailure{what, problem.message()});
  }

  [[nodiscard]] std::optional<HttpFailure> ask(const HttpRequest& request) {
    quiet_limit = request.quiet_limit;
    if (socket_path.size() >= sizeof(sockaddr_un::sun_path)) {
      return HttpFailure{HttpProblem::kUnreachable, "the socket's path is too long for this system"};
    }
    const Problem connected =
        run([&](auto done) { stream.async_connect(Socket::endpoint(socket_path), done); });
    if (connected) return failed(HttpProblem::kUnreachable, connected).error();
    auto message = beast_request(request);
    const Problem written = run([&](auto done) { http::async_write(stream, message, done); });
    if (request.is_secret) wipe_text(message.body());
    // A station that refuses a large body answers before it has read it all: the answer is still there to be
    // read.
    if (written && written != asio::error::broken_pipe && written != asio::error::connection_reset) {
      return failed(HttpProblem::kBroken, written).error();
    }
    return std::nullopt;
  }
};

HttpExchange::HttpExchange(std::string socket_path) : state_(std::make_unique<State>()) {
  state_->socket_path = std::move(socket_path);
}
HttpExchange::~HttpExchange() = default;

void HttpExchange::stop() {
  state_->stopped = true;
  asio::post(state_->context, [state = state_.get()] { state->stream.close(); });
}

HttpResult<HttpHead> HttpExchange::stream(const HttpRequest& request, const Receive& receive) {
  if (const auto failure = state_->ask(request)) return std::unexpected(*failure);
  beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  Problem problem =
      state_->run([&](auto done) { http::async_read_header(state_->stream, buffer, parser, done); });
  if (problem) return state_->failed(HttpProblem::kBroken, problem);
  const HttpHead head = head_of(parser);
  if (!receive(head, {})) return state_->failed(HttpProblem::kStopped, asio::error::operation_aborted);
  std::array<char, 16384> piece{};
  while (!parser.is_done()) {
    parser.get().body() = {piece.data(), piece.size(), true};
    problem = state_->run([&](auto done) { http::async_read_some(state_->stream, buffer, parser, done); });
    if (problem == http::error::need_buffer) problem = {};
    const std::size_t size = piece.size() - parser.get().body().size;
    if (size > 0 && !receive(head, {piece.data(), size})) {
      return state_->failed(HttpProblem::kStopped, asio::error::operation_aborted);
    }
    if (problem) return state_->failed(HttpProblem::kBroken, problem);
  }
  return head;
}

HttpResult<HttpResponse> HttpExchange::request(const HttpRequest& request, std::size_t most) {
  HttpResponse response;
  bool too_large = false;
  const auto head = stream(request, [&](const HttpHead&, std::string_view piece) {
    too_large = piece.size() > most - response.body.size();
    if (!too_large) response.body.append(piece);
    return !too_large;
  });
  if (too_large)
    return std::unexpected(HttpFailure{HttpProblem::kBroken, "the station's answer is too large"});
  if (!head) return std::unexpected(head.error());
  response.head = *head;
  return response;
}

}  // namespace openline::cli
