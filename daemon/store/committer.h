// SPDX-License-Identifier: Apache-2.0
// The committer: one thread that owns the store, holds one batch at a time and does bulk reads in between.
//
// A batch that fails is kept and committed again until it succeeds: nothing that was handed over is given up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "daemon/store/store.h"

namespace openline::daemon {

struct CommitterOptions {
  std::chrono::milliseconds repeat_after{1000};  // after a failure; `poke` makes it sooner
  std::size_t max_reads = 256;                   // waiting; a further one is answered with a failure at once
};

struct Committed {
  std::uint64_t commit = 0;
};
struct CommitFailed {  // each time; the batch is kept
  std::uint64_t commit = 0;
  StoreFailure failure;
};
using Completion = std::variant<Committed, CommitFailed, RunsRead>;

class Committer {
 public:
  using Clock = std::chrono::steady_clock;
  // Called in the committer's thread, in order: it posts the completion onto the loop and returns.
  using Post = std::function<void(Completion)>;

  Committer(std::unique_ptr<Store> store, Post post, CommitterOptions options = {});
  ~Committer();  // as `stop`
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // From one thread, the loop's. A batch is submitted only after the one before it was reported committed
  // (asserted).
  void submit(Batch batch);
  void read(ReadRuns read);
  void poke();  // somebody thinks that the store works again: repeat a failed batch now

  // Since when the batch in hand waits, whatever for; nullopt: none in hand.
  [[nodiscard]] std::optional<Clock::time_point> busy_since() const;

  // Commits what it holds (one more try if that has failed before), answers no further reads, closes the
  // store. The failure that made it give up, if any: then what it held was never acknowledged.
  Stored<void> stop();

 private:
  enum class Work : std::uint8_t { kCommit, kRead, kStop };
  void run();
  [[nodiscard]] Work wait_for_work(std::unique_lock<std::mutex>& lock);
  void commit_held(std::unique_lock<std::mutex>& lock);
  void read_next(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<Store> store_;  // used by the thread alone
  const Post post_;
  const CommitterOptions options_;

  mutable std::mutex mutex_;  // all below
  std::condition_variable changed_;
  std::optional<Batch> batch_;
  Clock::time_point held_since_{};
  Clock::time_point due_{};  // when to try `batch_`
  std::deque<ReadRuns> reads_;
  bool stopping_ = false;
  Stored<void> last_;   // of the last attempt
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
