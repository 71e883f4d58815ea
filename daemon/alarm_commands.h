// SPDX-License-Identifier: Apache-2.0
// Programs that a desk's plan has run: a pager, a siren, a bell on this machine.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace openline::daemon {

struct AlarmCommandLimits {
  std::size_t running = 16;           // at once; a further one is not started, and that is said
  std::chrono::seconds patience{60};  // for each, then it is ended
};

class AlarmCommands {
 public:
  using Done = std::function<void(const std::string& words)>;  // "ended with code 0"

  explicit AlarmCommands(boost::asio::io_context& loop, AlarmCommandLimits limits = {});
  ~AlarmCommands();  // ends those that run; nobody is told
  AlarmCommands(const AlarmCommands&) = delete;
  AlarmCommands& operator=(const AlarmCommands&) = delete;

  // `input` is its standard input, at most 64 KiB; what it writes is thrown away. `done` is called later,
  // once.
  void run(const std::vector<std::string>& command, const std::string& input, Done done);

 private:
  struct Running;
  boost::asio::io_context& loop_;
  const AlarmCommandLimits limits_;
  std::list<std::shared_ptr<Running>> running_;
};

}  // namespace openline::daemon
