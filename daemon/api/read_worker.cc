// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/read_worker.h"

#include <algorithm>
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

bool ReadWorker::submit(Job job, Lane lane) {
  {
    const std::lock_guard lock(mutex_);
    std::deque<Job>& jobs = jobs_[static_cast<std::size_t>(lane)];
    if (jobs.size() >= kMaxWaiting) return false;
    jobs.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void ReadWorker::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      auto lane = jobs_.end();
      changed_.wait(lock, [&] {
        lane = std::ranges::find_if(jobs_, [](const auto& jobs) { return !jobs.empty(); });
        return stopping_ || lane != jobs_.end();
      });
      if (stopping_) return;
      job = std::move(lane->front());
      lane->pop_front();
    }
    // The job ends on the loop too: what it holds of a request is the loop's alone.
    Then then = job(*reader_);
    boost::asio::post(loop_, [job = std::move(job), then = std::move(then)] { then(); });
  }
}

}  // namespace openline::daemon
