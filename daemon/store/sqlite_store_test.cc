// SPDX-License-Identifier: Apache-2.0
// What is SQLite's own: the file, its locking, its format's versions, and damage.
#include "daemon/store/sqlite_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "daemon/store/sqlite_reader.h"
#include "daemon/store/sqlite_schema.h"
#include "daemon/store/test_entries.h"

namespace openline::daemon {
namespace {

using Kind = StoreFailure::Kind;

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Behind the store's back.
void execute(const std::string& path, const std::string& sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
  sqlite3_free(message);
  sqlite3_close(raw);
}

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(SqliteOptions options = {}) {
    auto store = SqliteStore::open(path_, options);
    EXPECT_TRUE(store) << store.error().words;
    return store ? std::move(*store) : nullptr;
  }
  // Opening is refused with words that contain this.
  void expect_refused(Kind kind, std::string_view words) {
    const auto store = SqliteStore::open(path_);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, kind);
    EXPECT_NE(store.error().words.find(words), std::string::npos) << store.error().words;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path("store.db");
  TestChain chain_{1, 1};
};

TEST_F(SqliteStoreTest, IsReadableByItsOwnerAlone) {
  const auto store = open();
  ASSERT_TRUE(store->commit(numbered_batch(1, 1, chain_)));
  for (const char* const suffix : {"", "-wal", "-shm", "-writer"}) {
    struct stat about{};
    ASSERT_EQ(::stat((path_ + suffix).c_str(), &about), 0) << suffix;
    EXPECT_EQ(about.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(SqliteStoreTest, LeavesNoLogAfterACleanStop) {
  auto store = open();
  ASSERT_TRUE(store->commit(numbered_batch(1, 1, chain_)));
  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(SqliteStoreTest, RefusesASecondWriterAndServesReaders) {
  const auto store = open();
  expect_refused(Kind::kBusy, "another program has the store");
  EXPECT_TRUE(SqliteReader::open(path_));
}

TEST_F(SqliteStoreTest, NoticesThatAnotherProgramChangedIt) {
  const auto store = open();
  execute(path_, "UPDATE store SET commits = commits + 1");
  const auto done = store->commit(numbered_batch(1, 1, chain_));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::kBusy);
  EXPECT_NE(done.error().words.find("changed by another program"), std::string::npos) << done.error().words;
}

TEST_F(SqliteStoreTest, RefusesAFolderThatIsNotThere) {
  const auto store = SqliteStore::open(folder_.path("none/store.db"));
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().words.find("No such file"), std::string::npos) << store.error().words;
}

TEST_F(SqliteStoreTest, RefusesAReaderWithoutAStore) { EXPECT_FALSE(SqliteReader::open(path_)); }

TEST_F(SqliteStoreTest, RefusesAFileThatIsNotSqlite) {
  std::ofstream(path_) << std::string(8192, 'x');
  expect_refused(Kind::kCorrupt, "not a database");
  EXPECT_EQ(read_text(path_), std::string(8192, 'x')) << "it is left as it was";
}

TEST_F(SqliteStoreTest, RefusesAnotherProgramsDatabaseAndLeavesItAsItWas) {
  execute(path_, "CREATE TABLE theirs (x)");
  const std::string before = read_text(path_);
  expect_refused(Kind::kOther, "not Openline's store");
  EXPECT_EQ(read_text(path_), before);
}

TEST_F(SqliteStoreTest, RefusesANewerFormatInWords) {
  open().reset();
  execute(path_, "PRAGMA user_version = 9");
  expect_refused(Kind::kOther, "its format is version 9, this program knows up to 1");
}

TEST_F(SqliteStoreTest, OpensTheSampleOfVersion1) {
  execute(path_, read_text(OPENLINE_SOURCE_DIR "/tests/data/store-v1.sql"));
  const auto store = open();
  ASSERT_NE(store, nullptr);
  const auto loaded = store->load_state();
  ASSERT_TRUE(loaded) << loaded.error().words;
  EXPECT_EQ(loaded->commits, 2u);
  EXPECT_EQ(loaded->rows.size(), 2u);
  const auto reader = std::move(*store->open_reader());
  const auto page = reader->entries({});
  ASSERT_TRUE(page) << page.error().words;
  EXPECT_TRUE(page->damaged.empty());
  ASSERT_EQ(page->entries.size(), 4u);
  EXPECT_EQ(text_of(page->entries[2].entry.body), "Grüße, 你好");
  EXPECT_TRUE(page->entries[3].unconfirmed);
  EXPECT_EQ(reader->chains()->size(), 3u);
  EXPECT_EQ(reader->receipts({1}, {0})->size(), 2u);
  EXPECT_TRUE(*reader->request("a key"));
  EXPECT_EQ(store->read_runs({1, {1}, {0}}).entries.size(), 2u);
}

constexpr Migration kFuture[] = {{1, nullptr},
                                 {2, "ALTER TABLE state ADD COLUMN added INTEGER NOT NULL DEFAULT 7"},
                                 {3, "CREATE TABLE third (x) STRICT"}};

TEST_F(SqliteStoreTest, CopiesTheFileBeforeItMigrates) {
  ASSERT_TRUE(open()->commit({1, {state("a", "1")}}));
  {
    auto database = Database::open(path_, Database::Access::kWrite, nullptr);
    Migration future[] = {kFuture[0], kFuture[1], {3, "CREATE TABLE third (x INTEGER) STRICT"}};
    const auto done = migrate(*database, path_, future);
    ASSERT_TRUE(done) << done.error().words;
    EXPECT_EQ(*database->number("PRAGMA user_version"), 3);
    EXPECT_EQ(*database->number("SELECT added FROM state"), 7);
  }
  auto copy = Database::open(path_ + ".before-v3", Database::Access::kRead, nullptr);
  ASSERT_TRUE(copy);
  EXPECT_EQ(*copy->number("PRAGMA user_version"), 1);
  EXPECT_EQ(*copy->number("SELECT count(*) FROM state"), 1);
  expect_refused(Kind::kOther, "newer Openline");
}

TEST_F(SqliteStoreTest, LeavesTheOldFormatWhenAMigrationFails) {
  ASSERT_TRUE(open()->commit({1, {state("a", "1")}}));
  {
    auto database = Database::open(path_, Database::Access::kWrite, nullptr);
    EXPECT_FALSE(migrate(*database, path_, kFuture)) << "its third step is not valid in a strict table";
    EXPECT_EQ(*database->number("PRAGMA user_version"), 1);
  }
  EXPECT_EQ(open()->load_state()->rows.size(), 1u);
}

// Damage in single rows, as a failing disk or a curious person makes it.
class SqliteDamage : public SqliteStoreTest {
 protected:
  void SetUp() override {
    const auto store = open();
    std::vector<Change> changes;
    for (std::uint64_t i = 1; i <= 4; ++i) changes.push_back(chain_.next({i}, "text"));
    changes.push_back(state("a/key", "value"));
    changes.push_back(
        PutReceipt{{1}, {0}, ReceiptKind::kShown, filled<StationKey>(7), "watch", true, {}, {2}});
    changes.push_back(PutRequest{"key", filled<Hash>(1), {Serial{1}}});
    ASSERT_TRUE(store->commit({1, changes}));
  }
  // Entry 3 (sequence 2) is named as damaged; its neighbours are given.
  void expect_entry_damaged(const std::string& sql, std::string_view words) {
    SCOPED_TRACE(sql);
    execute(path_, sql);
    const auto store = open();
    const auto reader = std::move(*store->open_reader());
    const auto page = reader->entries({});
    ASSERT_TRUE(page) << page.error().words;
    EXPECT_EQ(page->entries.size(), 3u);
    ASSERT_EQ(page->damaged.size(), 1u);
    EXPECT_EQ(page->damaged[0].serial, Serial{3});
    EXPECT_NE(page->damaged[0].words.find("chain 1, sequence 2"), std::string::npos)
        << page->damaged[0].words;
    EXPECT_NE(page->damaged[0].words.find(words), std::string::npos) << page->damaged[0].words;
    EXPECT_FALSE(reader->entry(Serial{3}));
    const RunsRead runs = store->read_runs({1, {1}, {0}});
    EXPECT_EQ(runs.entries.size(), 2u) << "what comes before it";
    EXPECT_FALSE(runs.failure);
    const RunsRead damaged = store->read_runs({1, {1}, {2}});
    EXPECT_TRUE(damaged.entries.empty());
    ASSERT_TRUE(damaged.failure);
    EXPECT_NE(damaged.failure->find("chain 1, sequence 2"), std::string::npos) << *damaged.failure;
  }
};

TEST_F(SqliteDamage, IsNamedInAHeader) {
  expect_entry_damaged("UPDATE entry SET header = zeroblob(length(header)) WHERE serial = 3", "make its id");
}
TEST_F(SqliteDamage, IsNamedInAnId) {
  expect_entry_damaged("UPDATE entry SET id = zeroblob(32) WHERE serial = 3", "make its id");
}
TEST_F(SqliteDamage, IsNamedInABody) {
  expect_entry_damaged("UPDATE entry SET body = CAST('tex!' AS BLOB) WHERE serial = 3", "its body");
}
TEST_F(SqliteDamage, IsNamedInABodyThatIsCutShort) {
  expect_entry_damaged("UPDATE entry SET body = x'' WHERE serial = 3", "its body");
}
TEST_F(SqliteDamage, IsNamedInASignature) {
  expect_entry_damaged("UPDATE entry SET signature = zeroblob(64) WHERE serial = 3", "row's check");
}
TEST_F(SqliteDamage, IsNamedInASignatureThatIsGone) {
  expect_entry_damaged("UPDATE entry SET signature = NULL WHERE serial = 3", "row's check");
}
TEST_F(SqliteDamage, IsNamedInASignatureOfAnotherLength) {
  expect_entry_damaged("UPDATE entry SET signature = zeroblob(63) WHERE serial = 3", "64 bytes");
}
TEST_F(SqliteDamage, IsNamedInTheMarkOfAnUnconfirmedEntry) {
  expect_entry_damaged("UPDATE entry SET unconfirmed = 1 WHERE serial = 3", "row's check");
}

TEST_F(SqliteDamage, IsNamedInADerivedRow) {
  execute(path_, "UPDATE state SET value = CAST('other' AS BLOB)");
  const auto loaded = open()->load_state();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, Kind::kCorrupt);
  EXPECT_NE(loaded.error().words.find("\"a/key\""), std::string::npos) << loaded.error().words;
}

TEST_F(SqliteDamage, IsNamedInReceiptRequestAndChain) {
  execute(path_,
          "UPDATE receipt SET kind = 2; UPDATE request SET digest = zeroblob(32);"
          "UPDATE chain SET author = zeroblob(32)");
  const auto store = open();
  const auto reader = std::move(*store->open_reader());
  EXPECT_EQ(reader->receipts({1}, {0}).error().kind, Kind::kCorrupt);
  EXPECT_EQ(reader->request("key").error().kind, Kind::kCorrupt);
  EXPECT_EQ(reader->chains().error().kind, Kind::kCorrupt);
  EXPECT_EQ(store->commit({2, {chain_.next({5}, "more")}}).error().kind, Kind::kCorrupt);
}

// As a program that was killed leaves it: the file and its log, copied while it is open.
void copy_as_killed(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to);
  std::filesystem::copy_file(from + "-wal", to + "-wal");
}

TEST_F(SqliteStoreTest, ChecksASmallFileAfterAnUncleanStop) {
  const std::string killed = folder_.path("killed.db");
  {
    const auto store = open();
    for (std::uint64_t i = 1; i <= 30; ++i) ASSERT_TRUE(store->commit(numbered_batch(i, 10, chain_)));
    copy_as_killed(path_, killed);
  }
  {
    const auto whole = SqliteStore::open(killed);
    ASSERT_TRUE(whole) << whole.error().words;
    EXPECT_EQ(newest_whole_batch(**whole, chain_.line(), 10), 30u);
    EXPECT_EQ(std::filesystem::file_size(killed + "-wal"), 0u) << "the log is in the database now";
  }
  // A page of the table is overwritten: after a clean stop that is found when it is read, after another at
  // once.
  {
    std::fstream file(killed, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(killed) / 2 / 4096 * 4096));
    const std::string noise(4096, '\x7f');
    file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  EXPECT_TRUE(SqliteStore::open(killed));
  std::ofstream(killed + "-wal").flush();
  const auto damaged = SqliteStore::open(killed);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().kind, Kind::kCorrupt) << damaged.error().words;
  std::ofstream(killed + "-wal").flush();
  SqliteOptions large;
  large.max_checked = 1000;
  EXPECT_TRUE(SqliteStore::open(killed, large)) << "start-up stays short";
}

