// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/checkpointer.h"

#include <sqlite3.h>

namespace openline::daemon {

Checkpointer::Checkpointer(Database database, CheckpointOptions options)
    : database_(std::move(database)), options_(options), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpointer::log_grew(int pages) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = pages_ == 0 || pages >= options_.pages;  // otherwise it waits for quiet, and looks by itself
    pages_ = pages;
    grew_ = Clock::now();
  }
  if (wake) changed_.notify_one();
}

std::optional<StoreFailure> Checkpointer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Checkpointer::run() {
  while (wait_for_work()) checkpoint();
}

// True: the log is long, or has something in it and is quiet. False: stop.
bool Checkpointer::wait_for_work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_) return false;
    if (pages_ >= options_.pages) return true;
    if (pages_ == 0) {
      changed_.wait(lock);
    } else if (const auto quiet = grew_ + options_.quiet_after; quiet <= Clock::now()) {
      return true;
    } else {
      changed_.wait_until(lock, quiet);
    }
  }
}

void Checkpointer::checkpoint() {
  {
    const std::lock_guard lock(mutex_);
    pages_ = 0;  // the next commit says anew how long it is
  }
  const int code =
      sqlite3_wal_checkpoint_v2(database_.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const std::lock_guard lock(mutex_);
  if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    failure_.reset();
  } else {
    failure_ = database_.failure("moving the write-ahead log into the store");
  }
}

}  // namespace openline::daemon
