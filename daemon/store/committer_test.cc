// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/committer.h"

#include <gtest/gtest.h>

#include <atomic>

#include "daemon/store/sqlite_store.h"
#include "daemon/store/test_entries.h"

namespace openline::daemon {
namespace {

// What the committer posts, as the loop would take it.
class Posted {
 public:
  Committer::Post post() {
    return [this](Completion completion) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(completion));
      changed_.notify_all();
    };
  }
  Completion take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty(); });
    Completion completion = std::move(waiting_.front());
    waiting_.pop_front();
    return completion;
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Completion> waiting_;
};

// How a test holds the disk.
struct Disk {
  std::atomic<int> failures{0};      // commits that fail from now on
  std::atomic<bool> stalled{false};  // commits wait while this holds
  std::atomic<int> attempts{0};
  std::atomic<bool> closed{false};
  std::vector<std::uint64_t> committed;  // of the committer's thread, read after `stop`
};

class TestStore : public Store {
 public:
  explicit TestStore(Disk& disk) : disk_(disk) {}
  ~TestStore() override { disk_.closed = true; }
  Stored<void> commit(const Batch& batch) override {
    ++disk_.attempts;
    disk_.stalled.wait(true);
    if (disk_.failures > 0) {
      --disk_.failures;
      return std::unexpected(StoreFailure{StoreFailure::Kind::kFull, "the disk is full"});
    }
    disk_.committed.push_back(batch.commit);
    return {};
  }
  Stored<LoadedState> load_state() override { return LoadedState{}; }
  RunsRead read_runs(const ReadRuns& read) override { return {read.read, {}, std::nullopt}; }
  Stored<std::unique_ptr<StoreReader>> open_reader() const override {
    return std::unexpected(StoreFailure{});
  }

 private:
  Disk& disk_;
};

class CommitterTest : public testing::Test {
 protected:
  // A failed batch is repeated only when poked, unless told otherwise.
  std::unique_ptr<Committer> start(CommitterOptions options = {std::chrono::hours(1), 256}) {
    return std::make_unique<Committer>(std::make_unique<TestStore>(disk_), posted_.post(), options);
  }
  template <class Expected>
  Expected take() {
    Completion completion = posted_.take();
    EXPECT_TRUE(std::holds_alternative<Expected>(completion)) << completion.index();
    return std::get<Expected>(std::move(completion));
  }

  Disk disk_;
  Posted posted_;
};

TEST_F(CommitterTest, ReportsEachBatchWhenItIsCommitted) {
  const auto committer = start();
  for (std::uint64_t i = 1; i <= 100; ++i) {
    committer->submit({i, {}});
    EXPECT_EQ(take<Committed>().commit, i);
  }
  EXPECT_FALSE(committer->busy_since());
  EXPECT_TRUE(committer->stop());
  EXPECT_EQ(disk_.committed.size(), 100u);
  EXPECT_TRUE(disk_.closed);
}

TEST_F(CommitterTest, RepeatsAFailedBatchWhenPoked) {
  const auto committer = start();
  disk_.failures = 2;
  committer->submit({1, {}});
  for (int i = 0; i < 2; ++i) {
    const auto failed = take<CommitFailed>();
    EXPECT_EQ(failed.commit, 1u);
    EXPECT_EQ(failed.failure.kind, StoreFailure::Kind::kFull);
    EXPECT_TRUE(committer->busy_since());
    committer->poke();
  }
  EXPECT_EQ(take<Committed>().commit, 1u);
  EXPECT_FALSE(committer->busy_since());
  EXPECT_EQ(disk_.attempts, 3);
}

TEST_F(CommitterTest, RepeatsAFailedBatchByItselfAfterTheDelay) {
  const auto committer = start({std::chrono::milliseconds(2), 256});
  disk_.failures = 3;
  committer->submit({1, {}});
  for (int i = 0; i < 3; ++i) (void)take<CommitFailed>();
  EXPECT_EQ(take<Committed>().commit, 1u);
}

TEST_F(CommitterTest, SaysSinceWhenAStalledDiskKeepsItBusy) {
  const auto committer = start();
  disk_.stalled = true;
  const auto before = Committer::Clock::now();
  committer->submit({1, {}});
  while (disk_.attempts == 0) std::this_thread::yield();
  const auto since = committer->busy_since();
  ASSERT_TRUE(since);
  EXPECT_GE(*since, before);
  EXPECT_LE(*since, Committer::Clock::now());
  EXPECT_TRUE(posted_.empty());
  disk_.stalled = false;
  disk_.stalled.notify_all();
  (void)take<Committed>();
  EXPECT_FALSE(committer->busy_since());
}

