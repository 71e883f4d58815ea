// SPDX-License-Identifier: Apache-2.0
// Takes the connections that come to one address, for every server of the daemon.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace openline::daemon {

template <class Protocol>
class Listener : public std::enable_shared_from_this<Listener<Protocol>> {
 public:
  using Problem = boost::system::error_code;
  using Socket = boost::asio::basic_stream_socket<Protocol>;
  using Endpoint = typename Protocol::endpoint;

  explicit Listener(boost::asio::io_context& loop) : acceptor_(loop), pause_(loop) {}

  // `waiting`: how many connections the system keeps that were not taken yet.
  [[nodiscard]] Problem open(const Endpoint& at,
                             int waiting = boost::asio::socket_base::max_listen_connections) {
    Problem problem;
    acceptor_.open(at.protocol(), problem);
    if (!problem) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), problem);
    if (!problem) acceptor_.bind(at, problem);
    if (!problem) acceptor_.listen(waiting, problem);
    return problem;
  }
  // With the port that the system gave, where none was asked for.
  [[nodiscard]] Endpoint address() const {
    Problem ignored;
    return acceptor_.local_endpoint(ignored);
  }
  // `take` is forgotten by `stop`, and must not call it.
  void start(std::function<void(Socket)> take) {
    take_ = std::move(take);
    accept();
  }
  void stop() {
    Problem ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    take_ = nullptr;
  }

 private:
  void accept() {
    acceptor_.async_accept([self = this->shared_from_this()](Problem problem, Socket socket) {
      if (!self->take_ || problem == boost::asio::error::operation_aborted) return;
      if (problem) return self->accept_later();
      self->take_(std::move(socket));
      self->accept();
    });
  }
  // Out of descriptors, as a rule: come again later instead of turning in place.
  void accept_later() {
    pause_.expires_after(std::chrono::milliseconds(200));
    pause_.async_wait([self = this->shared_from_this()](Problem stopped) {
      if (!stopped && self->take_) self->accept();
    });
  }

  boost::asio::basic_socket_acceptor<Protocol> acceptor_;
  boost::asio::steady_timer pause_;
  std::function<void(Socket)> take_;
};

}  // namespace openline::daemon
