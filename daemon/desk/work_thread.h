// SPDX-License-Identifier: Apache-2.0
// A thread for what takes too long for the loop: jobs in order, and what each gives back is called on the
// loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace openline::daemon {

class WorkThread {
 public:
  using Then = std::function<void()>;
  using Job = std::function<Then()>;

  WorkThread(boost::asio::io_context& loop, std::size_t max_waiting);
  ~WorkThread();  // jobs that wait are done first: what was asked for becomes durable
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  [[nodiscard]] bool submit(Job job);  // false: too many wait

 private:
  void run();
  boost::asio::io_context& loop_;
  const std::size_t max_waiting_;
  std::mutex mutex_;  // all below
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
