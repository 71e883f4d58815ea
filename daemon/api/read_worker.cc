// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/read_worker.h"

#include <boost/asio/post.hpp>

namespace openline::daemon {

ReadWorker::ReadWorker(std::unique_ptr<StoreReader> reader, boost::asio::io_context& loop)
    : reader_(std::move(reader)), loop_(loop), thread_([this] { run(); }) {}

ReadWorker::~ReadWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool ReadWorker::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= kMaxWaiting) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void ReadWorker::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    boost::asio::post(loop_, job(*reader_));
  }
}

}  // namespace openline::daemon
