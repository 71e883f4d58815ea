// SPDX-License-Identifier: Apache-2.0
// A thread that reads the store for the API, over a connection of its own, so that a long read holds up
// nothing.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "daemon/store/store.h"

namespace openline::daemon {

class ReadWorker {
 public:
  // Reads on the worker's thread; what it gives back is called on the loop.
  using Then = std::function<void()>;
  using Job = std::function<Then(StoreReader&)>;
  static constexpr std::size_t kMaxWaiting = 256;  // in each lane
  // What waits in one goes before what waits in the next.
  enum class Lane : std::uint8_t {
    kSending,  // what something that goes out waits for
    kUsual,
    kLong,  // many pages
  };

  ReadWorker(std::unique_ptr<StoreReader> reader, boost::asio::io_context& loop);
  ~ReadWorker();  // jobs that wait are dropped
  ReadWorker(const ReadWorker&) = delete;
  ReadWorker& operator=(const ReadWorker&) = delete;
  [[nodiscard]] bool submit(Job job, Lane lane = Lane::kUsual);  // false: too many wait

 private:
  void run();
  std::unique_ptr<StoreReader> reader_;
  boost::asio::io_context& loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<std::deque<Job>, 3> jobs_;  // by lane
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
