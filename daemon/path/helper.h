// SPDX-License-Identifier: Apache-2.0
// One run of a helper program: records in and out, until it ends or breaks a rule (docs/exec-path.md).
#pragma once

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/path/child_process.h"
#include "daemon/path/exec_records.h"
#include "daemon/path/path.h"

namespace openline::daemon {

class Helper : public std::enable_shared_from_this<Helper> {
 public:
  struct Events {
    std::function<Result<void>(const FromHelper& record)> record;  // the error: a rule that it breaks
    std::function<void()> room;                                    // everything was taken
    std::function<void(const std::string& line)> said;             // on its standard error
    std::function<void(const std::string& why)> ended;  // once, unless `close` was called; it is gone
  };
  // The error is in words.
  [[nodiscard]] static std::expected<std::shared_ptr<Helper>, std::string> start(
      boost::asio::io_context& loop, const std::vector<std::string>& command, Events events,
      const PathLimits& limits);

  void begin();
  [[nodiscard]] bool has_room() const { return !ending_ && waiting_.empty(); }
  void send(Bytes record);  // lost when there is no room
  void close();             // ends it here and now; no event follows

 private:
  Helper(boost::asio::io_context& loop, ChildProcess child, Events events, const PathLimits& limits);
  void read_records();
  [[nodiscard]] Result<void> deliver(std::size_t size);
  void read_error();
  void take_error(std::size_t size);
  void write();
  void input_closed();
  void watch();
  void time_record(bool one_ended);
  void end_by(const std::string& why, int signal);
  void drain_error();
  void gone();

  ChildProcess child_;
  boost::asio::posix::stream_descriptor in_, out_, error_, watch_;
  boost::asio::steady_timer patience_, record_timer_;
  Events events_;
  const PathLimits& limits_;
  bool ending_ = false, closed_ = false;
  std::string why_;  // it is ended, if not by itself
  Bytes waiting_;    // a record that its input did not take yet
  std::size_t sent_ = 0;
  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
  bool in_record_ = false;  // record_timer_ runs
  std::array<std::uint8_t, 4096> error_buffer_{};
  Bytes error_line_;
};

}  // namespace openline::daemon
