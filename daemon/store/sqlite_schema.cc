// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite_schema.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>

#include "core/wire/assert.h"

namespace openline::daemon {
namespace {

// entry: the serial only grows, so rows go to the end of the table; both indexes grow at their ends too (one
// a line, one a chain). There is no index over ids: they are random, and each would dirty a page of its own
// in every commit. request: found by the hash of its key within buckets of consecutive requests, for the same
// reason. row_check: BLAKE2b-256 of the row's other values, its first 8 bytes.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  commits INTEGER NOT NULL,      -- in this store's life
  batch INTEGER NOT NULL         -- the last one's own number
) STRICT;
INSERT INTO store VALUES (1, 0, 0);
CREATE TABLE line (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE chain (
  number INTEGER PRIMARY KEY,    -- given by core
  line INTEGER NOT NULL,
  author BLOB NOT NULL,
  incarnation BLOB NOT NULL,
  row_check INTEGER NOT NULL
) STRICT;
CREATE TABLE entry (
  serial INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  unconfirmed INTEGER NOT NULL,
  row_check INTEGER NOT NULL,    -- with the signature, without header and body: the id covers those
  id BLOB NOT NULL,
  signature BLOB,
  header BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_by_position ON entry (chain, sequence);
CREATE INDEX entry_by_line ON entry (line);
CREATE TABLE receipt (
  chain INTEGER NOT NULL,        -- of the entry that it is about
  sequence INTEGER NOT NULL,
  receipt INTEGER NOT NULL,      -- serial of the entry that says so
  kind INTEGER NOT NULL,
  author BLOB NOT NULL,
  role TEXT NOT NULL,
  authenticated INTEGER NOT NULL,
  time INTEGER NOT NULL,         -- the receipt author's clock, milliseconds since 1970
  row_check INTEGER NOT NULL,
  PRIMARY KEY (chain, sequence, receipt)
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
  key TEXT PRIMARY KEY,
  row_check INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE request (
  number INTEGER PRIMARY KEY,
  bucket INTEGER NOT NULL,
  key_hash INTEGER NOT NULL,
  row_check INTEGER NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL,
  entries BLOB NOT NULL          -- serials, 8 bytes each, most significant first
) STRICT;
CREATE INDEX request_by_key ON request (bucket, key_hash);
)sql";

constexpr Migration kMigrations[] = {{1, kVersion1}};
static_assert(kMigrations[std::size(kMigrations) - 1].to == kStoreVersion);

StoreFailure failure(StoreFailure::Kind kind, std::string words) { return {kind, std::move(words)}; }

bool sync_path(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// SQLite's own copy: it sees what is still in the write-ahead log.
Stored<void> copy_database(Database& from, const std::string& to) {
  sqlite3* raw = nullptr;
  int code = sqlite3_open_v2(to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_backup* copy = sqlite3_backup_init(raw, "main", from.raw(), "main");
    code = copy == nullptr ? sqlite3_errcode(raw) : sqlite3_backup_step(copy, -1);
    if (copy != nullptr) sqlite3_backup_finish(copy);
  }
  sqlite3_close(raw);
  if (code == SQLITE_OK || code == SQLITE_DONE) return {};
  return std::unexpected(failure(
      code == SQLITE_FULL ? StoreFailure::Kind::kFull : StoreFailure::Kind::kIo,
      fmt::format("copying the store to {} before changing its format: {}", to, sqlite3_errstr(code))));
}

// Under its own name only when whole: an older copy of that name is from a migration that did not finish.
Stored<void> back_up(Database& database, const std::string& path, int to) {
  const std::string name = fmt::format("{}.before-v{}", path, to);
  const std::string unfinished = name + ".unfinished";
  ::unlink(unfinished.c_str());
  auto copied = copy_database(database, unfinished);
  if (copied && sync_path(unfinished) && std::rename(unfinished.c_str(), name.c_str()) == 0 &&
      sync_path(folder_of(path))) {
    return {};
  }
  ::unlink(unfinished.c_str());
  if (!copied) return copied;
  return std::unexpected(failure(
      StoreFailure::Kind::kIo,
      fmt::format("the copy {} of the store could not be made durable; its format was not changed", name)));
}

Stored<void> check_application(Database& database, const std::string& path, std::int64_t version,
                               int application) {
  const auto found = database.number("PRAGMA application_id");
  if (!found) return std::unexpected(found.error());
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  if (*found == application || (version == 0 && *found == 0 && *tables == 0)) return {};
  return std::unexpected(failure(StoreFailure::Kind::kOther,
                                 fmt::format("{} is an SQLite file, but not Openline's store", path)));
}

Stored<void> apply(Database& database, std::int64_t version, std::span<const Migration> migrations,
                   int application) {
  for (const Migration& migration : migrations) {
    if (migration.to <= version) continue;
    const std::string mark =
        fmt::format("PRAGMA user_version={}; PRAGMA application_id={};", migration.to, application);
    if (auto done = database.execute(migration.sql); !done) return done;
    if (auto done = database.execute(mark.c_str()); !done) return done;
  }
  return database.execute("COMMIT");
}

}  // namespace

std::span<const Migration> store_migrations() { return kMigrations; }

Stored<void> migrate(Database& database, const std::string& path, std::span<const Migration> migrations,
                     int application) {
  OPENLINE_ASSERT(!migrations.empty());
  const int newest = migrations.back().to;
  const auto version = database.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (auto ours = check_application(database, path, *version, application); !ours) return ours;
  if (*version == newest) return {};
  if (*version > newest) {
    return std::unexpected(failure(
        StoreFailure::Kind::kOther,
        fmt::format(
            "{} was written by a newer Openline: its format is version {}, this program knows up to {}. "
            "Install that version again, or a newer one",
            path, *version, newest)));
  }
  if (*version > 0) {
    if (auto copied = back_up(database, path, newest); !copied) return copied;
  }
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto applied = apply(database, *version, migrations, application);
  if (!applied) (void)database.execute("ROLLBACK");
  return applied;
}

}  // namespace openline::daemon
