// SPDX-License-Identifier: Apache-2.0
// Disks that are full, refuse, lose power; programs that are killed.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "daemon/store/sqlite_store.h"
#include "daemon/store/test_entries.h"
#include "daemon/store/test_faulty_vfs.h"

namespace openline::daemon {
namespace {

using Kind = StoreFailure::Kind;
constexpr std::size_t kEntries = 3;  // a batch
// TSan runs these for the folder's sake: they have one thread, and are ten times slower under it.
#ifdef __SANITIZE_THREAD__
constexpr std::uint64_t kPowerCuts = 15, kFaultStep = 8;
#else
constexpr std::uint64_t kPowerCuts = 150, kFaultStep = 1;
#endif

// No checkpoint but the writer's own: every run of a test does the same operations.
SqliteOptions deterministic(const char* vfs, int max_log_pages = 1 << 30) {
  SqliteOptions options;
  options.checkpoint = {1 << 30, std::chrono::hours(1)};
  options.max_log_pages = max_log_pages;
  options.vfs = vfs;
  return options;
}

std::unique_ptr<SqliteStore> open_store(const std::string& path, SqliteOptions options = {}) {
  auto store = SqliteStore::open(path, options);
  EXPECT_TRUE(store) << store.error().words;
  return store ? std::move(*store) : nullptr;
}

// Commits ten batches while the operation after `fault` fails; each batch that fails is repeated.
// Gives how many operations there were.
std::uint64_t commit_with_fault(std::uint64_t fault, int code, Kind kind) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  auto store = open_store(folder.path("store.db"), deterministic(disk.name(), 20));
  TestChain chain(1, 1);
  disk.fail(fault, code, false);
  for (std::uint64_t number = 1; number <= 10; ++number) {
    const Batch batch = numbered_batch(number, kEntries, chain);
    const auto done = store->commit(batch);
    if (done) continue;
    EXPECT_EQ(done.error().kind, kind) << done.error().words;
    EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), number - 1)
        << "nothing of a failed commit is seen";
    const auto again = store->commit(batch);
    EXPECT_TRUE(again) << again.error().words;
  }
  EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), 10u);
  EXPECT_EQ(store->load_state()->commits, 10u);
  const std::uint64_t operations = disk.operations();
  store.reset();
  store = open_store(folder.path("store.db"), deterministic(disk.name()));
  EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), 10u);
  return operations;
}

TEST(SqliteFaults, RepeatsABatchAfterAFailureOfAnyOperation) {
  const std::uint64_t operations = commit_with_fault(1 << 30, SQLITE_FULL, Kind::kFull);
  ASSERT_GT(operations, 40u);
  for (std::uint64_t fault = 0; fault < operations; fault += kFaultStep) {
    SCOPED_TRACE(fmt::format("operation {}", fault));
    commit_with_fault(fault, fault % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR_FSYNC,
                      fault % 2 == 0 ? Kind::kFull : Kind::kIo);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(SqliteFaults, GoesOnByItselfWhenTheDiskHasSpaceAgain) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  auto store = open_store(folder.path("store.db"), deterministic(disk.name()));
  TestChain chain(1, 1);
  ASSERT_TRUE(store->commit(numbered_batch(1, kEntries, chain)));
  const Batch batch = numbered_batch(2, kEntries, chain);
  disk.fail(0, SQLITE_FULL, true);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto done = store->commit(batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::kFull);
    EXPECT_EQ(store->read_runs({1, {1}, {0}}).entries.size(), kEntries) << "reading works meanwhile";
  }
  disk.work();
  EXPECT_TRUE(store->commit(batch));
  EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), 2u);
}

TEST(SqliteFaults, SaysThatTheDiskMayNotBeWritten) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  auto store = open_store(folder.path("store.db"), deterministic(disk.name()));
  TestChain chain(1, 1);
  disk.fail(0, SQLITE_READONLY, true);
  const auto done = store->commit(numbered_batch(1, kEntries, chain));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::kReadOnly);
  EXPECT_NE(done.error().words.find("may not be written"), std::string::npos) << done.error().words;
  disk.work();
}