TEST_F(CommitterTest, ReadsWhileAFailedBatchWaits) {
  const auto committer = start();
  disk_.failures = 1;
  committer->submit({1, {}});
  (void)take<CommitFailed>();
  committer->read({7, {1}, {0}});
  committer->read({8, {1}, {0}});
  EXPECT_EQ(take<RunsRead>().read, 7u);
  EXPECT_EQ(take<RunsRead>().read, 8u);
  EXPECT_TRUE(committer->busy_since());
}

TEST_F(CommitterTest, RefusesReadsBeyondItsBound) {
  const auto committer = start({std::chrono::hours(1), 2});
  disk_.stalled = true;
  committer->submit({1, {}});
  while (disk_.attempts == 0) std::this_thread::yield();
  for (std::uint64_t i = 1; i <= 3; ++i) committer->read({i, {1}, {0}});
  const auto refused = take<RunsRead>();
  EXPECT_EQ(refused.read, 3u);
  ASSERT_TRUE(refused.failure);
  disk_.stalled = false;
  disk_.stalled.notify_all();
  (void)take<Committed>();
  EXPECT_EQ(take<RunsRead>().read, 1u);
  EXPECT_EQ(take<RunsRead>().read, 2u);
}

TEST_F(CommitterTest, CommitsWhatItHoldsWhenItStops) {
  const auto committer = start();
  disk_.failures = 1;
  committer->submit({1, {}});
  (void)take<CommitFailed>();
  EXPECT_TRUE(committer->stop()) << "the last try succeeds";
  EXPECT_EQ(disk_.committed, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(take<Committed>().commit, 1u);
  EXPECT_TRUE(disk_.closed);
}

TEST_F(CommitterTest, SaysAtItsStopWhatItCouldNotCommit) {
  const auto committer = start();
  disk_.failures = 2;
  committer->submit({1, {}});
  (void)take<CommitFailed>();
  const auto stopped = committer->stop();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, StoreFailure::Kind::kFull);
  EXPECT_EQ(disk_.attempts, 2);
  EXPECT_FALSE(committer->stop()) << "and says it again";
}

TEST_F(CommitterTest, StopsTheProgramThatSubmitsASecondBatch) {
  EXPECT_DEATH(
      {
        disk_.stalled = true;
        const auto committer = start();
        committer->submit({1, {}});
        committer->submit({2, {}});
      },
      "");
}

// The whole arrangement under TSan: committer and checkpointer write, an API thread reads its writes.
TEST(CommitterWithSqlite, CommitsWhileAnotherThreadReads) {
  const TemporaryFolder folder;
  SqliteOptions options;
  options.checkpoint = {10, std::chrono::milliseconds(1)};
  auto store = std::move(*SqliteStore::open(folder.path("store.db"), options));
  auto reader = std::move(*store->open_reader());
  Posted posted;
  Committer committer(std::move(store), posted.post());
  TestChain chain(1, 1);
  std::atomic<std::uint64_t> committed{0};
  std::thread api([&] {
    for (std::uint64_t seen = 0; seen < 60;) {
      const std::uint64_t durable = committed;
      const auto commits = reader->commits();
      ASSERT_TRUE(commits) << commits.error().words;
      EXPECT_GE(*commits, durable);
      EXPECT_GE(*commits, seen);
      seen = *commits;
      EXPECT_GE(reader->entries({})->entries.size(), std::min<std::size_t>(seen * 2, 100));
    }
  });
  for (std::uint64_t i = 1; i <= 60; ++i) {
    committer.submit(numbered_batch(i, 2, chain));
    committer.read({i, {1}, {0}});
    for (int answers = 0; answers < 2; ++answers) {
      const Completion completion = posted.take();
      if (const auto* done = std::get_if<Committed>(&completion)) committed = done->commit;
      EXPECT_FALSE(std::holds_alternative<CommitFailed>(completion));
    }
  }
  api.join();
  reader.reset();
  EXPECT_TRUE(committer.stop());
  const auto reopened = SqliteStore::open(folder.path("store.db"));
  ASSERT_TRUE(reopened);
  EXPECT_EQ(newest_whole_batch(**reopened, chain.line(), 2), 60u);
}

}  // namespace
}  // namespace openline::daemon
