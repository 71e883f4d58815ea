// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/work_thread.h"

#include <boost/asio/post.hpp>

namespace openline::daemon {

WorkThread::WorkThread(boost::asio::io_context& loop, std::size_t max_waiting)
    : loop_(loop), max_waiting_(max_waiting), thread_([this] { run(); }) {}

WorkThread::~WorkThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool WorkThread::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= max_waiting_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkThread::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    // The job ends on the loop too: what it holds of a request is the loop's alone.
    Then then = job();
    boost::asio::post(loop_, [job = std::move(job), then = std::move(then)] { then(); });
  }
}

}  // namespace openline::daemon
