// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/web_server.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <cstring>
#include <list>

#include "daemon/api/connection.h"
#include "daemon/api/listener.h"
#include "daemon/api/socket_stream.h"
#include "daemon/web/tls_stream.h"
#include "daemon/web/web_door.h"

namespace openline::daemon {
namespace asio = boost::asio;
using asio::ip::tcp;
using Problem = boost::system::error_code;

struct WebServer::State : std::enable_shared_from_this<WebServer::State> {
  State(asio::io_context& loop, Api& its_api, Options its_options)
      : api(its_api), options(std::move(its_options)), listener(std::make_shared<Listener<tcp>>(loop)) {}
  void take(tcp::socket socket);
  bool make_room();
  [[nodiscard]] std::unique_ptr<ByteStream> stream_of(tcp::socket socket);

  Api& api;
  Options options;
  std::shared_ptr<Listener<tcp>> listener;
  std::optional<TlsContext> tls;
  std::optional<WebRules> rules;
  std::list<std::weak_ptr<Connection>> connections;  // in the order in which they came
  bool stopping = false;
};

std::unique_ptr<ByteStream> WebServer::State::stream_of(tcp::socket socket) {
  Problem ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (tls) return tls_stream(std::move(socket), *tls);
  return std::make_unique<SocketStream<tcp>>(std::move(socket));
}

// Whose address it is: of IPv6 the network's part, as the rest is everybody's own to choose.
static std::string asker_of(const asio::ip::address& address) {
  if (!address.is_v6()) return address.to_string();
  asio::ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return asio::ip::address_v6(bytes).to_string() + "/64";
}

bool WebServer::State::make_room() {
  if (connections.size() < options.limits.max_connections) return true;
  for (const auto& weak : connections) {
    const auto connection = weak.lock();
    if (!connection || !connection->is_waiting()) continue;
    connection->close();
    return true;
  }
  return false;
}

void WebServer::State::take(tcp::socket socket) {
  Problem problem;
  const tcp::endpoint remote = socket.remote_endpoint(problem);
  if (problem) return;  // gone already
  const bool has_room = make_room();
  const bool may_be_told = connections.size() < options.limits.max_connections + options.limits.max_busy;
  if (!has_room && (tls || !may_be_told)) return;
  const auto place = connections.emplace(connections.end());
  const auto door = std::make_shared<WebDoor>(*rules, asker_of(remote.address()));
  const auto connection =
      make_connection(stream_of(std::move(socket)), api, *door, options.limits,
                      [self = shared_from_this(), place, door] { self->connections.erase(place); });
  *place = connection;
  has_room ? connection->read_request() : connection->answer_busy();
}

WebServer::WebServer(asio::io_context& loop, Api& api, Options options)
    : state_(std::make_shared<State>(loop, api, std::move(options))) {}

WebServer::~WebServer() { stop(); }

Result<void> WebServer::start() {
  const Endpoint& listen = state_->options.listen;
  const auto failure = [&](const Problem& problem) {
    return fail("cannot offer the console on " + listen.text() + ": " + problem.message());
  };
  if (state_->options.tls) {
    auto context = TlsContext::of(*state_->options.tls);
    if (!context) return std::unexpected(context.error());
    state_->tls = std::move(*context);
  }
  tcp::endpoint endpoint;
  endpoint.resize(listen.size);
  std::memcpy(endpoint.data(), listen.raw(), listen.size);
  const Problem problem = state_->listener->open(endpoint);
  if (problem) return failure(problem);
  const tcp::endpoint bound = state_->listener->address();
  sockaddr_storage address{};
  std::memcpy(&address, bound.data(), bound.size());
  const std::string text = Endpoint::from(address, static_cast<socklen_t>(bound.size())).text();
  state_->rules.emplace(
      WebRules{WebAddress(text, state_->options.tls.has_value(), state_->options.names),
               [&api = state_->api](const HttpRequest& request) { return api.has_session(request); },
               state_->options.cookie});
  state_->listener->start([state = state_](tcp::socket socket) { state->take(std::move(socket)); });
  return {};
}

void WebServer::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  state_->listener->stop();
}

std::string WebServer::url() const { return state_->rules ? state_->rules->address.url() : ""; }
std::size_t WebServer::connections() const { return state_->connections.size(); }

}  // namespace openline::daemon
