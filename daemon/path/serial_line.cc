// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/serial_line.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>

#include "core/wire/assert.h"
#include "daemon/path/serial_device.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using boost::asio::posix::stream_descriptor;

constexpr auto kHeadStart = 100ms;  // a late timer leaves no gap on the line
constexpr auto kShortestWait = 5ms;
constexpr auto kLongestWait = 1s;  // flow control may open earlier than the rate says
constexpr std::chrono::milliseconds kWorthWaitingFor = 1s;  // at the end: what takes longer is given up

}  // namespace

SerialLine::SerialLine(boost::asio::io_context& loop, Descriptor device, std::uint64_t rate, Events events,
                       const PathLimits& limits)
    : device_(loop, device.release()),
      room_timer_(loop),
      rate_(rate),
      events_(std::move(events)),
      deframer_(limits.max_packet) {
  OPENLINE_ASSERT(rate_ > 0);
}

void SerialLine::begin() { read(); }

void SerialLine::read() {
  device_.async_read_some(
      boost::asio::buffer(buffer_),
      [self = shared_from_this()](const boost::system::error_code& failed, std::size_t size) {
        if (self->closed_) return;
        if (failed) return self->end();
        self->deframer_.take(ByteView(self->buffer_).first(size), [&](ByteView packet) {
          if (!self->closed_) self->events_.packet(packet);
        });
        if (!self->closed_) self->read();
      });
}

SerialLine::Clock::duration SerialLine::time_to_send(std::size_t bytes) const {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(bytes * 1'000'000'000ULL / rate_));
}

SerialLine::Clock::duration SerialLine::time_until_clear() const {
  const auto by_rate = clear_at_ - Clock::now();
  const auto by_system = time_to_send(unsent_bytes(device()));
  return std::max(by_rate, by_system);
}

int SerialLine::device() const { return const_cast<stream_descriptor&>(device_).native_handle(); }

bool SerialLine::is_waiting() const { return !closed_ && (!frame_.empty() || unsent_bytes(device()) > 0); }

std::uint64_t SerialLine::taken() const { return closed_ ? written_ : written_ - unsent_bytes(device()); }

bool SerialLine::has_room() const { return !closed_ && frame_.empty() && time_until_clear() <= kHeadStart; }

void SerialLine::send(ByteView packet) {
  if (packet.empty() || !has_room()) return;
  if (clear_at_ <= Clock::now()) frame_.push_back(0);
  append(frame_, serial_frame(packet));
  write();
}

void SerialLine::write() {
  while (sent_ < frame_.size()) {
    const ssize_t written = ::write(device_.native_handle(), frame_.data() + sent_, frame_.size() - sent_);
    if (written < 0 && errno == EINTR) continue;
    if (written == 0 || (written < 0 && (errno == EWOULDBLOCK || errno == EAGAIN))) return wait_for_device();
    // What fails is as good as sent: the reading side reports it, here it would call back into who is
    // sending.
    const std::size_t done = written < 0 ? frame_.size() - sent_ : static_cast<std::size_t>(written);
    // By when the device took it, not by when we wished to send it: what made us wait is still before it.
    clear_at_ = std::max(clear_at_, Clock::now()) + time_to_send(done);
    sent_ += done;
    written_ += done;
  }
  frame_.clear();
  sent_ = 0;
  if (!has_room()) wait_for_room();
}

void SerialLine::wait_for_device() {
  device_.async_wait(stream_descriptor::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& failed) {
                       if (failed || self->closed_) return;
                       self->write();
                       if (self->has_room()) self->events_.room();
                     });
}

void SerialLine::wait_for_room() {
  const auto wait = std::clamp<Clock::duration>(time_until_clear() - kHeadStart, kShortestWait, kLongestWait);
  room_timer_.expires_after(wait);
  room_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
    if (stopped || self->closed_ || !self->frame_.empty()) return;
    if (!self->has_room()) return self->wait_for_room();
    self->events_.room();
  });
}

void SerialLine::end() {
  close_within(0ms);
  events_.hung_up();
}

void SerialLine::close() {
  if (closed_) return;
  const bool is_worth_it = time_to_send(unsent_bytes(device())) <= kWorthWaitingFor;
  close_within(is_worth_it ? kWorthWaitingFor : 0ms);
}

void SerialLine::close_within(std::chrono::milliseconds patience) {
  give_back(device(), patience);
  closed_ = true;
  frame_.clear();
  sent_ = 0;
  room_timer_.cancel();
  boost::system::error_code ignored;
  device_.close(ignored);
}

}  // namespace openline::daemon
