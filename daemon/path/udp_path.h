// SPDX-License-Identifier: Apache-2.0
// Datagrams over IPv4 or IPv6: one packet, one datagram. When the path is to find out what it carries (no
// `max_packet`), nobody on the way may cut datagrams up, and one that the system refuses is told to link.
#pragma once

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <unordered_map>
#include <vector>

#include "daemon/path/path.h"

namespace openline::daemon {

class UdpPath : public Path {
 public:
  UdpPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits);

  Result<void> start() override;
  [[nodiscard]] bool has_room() const override { return socket_.is_open() && !waiting_; }
  void send(const OutgoingPacket& packet) override;
  [[nodiscard]] std::string listening_on() const override;
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  void reopen_later();
  void wait_for_packets();
  void receive_batch();
  void wait_for_room();
  void set_whole(bool on);  // whether datagrams go whole or not at all
  void refused(const OutgoingPacket& packet);
  [[nodiscard]] bool transmit(const OutgoingPacket& packet);  // false: the system has no room
  [[nodiscard]] const Address& name_of(const sockaddr_storage& from, socklen_t size);
  [[nodiscard]] const Endpoint* endpoint_of(const Address& to);

  PathConfig config_;
  PathEvents events_;
  PathLimits limits_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::steady_timer reopen_, tell_;
  std::string problem_;
  std::optional<OutgoingPacket> waiting_;  // the one that the system had no room for
  std::vector<std::pair<Address, std::size_t>> refused_;
  std::unique_ptr<std::uint8_t[]> buffers_;         // receive_batch packets, one byte longer than allowed
  std::size_t largest_ = 0;                         // of the packets read lately
  std::unordered_map<std::string, Address> names_;  // by the raw socket address
  std::unordered_map<std::string, Endpoint> endpoints_;  // by text
};

}  // namespace openline::daemon
