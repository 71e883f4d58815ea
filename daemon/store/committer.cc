// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/committer.h"

#include "core/wire/assert.h"

namespace openline::daemon {

Committer::Committer(std::unique_ptr<Store> store, Post post, CommitterOptions options)
    : store_(std::move(store)), post_(std::move(post)), options_(options), thread_([this] { run(); }) {}

Committer::~Committer() { (void)stop(); }

void Committer::submit(Batch batch) {
  {
    const std::lock_guard lock(mutex_);
    OPENLINE_ASSERT(!batch_ && !stopping_);
    batch_ = std::move(batch);
    held_since_ = due_ = Clock::now();
  }
  changed_.notify_one();
}

void Committer::read(ReadRuns read) {
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = reads_.size() >= options_.max_reads;
    if (!full) reads_.push_back(read);
  }
  if (full) {
    post_(RunsRead{read.read, {}, "too many reads wait for the store"});
  } else {
    changed_.notify_one();
  }
}

void Committer::poke() {
  {
    const std::lock_guard lock(mutex_);
    due_ = Clock::now();
  }
  changed_.notify_one();
}

std::optional<Committer::Clock::time_point> Committer::busy_since() const {
  const std::lock_guard lock(mutex_);
  if (!batch_) return std::nullopt;
  return held_since_;
}

Stored<void> Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    reads_.clear();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  store_.reset();
  return batch_ ? last_ : Stored<void>();
}

void Committer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    switch (wait_for_work(lock)) {
      case Work::kCommit:
        commit_held(lock);
        break;
      case Work::kRead:
        read_next(lock);
        break;
      case Work::kStop:
        if (batch_) commit_held(lock);
        return;
    }
  }
}

// Reads go on while a failed batch waits for its next try.
Committer::Work Committer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    if (stopping_) return Work::kStop;
    if (batch_ && due_ <= Clock::now()) return Work::kCommit;
    if (!reads_.empty()) return Work::kRead;
    if (batch_) {
      changed_.wait_until(lock, due_);
    } else {
      changed_.wait(lock);
    }
  }
}

void Committer::commit_held(std::unique_lock<std::mutex>& lock) {
  // Nobody but this thread changes a batch that is held, so it may be read without the lock.
  const Batch& batch = *batch_;
  lock.unlock();
  Stored<void> done = store_->commit(batch);
  lock.lock();
  const std::uint64_t commit = batch_->commit;
  last_ = done;
  if (done) {
    batch_.reset();
  } else {
    due_ = Clock::now() + options_.repeat_after;
  }
  // Not in hand any more when it is reported: the answer to the report may be the next batch.
  lock.unlock();
  if (done) {
    post_(Committed{commit});
  } else {
    post_(CommitFailed{commit, std::move(done.error())});
  }
  lock.lock();
}

void Committer::read_next(std::unique_lock<std::mutex>& lock) {
  const ReadRuns read = reads_.front();
  reads_.pop_front();
  lock.unlock();
  post_(store_->read_runs(read));
  lock.lock();
}

}  // namespace openline::daemon
