// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/helper.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>

namespace openline::daemon {
namespace {

using boost::asio::posix::stream_descriptor;
constexpr std::size_t kPipe = 64 << 10;  // what one holds

}  // namespace

std::expected<std::shared_ptr<Helper>, std::string> Helper::start(boost::asio::io_context& loop,
                                                                  const std::vector<std::string>& command,
                                                                  Events events, const PathLimits& limits) {
  auto child = ChildProcess::start(command);
  if (!child) return std::unexpected(child.error());
  return std::shared_ptr<Helper>(new Helper(loop, std::move(*child), std::move(events), limits));
}

Helper::Helper(boost::asio::io_context& loop, ChildProcess child, Events events, const PathLimits& limits)
    : child_(std::move(child)),
      in_(loop, child_.in.release()),
      out_(loop, child_.out.release()),
      error_(loop, child_.error.release()),
      watch_(loop, ::dup(child_.watch())),
      patience_(loop),
      record_timer_(loop),
      events_(std::move(events)),
      limits_(limits),
      buffer_(2 * (kExecLength + longest_exec_record(limits.max_packet))) {}

void Helper::begin() {
  // What the system holds on the way is a queue that precedence cannot reach.
  ::setsockopt(in_.native_handle(), SOL_SOCKET, SO_SNDBUF, &limits_.unsent_low_water,
               sizeof limits_.unsent_low_water);
  read_records();
  read_error();
  watch();
}

void Helper::read_records() {
  out_.async_read_some(
      boost::asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_),
      [self = shared_from_this()](const boost::system::error_code& failed, std::size_t size) {
        if (self->ending_ || self->closed_) return;
        // If it ended, how it did says more.
        if (failed) return self->end_by("closed its standard output and went on", 0);
        const auto delivered = self->deliver(size);
        if (self->closed_) return;
        if (!delivered) return self->end_by("broke a rule: " + delivered.error().message, SIGTERM);
        self->read_records();
      });
}

Result<void> Helper::deliver(std::size_t size) {
  filled_ += size;
  std::size_t at = 0;
  while (filled_ - at >= kExecLength) {
    const auto length = static_cast<std::size_t>(buffer_[at] << 8 | buffer_[at + 1]);
    if (length == 0) return fail("a record is empty");
    if (length > longest_exec_record(limits_.max_packet)) return fail("a record is too long");
    if (filled_ - at < kExecLength + length) break;
    const auto record =
        read_exec_record(ByteView(buffer_).subspan(at + kExecLength, length), limits_.max_packet);
    if (!record) return fail(record.error());
    const auto taken = events_.record(*record);
    if (closed_ || !taken) return taken;
    at += kExecLength + length;
  }
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= at;
  time_record(at > 0);
  return {};
}

// One that stops in the middle of a record would never be understood again.
void Helper::time_record(bool one_ended) {
  if (in_record_ && !one_ended) return;  // its time runs
  record_timer_.cancel();
  in_record_ = filled_ > 0;
  if (!in_record_) return;
  record_timer_.expires_after(std::chrono::milliseconds(limits_.helper_record_time.count()));
  record_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
    if (!stopped && !self->ending_ && !self->closed_)
      self->end_by("broke a rule: a record was begun and not finished", SIGTERM);
  });
}

void Helper::read_error() {
  error_.async_read_some(
      boost::asio::buffer(error_buffer_),
      [self = shared_from_this()](const boost::system::error_code& failed, std::size_t size) {
        if (failed || self->closed_) return;
        self->take_error(size);
        if (!self->closed_) self->read_error();
      });
}

void Helper::take_error(std::size_t size) {
  for (const std::uint8_t byte : ByteView(error_buffer_).first(size)) {
    if (byte == '\n') {
      events_.said(plain_words(std::exchange(error_line_, {})));
    } else if (error_line_.size() < kMaxExecWords) {
      error_line_.push_back(byte);
    }
  }
}

void Helper::send(Bytes record) {
  if (!has_room()) return;
  waiting_ = std::move(record);
  write();
}

void Helper::write() {
  while (sent_ < waiting_.size()) {
    const ssize_t sent = ::send(in_.native_handle(), waiting_.data() + sent_, waiting_.size() - sent_,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EWOULDBLOCK || errno == EAGAIN)) {
      in_.async_wait(stream_descriptor::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& failed) {
                       if (failed || self->ending_ || self->closed_) return;
                       self->write();
                       if (self->has_room()) self->events_.room();
                     });
      return;
    }
    if (sent < 0) return input_closed();  // with what it did not take: no more is let in
    sent_ += static_cast<std::size_t>(sent);
  }
  waiting_.clear();
  sent_ = 0;
}

// Not at once: it would call back into who is sending.
void Helper::input_closed() {
  boost::asio::post(in_.get_executor(), [self = shared_from_this()] {
    if (!self->ending_ && !self->closed_) self->end_by("closed its standard input and went on", 0);
  });
}

void Helper::watch() {
  watch_.async_wait(stream_descriptor::wait_read,
                    [self = shared_from_this()](const boost::system::error_code& failed) {
                      if (!failed && !self->closed_) self->gone();
                    });
}

// Each signal is followed by the next stronger one. Without a signal it has time to end by itself, and then
// how it ended is why; else the first `why` is.
void Helper::end_by(const std::string& why, int signal) {
  if (signal != 0 && why_.empty()) why_ = why;
  ending_ = true;
  record_timer_.cancel();
  boost::system::error_code ignored;
  in_.close(ignored);
  if (signal != 0) child_.signal(signal);
  if (signal == SIGKILL) return;
  patience_.expires_after(std::chrono::milliseconds(limits_.helper_patience.count()));
  patience_.async_wait([self = shared_from_this(), why, signal](const boost::system::error_code& stopped) {
    if (!stopped && !self->closed_) self->end_by(why, signal == 0 ? SIGTERM : SIGKILL);
  });
}

// Its last words say why, as a rule, and are the last of what the pipe holds. What it left behind may write
// on.
void Helper::drain_error() {
  for (std::size_t drained = 0; drained < kPipe; drained += error_buffer_.size()) {
    const ssize_t size = ::read(error_.native_handle(), error_buffer_.data(), error_buffer_.size());
    if (size <= 0) break;
    take_error(static_cast<std::size_t>(size));
    if (closed_) return;
  }
  if (!error_line_.empty()) events_.said(plain_words(std::exchange(error_line_, {})));
}

void Helper::gone() {
  drain_error();
  if (closed_) return;
  const std::string how = child_.reap();
  const std::string why = why_.empty() ? how : why_;
  close();
  events_.ended(why);
}

void Helper::close() {
  if (closed_) return;
  closed_ = true;
  waiting_.clear();
  sent_ = 0;
  patience_.cancel();
  record_timer_.cancel();
  boost::system::error_code ignored;
  for (stream_descriptor* stream : {&in_, &out_, &error_, &watch_}) stream->close(ignored);
  child_.end(std::chrono::milliseconds(limits_.helper_patience.count()));
}

}  // namespace openline::daemon