// The system's own refusal: no file of this process may grow beyond the limit.
TEST(SqliteFaults, TakesAFileSizeLimitForAFullDisk) {
  const TemporaryFolder folder;
  auto store = open_store(folder.path("store.db"), deterministic(nullptr));
  TestChain chain(1, 1);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{200'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::uint64_t number = 1;
  Batch batch = numbered_batch(number, kEntries, chain);
  Stored<void> done = store->commit(batch);
  while (done && number < 100) {
    batch = numbered_batch(++number, kEntries, chain);
    done = store->commit(batch);
  }
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::kFull) << done.error().words;
  EXPECT_NE(done.error().words.find("the disk is full"), std::string::npos) << done.error().words;
  EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), number - 1);
  ASSERT_TRUE(store->commit(batch));
  EXPECT_EQ(newest_whole_batch(*store, chain.line(), kEntries), number);
}

TEST(SqliteFaults, LosesNothingCommittedToAPowerCutAtAnyMoment) {
  for (std::uint64_t seed = 1; seed <= kPowerCuts; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const TemporaryFolder folder, after;
    FaultyVfs disk;
    const auto log_pages = static_cast<int>(5 + random() % 40);
    auto store = open_store(folder.path("store.db"), deterministic(disk.name(), log_pages));
    ASSERT_NE(store, nullptr);
    TestChain chain(1, 1);
    const std::uint64_t refusal = random() % 100;
    disk.fail(refusal, SQLITE_IOERR_FSYNC, false);
    std::uint64_t committed = 0;
    for (std::uint64_t number = 1; number <= 12; ++number) {
      const Batch batch = numbered_batch(number, kEntries, chain);
      if (number == 4 + seed % 8)
        disk.fail(random() % 8, SQLITE_IOERR_WRITE, true);  // the power is off from here
      if (!store->commit(batch) && !store->commit(batch)) break;
      committed = number;
    }
    disk.cut_power(after.path(), random);
    disk.work();
    store.reset();
    FaultyVfs whole;  // for speed: it does not ask the real disk to synchronise
    auto restarted = open_store(after.path("store.db"), deterministic(whole.name()));
    ASSERT_NE(restarted, nullptr);
    const std::uint64_t newest = newest_whole_batch(*restarted, chain.line(), kEntries);
    EXPECT_TRUE(newest == committed || newest == committed + 1) << newest << ", committed " << committed;
    if (testing::Test::HasFailure()) return;
    ASSERT_TRUE(restarted->commit({1, {}})) << "and it goes on";
  }
}

// Commits until it is killed; says each commit through the pipe.
[[noreturn]] void commit_forever(const std::string& path, std::uint64_t from, int says) {
  SqliteOptions options;
  options.checkpoint = {30, std::chrono::milliseconds(1)};
  auto store = SqliteStore::open(path, options);
  if (!store) std::_Exit(2);
  TestChain chain(1, 1);
  for (std::uint64_t number = 1;; ++number) {
    const Batch batch = numbered_batch(number, kEntries, chain);
    if (number <= from) continue;
    if (!(*store)->commit(batch)) std::_Exit(3);
    if (::write(says, &number, sizeof number) != sizeof number) std::_Exit(4);
  }
}

TEST(SqliteFaults, HasEverythingThatAKilledProgramReportedCommitted) {
  const TemporaryFolder folder;
  const std::uint64_t seed = 20'250'101;
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  std::uint64_t newest = 0;
  for (int start = 0; start < 12; ++start) {
    int says[2];
    ASSERT_EQ(::pipe(says), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) commit_forever(folder.path("store.db"), newest, says[1]);
    ::close(says[1]);
    std::uint64_t reported = newest, number = 0;
    const std::uint64_t kill_after = newest + 1 + random() % 12;
    while (reported < kill_after && ::read(says[0], &number, sizeof number) == sizeof number)
      reported = number;
    ::usleep(static_cast<useconds_t>(random() % 3000));
    ::kill(child, SIGKILL);
    while (::read(says[0], &number, sizeof number) == sizeof number) reported = number;
    ::close(says[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    auto store = open_store(folder.path("store.db"));
    ASSERT_NE(store, nullptr);
    newest = newest_whole_batch(*store, filled<LineId>(1), kEntries);
    EXPECT_TRUE(newest == reported || newest == reported + 1) << newest << ", reported " << reported;
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace openline::daemon