TEST_F(SqliteStoreTest, MovesALongLogIntoTheFileWhileItIsOpen) {
  SqliteOptions options;
  options.checkpoint = {10, std::chrono::hours(1)};
  const auto store = open(options);
  const auto before = std::filesystem::file_size(path_);
  for (std::uint64_t i = 1; i <= 20; ++i) ASSERT_TRUE(store->commit(numbered_batch(i, 20, chain_)));
  while (std::filesystem::file_size(path_) == before) std::this_thread::yield();
  EXPECT_FALSE(store->checkpoint_failure());
  EXPECT_EQ(newest_whole_batch(*store, chain_.line(), 20), 20u);
}

TEST_F(SqliteStoreTest, MovesAShortLogIntoTheFileWhenItIsQuiet) {
  SqliteOptions options;
  options.checkpoint = {1 << 30, std::chrono::milliseconds(5)};
  const auto store = open(options);
  const auto before = std::filesystem::file_size(path_);
  ASSERT_TRUE(store->commit(numbered_batch(1, 500, chain_)));
  while (std::filesystem::file_size(path_) == before) std::this_thread::yield();
}

TEST_F(SqliteStoreTest, KeepsTheLogBoundedUnderUnbrokenLoad) {
  SqliteOptions options;
  options.checkpoint = {1 << 30, std::chrono::hours(1)};
  options.max_log_pages = 50;
  const auto store = open(options);
  for (std::uint64_t i = 1; i <= 60; ++i) ASSERT_TRUE(store->commit(numbered_batch(i, 5, chain_)));
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), 100u * 4096);
}

}  // namespace
}  // namespace openline::daemon
