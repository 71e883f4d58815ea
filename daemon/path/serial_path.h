// SPDX-License-Identifier: Apache-2.0
// Packets over a serial line: a modem, a radio or a cable (protocol.md section 6.6). There is one far end,
// and its address is the path's name.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "daemon/path/serial_line.h"
#include "daemon/path/stall_watch.h"

namespace openline::daemon {

class SerialPath : public Path {
 public:
  SerialPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits);
  ~SerialPath() override;

  Result<void> start() override;
  [[nodiscard]] bool has_room() const override { return line_ && line_->has_room(); }
  void send(const OutgoingPacket& packet) override;
  [[nodiscard]] std::string listening_on() const override { return line_ ? config_.device : ""; }
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  void hung_up();
  void reopen_later();
  void note_noise();
  void stalled(bool is_stalled);

  boost::asio::io_context& loop_;
  PathConfig config_;
  PathEvents events_;
  PathLimits limits_;
  boost::asio::steady_timer reopen_, noise_timer_;
  std::string problem_;
  std::shared_ptr<SerialLine> line_;
  StallWatch stall_watch_;
  std::uint64_t noted_frames_ = 0, noted_bytes_ = 0;  // of this line, in the log
};

}  // namespace openline::daemon
