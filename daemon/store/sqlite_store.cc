// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/wire/assert.h"
#include "daemon/store/sqlite_reader.h"
#include "daemon/store/sqlite_rows.h"
#include "daemon/store/sqlite_schema.h"

namespace openline::daemon {
namespace {

using Kind = StoreFailure::Kind;

std::unexpected<StoreFailure> refuse(Kind kind, std::string words) {
  return std::unexpected(StoreFailure{kind, std::move(words)});
}

std::unexpected<StoreFailure> refuse_file(const std::string& path) {
  const int error = errno;
  const Kind kind = error == ENOSPC || error == EDQUOT  ? Kind::kFull
                    : error == EROFS || error == EACCES ? Kind::kReadOnly
                                                        : Kind::kIo;
  return refuse(kind, fmt::format("opening {}: {}", path, std::generic_category().message(error)));
}

std::uint64_t size_of(const std::string& path) {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// SQLite gives the log the same mode as the file.
Stored<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return refuse_file(path);
  ::close(file);
  return {};
}

Stored<void> run(Statement& statement, std::string_view doing) {
  Rows rows(statement);
  (void)rows.next();
  if (rows.failed()) return std::unexpected(rows.failure(doing));
  return {};
}

}  // namespace

SqliteStore::WriterLock::~WriterLock() {
  if (file_ >= 0) ::close(file_);
}

SqliteStore::WriterLock& SqliteStore::WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

Stored<SqliteStore::WriterLock> SqliteStore::WriterLock::take(const std::string& path) {
  const std::string name = path + "-writer";
  WriterLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.file_ < 0) return refuse_file(name);
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refuse_file(name);
    return refuse(Kind::kBusy, fmt::format("another program has the store {} open for writing", path));
  }
  return lock;
}

SqliteStore::SqliteStore(std::string path, SqliteOptions options, WriterLock lock, Database database)
    : path_(std::move(path)), options_(options), lock_(std::move(lock)), database_(std::move(database)) {}

SqliteStore::~SqliteStore() { checkpointer_.reset(); }

Stored<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, SqliteOptions options) {
  auto lock = WriterLock::take(path);
  if (!lock) return std::unexpected(lock.error());
  const bool unclean = exists(path + "-wal");
  if (auto made = make_file(path); !made) return std::unexpected(made.error());
  auto database = Database::open(path, Database::Access::kWrite, options.vfs);
  if (!database) return std::unexpected(database.error());
  std::unique_ptr<SqliteStore> store(new SqliteStore(path, options, std::move(*lock), std::move(*database)));
  if (auto prepared = store->prepare(unclean); !prepared) return std::unexpected(prepared.error());
  auto second = Database::open(path, Database::Access::kWrite, options.vfs);
  if (!second) return std::unexpected(second.error());
  store->checkpointer_ = std::make_unique<Checkpointer>(std::move(*second), options.checkpoint);
  return store;
}

Stored<void> SqliteStore::prepare(bool unclean) {
  if (auto done = migrate(database_, path_, store_migrations()); !done) return done;
  // Only now is it known to be ours.
  const auto mode = database_.text("PRAGMA journal_mode=WAL");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != "wal")
    return refuse(Kind::kOther, fmt::format("{}: its file system cannot hold a write-ahead log", path_));
  if (auto limited = database_.text("PRAGMA journal_size_limit=67108864"); !limited) {
    return std::unexpected(limited.error());
  }
  if (unclean) {
    if (auto whole = check_after_unclean_stop(); !whole) return whole;
  }
  sqlite3_wal_hook(
      database_.raw(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteStore*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);

  auto writer = BatchWriter::open(database_);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  const struct {
    Statement& statement;
    std::string sql;
  } statements[] = {
      {begin_, "BEGIN IMMEDIATE"},
      {end_, "COMMIT"},
      {rollback_, "ROLLBACK"},
      {count_, "UPDATE store SET commits = commits + 1, batch = ?2 WHERE commits = ?1"},
      {counted_, "SELECT commits, batch FROM store"},
      {state_, "SELECT key, value, row_check FROM state ORDER BY key"},
      {runs_, entry_query(kRunsOrder)},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    statement = std::move(*prepared);
  }
  const auto commits = database_.number("SELECT commits FROM store");
  if (!commits) return std::unexpected(commits.error());
  commits_ = static_cast<std::uint64_t>(*commits);
  return {};
}

