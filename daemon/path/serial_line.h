// SPDX-License-Identifier: Apache-2.0
// One opening of a serial device: frames out, packets in, until it hangs up.
//
// It holds one frame at most and takes the next when the line will be through with what it has within a tenth
// of a second, so that a FLASH waits for the packet on the air and for nothing else. What the line still has
// is the larger of what the system says (TIOCOUTQ) and what the rate says: a modem's own buffer shows in no
// system call, nor does a pseudo-terminal's.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "daemon/path/listening_socket.h"
#include "daemon/path/path.h"
#include "daemon/path/serial_framing.h"

namespace openline::daemon {

class SerialLine : public std::enable_shared_from_this<SerialLine> {
 public:
  struct Events {
    std::function<void(ByteView packet)> packet;
    std::function<void()> room;
    std::function<void()> hung_up;  // once, unless `close` was called
  };
  // `rate`: bytes a second, above 0.
  SerialLine(boost::asio::io_context& loop, Descriptor device, std::uint64_t rate, Events events,
             const PathLimits& limits);

  void begin();
  [[nodiscard]] bool has_room() const;
  void send(ByteView packet);  // lost when there is no room
  // Whether something is not out yet, as far as the system says, and how much is, ever.
  [[nodiscard]] bool is_waiting() const;
  [[nodiscard]] std::uint64_t taken() const;
  void close();  // no event follows
  [[nodiscard]] const SerialDeframer& received() const { return deframer_; }

 private:
  using Clock = std::chrono::steady_clock;
  void read();
  void write();
  void wait_for_device();
  void wait_for_room();
  void end();
  void close_within(std::chrono::milliseconds patience);
  [[nodiscard]] int device() const;
  [[nodiscard]] Clock::duration time_to_send(std::size_t bytes) const;
  [[nodiscard]] Clock::duration time_until_clear() const;

  boost::asio::posix::stream_descriptor device_;
  boost::asio::steady_timer room_timer_;
  const std::uint64_t rate_;
  Events events_;
  bool closed_ = false;
  Bytes frame_;  // not yet all with the system
  std::size_t sent_ = 0;
  std::uint64_t written_ = 0;     // ever
  Clock::time_point clear_at_{};  // when what was written is out, by the rate
  std::array<std::uint8_t, 4096> buffer_{};
  SerialDeframer deframer_;
};

}  // namespace openline::daemon
