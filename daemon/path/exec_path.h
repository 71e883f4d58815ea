// SPDX-License-Identifier: Apache-2.0
// Packets through a helper program, so that a radio, Tor or a courier needs no change here
// (docs/exec-path.md). A helper that ends is started again, later each time.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "daemon/path/helper.h"
#include "daemon/path/stall_watch.h"

namespace openline::daemon {

class ExecPath : public Path {
 public:
  ExecPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits);
  ~ExecPath() override;

  Result<void> start() override;
  [[nodiscard]] bool has_room() const override { return usable_ && credit_ > 0 && helper_->has_room(); }
  void send(const OutgoingPacket& packet) override;
  [[nodiscard]] std::string listening_on() const override { return helper_ ? config_.command[0] : ""; }
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Result<void> run();
  [[nodiscard]] Result<void> take(const FromHelper& record);
  [[nodiscard]] Result<void> take_state(const ExecState& state);
  void take_credit(std::uint32_t bytes);
  void stalled(bool is_stalled);
  void ended(const std::string& why);
  void run_again_later();
  void set_problem(const std::string& words);  // empty: usable
  void note(const std::string& words);

  boost::asio::io_context& loop_;
  PathConfig config_;
  PathEvents events_;
  PathLimits limits_;
  boost::asio::steady_timer again_;
  Milliseconds wait_;
  Clock::time_point usable_since_{};
  std::shared_ptr<Helper> helper_;
  bool usable_ = false;
  std::int64_t credit_ = 0;  // the last packet may take it below zero
  std::uint64_t moves_ = 0;  // credits, and inputs that it took: signs that it goes on
  StallWatch stall_watch_;
  std::string problem_;
  Clock::time_point notes_since_{};
  std::size_t notes_ = 0, notes_left_out_ = 0;
  Clock::time_point states_since_{};
  std::size_t states_ = 0;  // changes
};

}  // namespace openline::daemon