Stored<void> SqliteStore::check_after_unclean_stop() {
  if (size_of(path_) + size_of(path_ + "-wal") <= options_.max_checked) {
    const auto found = database_.text("PRAGMA quick_check(1)");
    if (!found) return std::unexpected(found.error());
    if (*found != "ok") return refuse(Kind::kCorrupt, fmt::format("{} is damaged: {}", path_, *found));
  }
  // A commit whose synchronisation failed may be in the log, and seem whole from memory, without being on the
  // disk: what is built on would be lost with it. Written into the database and synchronised it is durable,
  // or this fails.
  int pages = 0, moved = 0;
  if (sqlite3_wal_checkpoint_v2(database_.raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, &pages, &moved) !=
      SQLITE_OK) {
    return std::unexpected(database_.failure("moving the write-ahead log of an unclean stop into the store"));
  }
  return {};
}

Stored<void> SqliteStore::commit(const Batch& batch) {
  bool already = false;
  if (auto begun = run(begin_, "beginning a commit"); !begun) return begun;
  auto done = write_transaction(batch, already);
  if (done && !already) done = run(end_, "committing");
  if (!done || already) {
    // Some failures end the transaction by themselves.
    if (sqlite3_get_autocommit(database_.raw()) == 0) (void)run(rollback_, "giving up a commit");
    writer_->rolled_back();
  } else {
    writer_->kept();
  }
  if (!done) {
    failed_batch_ = batch.commit;
    return done;
  }
  failed_batch_.reset();
  ++commits_;
  bound_log();
  return {};
}

Stored<void> SqliteStore::write_transaction(const Batch& batch, bool& already) {
  if (auto counted = count_commit(batch, already); !counted || already) return counted;
  return writer_->write(batch.changes);
}

// The counter keeps a batch from being applied twice, and notices a second writer.
Stored<void> SqliteStore::count_commit(const Batch& batch, bool& already) {
  {
    Rows rows(count_, commits_, batch.commit);
    (void)rows.next();
    if (rows.failed()) return std::unexpected(rows.failure("counting a commit"));
  }
  if (sqlite3_changes(database_.raw()) == 1) return {};
  Rows rows(counted_);
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("counting a commit"));
  already =
      row && rows.count(0) == commits_ + 1 && rows.count(1) == batch.commit && failed_batch_ == batch.commit;
  if (already) return {};
  return refuse(Kind::kBusy, fmt::format("{} was changed by another program: it is at commit {}, not {}",
                                         path_, row ? rows.count(0) : 0, commits_));
}

void SqliteStore::bound_log() {
  if (log_pages_ >= options_.max_log_pages) {
    sqlite3_wal_checkpoint_v2(database_.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  checkpointer_->log_grew(log_pages_);
}

Stored<LoadedState> SqliteStore::load_state() {
  LoadedState loaded;
  loaded.commits = commits_;
  Rows rows(state_);
  while (rows.next()) {
    StateRow row{std::string(rows.text(0)), copy_of(rows.bytes(1))};
    if (state_check(row.key, row.value) != rows.number(2)) {
      return refuse(Kind::kCorrupt,
                    fmt::format("the derived row \"{}\" is damaged in the store {}", row.key, path_));
    }
    loaded.rows.push_back(std::move(row));
  }
  if (rows.failed()) return std::unexpected(rows.failure("loading the derived rows"));
  return loaded;
}

RunsRead SqliteStore::read_runs(const ReadRuns& read) { return daemon::read_runs(runs_, read); }

Stored<std::unique_ptr<StoreReader>> SqliteStore::open_reader() const {
  return SqliteReader::open(path_, options_.vfs);
}

}  // namespace openline::daemon
