// SPDX-License-Identifier: Apache-2.0
// Packets over TCP, IPv4 or IPv6. A station calls an address when link first sends to it; a connection that
// came in is named by its remote address and answers go back on it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <set>

#include "daemon/path/tcp_connection.h"

namespace openline::daemon {

class TcpPath : public Path {
 public:
  TcpPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits);
  ~TcpPath() override;

  Result<void> start() override;
  // Some connection can take a packet, or there is none and one may be made. A stalled one does not hold up
  // the rest.
  [[nodiscard]] bool has_room() const override;
  void send(const OutgoingPacket& packet) override;
  void start_over(const Address& remote) override;
  [[nodiscard]] std::string listening_on() const override;
  [[nodiscard]] std::string problem() const override { return problem_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Redial {
    Milliseconds wait;
    std::chrono::steady_clock::time_point next;
  };
  void reopen_later();
  void accept();
  void accepted(boost::asio::ip::tcp::socket socket);
  [[nodiscard]] std::shared_ptr<TcpConnection> make(const Address& remote, bool inbound);
  [[nodiscard]] std::shared_ptr<TcpConnection> call(const Address& to);
  [[nodiscard]] bool may_call(const Address& to) const;
  void make_room_for_one();
  void closed(TcpConnection& connection);

  boost::asio::io_context& loop_;
  PathConfig config_;
  PathEvents events_;
  PathLimits limits_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer reopen_;
  std::string problem_;
  std::map<Address, std::shared_ptr<TcpConnection>> connections_;
  std::map<Address, Redial> redials_;
  std::set<Address> callers_;  // that came in from there once: nobody listens on that port
  std::uint64_t packets_ = 0;  // received so far: the clock of `last_heard`
};

}  // namespace openline::daemon
