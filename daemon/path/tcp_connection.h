// SPDX-License-Identifier: Apache-2.0
// One TCP connection that carries packets, each behind its length in two bytes, big-endian.
//
// It keeps the system's unsent bytes low (TCP_NOTSENT_LOWAT): a packet that is decided now goes out now.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/path/path.h"

namespace openline::daemon {

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  struct Events {
    std::function<void(TcpConnection&, ByteView packet)> packet;
    std::function<void(TcpConnection&)> room;
    std::function<void(TcpConnection&)> connected;  // a call was answered
    std::function<void(TcpConnection&)> closed;     // once, unless `close` was called
  };
  TcpConnection(boost::asio::io_context& loop, Address remote, bool inbound, Events events,
                const PathLimits& limits);

  void take(boost::asio::ip::tcp::socket socket);  // inbound
  void dial(const Endpoint& to);                   // outbound
  [[nodiscard]] bool has_room() const;
  void send(ByteView packet);  // lost when more than max_waiting wait
  void close();                // no event follows

  [[nodiscard]] const Address& remote() const { return remote_; }
  [[nodiscard]] bool is_inbound() const { return inbound_; }
  [[nodiscard]] std::uint64_t last_heard() const { return last_heard_; }
  void heard(std::uint64_t when) { last_heard_ = when; }

 private:
  void established();
  void read();
  [[nodiscard]] bool deliver(std::size_t size);  // false: a length that is not allowed
  void write();
  void wait_for_room();
  [[nodiscard]] bool is_above_low_water();
  void fail();

  boost::asio::ip::tcp::socket socket_;
  const Address remote_;
  const bool inbound_;
  Events events_;
  const PathLimits& limits_;
  bool connected_ = false, closed_ = false;
  bool full_ = false;        // the system has enough unsent
  bool waiting_ = false;     // for it to have less
  std::deque<Bytes> queue_;  // framed; the first may be sent in part
  std::size_t sent_of_first_ = 0;
  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
  std::uint64_t last_heard_ = 0;
};

}  // namespace openline::daemon
