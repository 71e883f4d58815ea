// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/tcp_connection.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>

namespace openline::daemon {
namespace {

using boost::asio::ip::tcp;
constexpr std::size_t kLength = 2;

tcp::endpoint to_asio(const Endpoint& endpoint) {
  tcp::endpoint result;
  std::memcpy(result.data(), endpoint.raw(), endpoint.size);
  result.resize(endpoint.size);
  return result;
}

}  // namespace

TcpConnection::TcpConnection(boost::asio::io_context& loop, Address remote, bool inbound, Events events,
                             const PathLimits& limits)
    : socket_(loop),
      remote_(std::move(remote)),
      inbound_(inbound),
      events_(std::move(events)),
      limits_(limits),
      buffer_(2 * (limits.max_packet + kLength)) {}

void TcpConnection::take(tcp::socket socket) {
  socket_ = std::move(socket);
  established();
}

void TcpConnection::dial(const Endpoint& to) {
  socket_.async_connect(to_asio(to), [self = shared_from_this()](const boost::system::error_code& failed) {
    if (self->closed_) return;
    if (failed) return self->fail();
    self->established();
    self->events_.connected(*self);
  });
}

void TcpConnection::established() {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  const int low_water = limits_.unsent_low_water;
  const auto dead_after = static_cast<unsigned>(limits_.dead_after.count());
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low_water, sizeof low_water);
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_after, sizeof dead_after);
  connected_ = true;
  read();
  write();
}

void TcpConnection::read() {
  socket_.async_read_some(
      boost::asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_),
      [self = shared_from_this()](const boost::system::error_code& failed, std::size_t size) {
        if (self->closed_) return;
        if (failed || !self->deliver(size)) return self->fail();
        if (!self->closed_) self->read();
      });
}

bool TcpConnection::deliver(std::size_t size) {
  filled_ += size;
  std::size_t at = 0;
  while (filled_ - at >= kLength) {
    const auto length = static_cast<std::size_t>(buffer_[at] << 8 | buffer_[at + 1]);
    if (length == 0 || length > limits_.max_packet) return false;
    if (filled_ - at < kLength + length) break;
    events_.packet(*this, ByteView(buffer_.data() + at + kLength, length));
    if (closed_) return true;
    at += kLength + length;
  }
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= at;
  return true;
}

// A few packets may wait for the call to be answered.
bool TcpConnection::has_room() const {
  return connected_ ? queue_.empty() && !full_ : queue_.size() < limits_.max_waiting;
}

void TcpConnection::send(ByteView packet) {
  if (closed_ || packet.empty() || packet.size() > limits_.max_packet || queue_.size() >= limits_.max_waiting)
    return;
  Bytes framed{static_cast<std::uint8_t>(packet.size() >> 8), static_cast<std::uint8_t>(packet.size())};
  append(framed, packet);
  queue_.push_back(std::move(framed));
  if (connected_ && !waiting_) write();
}

void TcpConnection::write() {
  while (!queue_.empty()) {
    const Bytes& first = queue_.front();
    const ssize_t sent = ::send(socket_.native_handle(), first.data() + sent_of_first_,
                                first.size() - sent_of_first_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EWOULDBLOCK && errno != EAGAIN) {
      // The reading side reports it: failing here would call back into who is sending.
      queue_.clear();
      sent_of_first_ = 0;
      boost::system::error_code ignored;
      socket_.shutdown(tcp::socket::shutdown_both, ignored);
      return;
    }
    if (sent < 0) break;
    sent_of_first_ += static_cast<std::size_t>(sent);
    if (sent_of_first_ < first.size()) break;
    queue_.pop_front();
    sent_of_first_ = 0;
  }
  full_ = is_above_low_water();
  if (!has_room()) wait_for_room();
}

bool TcpConnection::is_above_low_water() {
  int unsent = 0;
  return ::ioctl(socket_.native_handle(), SIOCOUTQNSD, &unsent) == 0 && unsent >= limits_.unsent_low_water;
}

void TcpConnection::wait_for_room() {
  waiting_ = true;
  socket_.async_wait(tcp::socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& failed) {
                       self->waiting_ = false;
                       if (failed || self->closed_) return;
                       self->write();
                       if (self->has_room()) self->events_.room(*self);
                     });
}

void TcpConnection::fail() {
  if (closed_) return;
  close();
  events_.closed(*this);
}

void TcpConnection::close() {
  closed_ = true;
  connected_ = false;
  queue_.clear();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace openline::daemon
