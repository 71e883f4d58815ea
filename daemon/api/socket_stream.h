// SPDX-License-Identifier: Apache-2.0
// A ByteStream over a plain socket of any protocol that Asio has.
#pragma once

#include <boost/beast/core/basic_stream.hpp>

#include "daemon/api/byte_stream.h"

namespace openline::daemon {

template <class Protocol>
class SocketStream : public ByteStream {
 public:
  explicit SocketStream(boost::asio::basic_stream_socket<Protocol> socket) : stream_(std::move(socket)) {}
  boost::asio::any_io_executor executor() override { return stream_.get_executor(); }
  void read_some(boost::asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write_some(const Buffers& from, Done done) override {
    stream_.async_write_some(from, std::move(done));
  }
  void end_writing() override {
    Problem ignored;
    stream_.socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
  }
  void close() override { stream_.close(); }
  void expires_after(std::chrono::nanoseconds time) override { stream_.expires_after(time); }
  void expires_never() override { stream_.expires_never(); }

 private:
  boost::beast::basic_stream<Protocol> stream_;
};

}  // namespace openline::daemon
