// SPDX-License-Identifier: Apache-2.0
// Moves the write-ahead log into the database in a thread and connection of its own, so that no batch waits
// for it.
//
// It never blocks writers or readers (passive checkpoints): what they use stays for the next time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/store/sqlite.h"

namespace openline::daemon {

struct CheckpointOptions {
  int pages = 1000;                             // a log of this length (4 MiB) is moved at once
  std::chrono::milliseconds quiet_after{2000};  // a shorter one when no commit came for so long
};

class Checkpointer {
 public:
  Checkpointer(Database database, CheckpointOptions options);
  ~Checkpointer();  // waits for a checkpoint that is under way
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // After each commit: how long the log is. From the writer's thread.
  void log_grew(int pages);
  // The last checkpoint's failure, if it failed. The record is safe in the log, which grows meanwhile.
  [[nodiscard]] std::optional<StoreFailure> failure() const;

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  [[nodiscard]] bool wait_for_work();
  void checkpoint();

  Database database_;
  const CheckpointOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int pages_ = 0;  // in the log since the last checkpoint; the rest is under mutex_ too
  Clock::time_point grew_;
  bool stopping_ = false;
  std::optional<StoreFailure> failure_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
