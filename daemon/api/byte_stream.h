// SPDX-License-Identifier: Apache-2.0
// A connection's bytes, whatever carries them: a Unix socket, TCP, or TLS over it. So the code that speaks
// HTTP and WebSocket over them is compiled once, and the TLS library is known to one file.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace openline::daemon {

class ByteStream {
 public:
  using Problem = boost::system::error_code;
  // Called once, from the loop and never from within the call that began it.
  using Done = std::move_only_function<void(Problem, std::size_t)>;
  using Buffers = std::vector<boost::asio::const_buffer>;

  ByteStream() = default;
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  [[nodiscard]] virtual boost::asio::any_io_executor executor() = 0;
  virtual void read_some(boost::asio::mutable_buffer into, Done done) = 0;
  virtual void write_some(const Buffers& from, Done done) = 0;
  // No more will be written; what was written goes out. Reading goes on.
  virtual void end_writing() = 0;
  virtual void close() = 0;
  // An operation that begins from now on and takes longer ends with an error, and the stream is closed.
  virtual void expires_after(std::chrono::nanoseconds time) = 0;
  virtual void expires_never() = 0;
};

// A ByteStream in the form that Beast's templates ask for (its AsyncStream).
class AnyStream {
 public:
  using executor_type = boost::asio::any_io_executor;
  explicit AnyStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  [[nodiscard]] ByteStream* operator->() { return stream_.get(); }
  [[nodiscard]] executor_type get_executor() { return stream_->executor(); }

  template <class MutableBuffers, class Token>
  auto async_read_some(const MutableBuffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ByteStream::Problem, std::size_t)>(
        [](auto handler, ByteStream* stream, boost::asio::mutable_buffer into) {
          stream->read_some(
              into, [handler = std::move(handler)](ByteStream::Problem problem, std::size_t size) mutable {
                std::move(handler)(problem, size);
              });
        },
        token, stream_.get(), first_of(buffers));
  }
  template <class ConstBuffers, class Token>
  auto async_write_some(const ConstBuffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ByteStream::Problem, std::size_t)>(
        [](auto handler, ByteStream* stream, ByteStream::Buffers from) {
          stream->write_some(
              from, [handler = std::move(handler)](ByteStream::Problem problem, std::size_t size) mutable {
                std::move(handler)(problem, size);
              });
        },
        token, stream_.get(),
        ByteStream::Buffers(boost::asio::buffer_sequence_begin(buffers),
                            boost::asio::buffer_sequence_end(buffers)));
  }

 private:
  template <class MutableBuffers>
  static boost::asio::mutable_buffer first_of(const MutableBuffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
      const boost::asio::mutable_buffer buffer = *at;
      if (buffer.size() != 0) return buffer;
    }
    return {};
  }
  std::unique_ptr<ByteStream> stream_;
};

// What Beast's WebSocket asks of a stream that it did not make (its "teardown" and "close_socket").
inline void beast_close_socket(AnyStream& stream) { stream->close(); }
inline void teardown(boost::beast::role_type, AnyStream& stream, ByteStream::Problem& problem) {
  stream->close();
  problem = {};
}
template <class Handler>
void async_teardown(boost::beast::role_type, AnyStream& stream, Handler&& handler) {
  stream->end_writing();
  boost::asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    std::move(handler)(ByteStream::Problem{});
  });
}

[[nodiscard]] std::unique_ptr<ByteStream> local_stream(boost::asio::local::stream_protocol::socket socket);

}  // namespace openline::daemon
