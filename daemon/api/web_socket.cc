// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/web_socket.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace openline::daemon {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Problem = ByteStream::Problem;

constexpr std::size_t kMaxFromReader = 1024;  // bytes of a message; it has nothing to say

// {"event", "id"?, "data"}: a name needs no escape, and the data is JSON already.
std::string frame_text(const Event& event) {
  std::string text = "{\"event\":\"" + event.name + "\"";
  if (event.id) text += ",\"id\":" + std::to_string(*event.id);
  return text + ",\"data\":" + event.data + "}";
}

class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  WebSocket(AnyStream stream, const HttpLimits& limits,
            std::function<void(std::shared_ptr<EventSink>)> opened, std::shared_ptr<void> kept)
      : socket_(std::move(stream)),
        alive_(socket_.get_executor()),
        stalled_(socket_.get_executor()),
        limits_(limits),
        opened_(std::move(opened)),
        kept_(std::move(kept)),
        queue_(std::make_shared<EventQueue>(limits.max_events, limits.max_event_bytes)) {
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = limits.progress;
    timeout.idle_timeout = 2 * limits.alive;  // pings go after half of it: a reader that died is noticed
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    socket_.read_message_max(kMaxFromReader);
    socket_.text(true);
  }

  void accept(const UpgradeRequest& request) {
    socket_.async_accept(request, [self = shared_from_this()](Problem problem) {
      if (!problem) self->open();
    });
  }

 private:
  void open() {
    queue_->wake = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->write_next();
    };
    read();
    keep_alive();
    std::exchange(opened_, nullptr)(queue_);
  }

  // So that pings are answered and a close is seen.
  void read() {
    socket_.async_read(read_, [self = shared_from_this()](Problem problem, std::size_t) {
      if (problem) return self->went();
      self->read_.clear();
      self->read();
    });
  }

  // A page cannot see pings.
  void keep_alive() {
    alive_.expires_after(limits_.alive);
    alive_.async_wait([self = shared_from_this()](Problem stopped) {
      if (stopped || self->queue_->is_ended()) return;
      if (self->queue_->is_drained()) self->queue_->push({"alive"});
      self->keep_alive();
    });
  }

  void write_next() {
    if (writing_ || gone_) return;
    const auto event = queue_->take();
    if (!event) {
      if (queue_->is_ended()) close();
      return;
    }
    writing_ = true;
    queue_->set_writing(true);
    text_ = frame_text(*event);
    stalled_.expires_after(limits_.stalled_stream);
    stalled_.async_wait([weak = weak_from_this()](Problem stopped) {
      if (const auto self = weak.lock(); self && !stopped) self->went();
    });
    socket_.async_write(
        boost::asio::buffer(text_),
        [self = shared_from_this()](Problem problem, std::size_t) { self->written(problem); });
  }

  void written(Problem problem) {
    stalled_.cancel();
    writing_ = false;
    if (problem) return went();
    queue_->set_writing(false);
    write_next();
  }

  void close() {
    if (std::exchange(closing_, true)) return;
    alive_.cancel();
    socket_.async_close(websocket::close_code::normal, [self = shared_from_this()](Problem) {});
  }

  void went() {
    if (std::exchange(gone_, true)) return;
    alive_.cancel();
    stalled_.cancel();
    queue_->reader_went();
    socket_.next_layer()->close();
  }

  websocket::stream<AnyStream, false> socket_;
  boost::asio::steady_timer alive_, stalled_;
  const HttpLimits limits_;
  std::function<void(std::shared_ptr<EventSink>)> opened_;
  std::shared_ptr<void> kept_;
  std::shared_ptr<EventQueue> queue_;
  beast::flat_buffer read_;
  std::string text_;
  bool writing_ = false, closing_ = false, gone_ = false;
};

}  // namespace

bool asks_for_web_socket(const UpgradeRequest& request) { return websocket::is_upgrade(request); }

void serve_web_socket(AnyStream stream, const UpgradeRequest& request, const HttpLimits& limits,
                      std::function<void(std::shared_ptr<EventSink>)> opened, std::shared_ptr<void> kept) {
  std::make_shared<WebSocket>(std::move(stream), limits, std::move(opened), std::move(kept))->accept(request);
}

}  // namespace openline::daemon
