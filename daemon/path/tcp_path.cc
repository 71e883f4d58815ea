// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/tcp_path.h"

#include <algorithm>

#include "daemon/path/listening_socket.h"

namespace openline::daemon {

using boost::asio::ip::tcp;

TcpPath::TcpPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits)
    : loop_(loop),
      config_(std::move(config)),
      events_(std::move(events)),
      limits_(limits),
      acceptor_(loop),
      reopen_(loop) {}

TcpPath::~TcpPath() {
  for (const auto& [remote, connection] : connections_) connection->close();
}

Result<void> TcpPath::start() {
  if (!config_.listen) return {};
  auto opened = open_listening(config_, SOCK_STREAM);
  if (!opened) {
    if (!opened.error().may_pass) return fail(opened.error().message);
    problem_ = opened.error().message;
    reopen_later();
    return {};
  }
  boost::system::error_code refused;
  acceptor_.assign(config_.listen->is_v6() ? tcp::v6() : tcp::v4(), opened->get(), refused);
  if (refused) return fail("path \"" + config_.name + "\": " + refused.message());
  static_cast<void>(opened->release());
  accept();
  return {};
}

// Meanwhile it can call out: a path that cannot be called is still a path, so it stays usable.
void TcpPath::reopen_later() {
  reopen_.expires_after(std::chrono::milliseconds(limits_.reopen_after.count()));
  reopen_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    problem_.clear();
    const auto started = start();
    if (started) return;
    problem_ = started.error().message;
    reopen_later();
  });
}

void TcpPath::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& failed, tcp::socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (!failed) accepted(std::move(socket));
    if (!failed) return accept();
    // Out of descriptors, as a rule: come again later instead of turning in place.
    reopen_.expires_after(std::chrono::milliseconds(limits_.first_redial.count()));
    reopen_.async_wait([this](const boost::system::error_code& stopped) {
      if (!stopped) accept();
    });
  });
}

void TcpPath::accepted(tcp::socket socket) {
  boost::system::error_code failed;
  const auto remote = socket.remote_endpoint(failed);
  if (failed) return;
  sockaddr_storage raw{};
  std::memcpy(&raw, remote.data(), remote.size());
  const Address address{Endpoint::from(raw, static_cast<socklen_t>(remote.size())).text()};
  make_room_for_one();
  if (callers_.size() >= limits_.max_known_addresses) callers_.clear();
  callers_.insert(address);
  make(address, true)->take(std::move(socket));
}

std::shared_ptr<TcpConnection> TcpPath::make(const Address& remote, bool inbound) {
  TcpConnection::Events events;
  events.packet = [this](TcpConnection& from, ByteView packet) {
    from.heard(++packets_);
    events_.packet(from.remote(), packet);
  };
  events.room = [this](TcpConnection&) { events_.room(); };
  events.connected = [this](TcpConnection& to) {
    redials_.erase(to.remote());
    events_.room();
  };
  events.closed = [this](TcpConnection& connection) { closed(connection); };
  auto connection = std::make_shared<TcpConnection>(loop_, remote, inbound, std::move(events), limits_);
  connection->heard(packets_);
  if (auto& place = connections_[remote]; place) place->close();
  connections_[remote] = connection;
  return connection;
}

void TcpPath::make_room_for_one() {
  if (connections_.size() < limits_.max_connections) return;
  const auto quietest =
      std::ranges::min_element(connections_, {}, [](const auto& pair) { return pair.second->last_heard(); });
  quietest->second->close();
  connections_.erase(quietest);
}

void TcpPath::closed(TcpConnection& connection) {
  const Address remote = connection.remote();
  const auto found = connections_.find(remote);
  if (found != connections_.end() && found->second.get() == &connection) connections_.erase(found);
  if (!connection.is_inbound()) {
    if (redials_.size() >= limits_.max_known_addresses) redials_.clear();
    auto [redial, is_new] = redials_.try_emplace(remote, Redial{limits_.first_redial, {}});
    if (!is_new) redial->second.wait = std::min(redial->second.wait * 2, limits_.last_redial);
    redial->second.next = std::chrono::steady_clock::now() + redial->second.wait;
  }
  events_.room();
}

bool TcpPath::may_call(const Address& to) const {
  if (callers_.contains(to)) return false;
  const auto redial = redials_.find(to);
  return redial == redials_.end() || redial->second.next <= std::chrono::steady_clock::now();
}

std::shared_ptr<TcpConnection> TcpPath::call(const Address& to) {
  const auto endpoint = Endpoint::parse(to.text);
  if (!endpoint || !may_call(to)) return nullptr;
  make_room_for_one();
  auto connection = make(to, false);
  connection->dial(*endpoint);
  return connection;
}

bool TcpPath::has_room() const {
  return connections_.empty() ||
         std::ranges::any_of(connections_, [](const auto& pair) { return pair.second->has_room(); });
}

void TcpPath::send(const OutgoingPacket& packet) {
  const auto found = connections_.find(packet.to);
  const std::shared_ptr<TcpConnection> connection =
      found != connections_.end() ? found->second : call(packet.to);
  if (connection) connection->send(packet.bytes);
}

void TcpPath::start_over(const Address& remote) {
  const auto found = connections_.find(remote);
  if (found == connections_.end()) return;
  found->second->close();
  connections_.erase(found);
}

std::string TcpPath::listening_on() const {
  return acceptor_.is_open() ? bound_to(const_cast<tcp::acceptor&>(acceptor_).native_handle()) : "";
}

}  // namespace openline::daemon
