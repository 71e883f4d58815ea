// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

#include "core/wire/assert.h"

namespace openline::daemon {
namespace {

// Another program (a backup by hand) may hold the write lock for a moment.
constexpr int kBusyMilliseconds = 2000;

StoreFailure::Kind kind_of(int code, int system_error) {
  using Kind = StoreFailure::Kind;
  if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) return Kind::kFull;
  if (system_error == EROFS) return Kind::kReadOnly;
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Kind::kFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Kind::kReadOnly;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return Kind::kIo;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Kind::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Kind::kBusy;
    default:
      return Kind::kOther;
  }
}

const char* rule(StoreFailure::Kind kind) {
  using Kind = StoreFailure::Kind;
  switch (kind) {
    case Kind::kFull:
      return "the disk is full";
    case Kind::kReadOnly:
      return "the store may not be written";
    case Kind::kIo:
      return "the disk refused";
    case Kind::kCorrupt:
      return "the store's file is damaged";
    case Kind::kBusy:
      return "another program holds the store";
    case Kind::kOther:
      break;
  }
  return "the store refused";
}

StoreFailure describe(sqlite3* raw, std::string_view doing, int last_error) {
  const int code = sqlite3_extended_errcode(raw);
  // An errno is left from an earlier call unless this one was about a file.
  const int basic = code & 0xff;
  const bool about_file = basic == SQLITE_IOERR || basic == SQLITE_FULL || basic == SQLITE_CANTOPEN;
  const int system_error = about_file ? last_error : 0;
  const StoreFailure::Kind kind = kind_of(code, system_error);
  std::string words = fmt::format("{}: {} (SQLite {}: {}", doing, rule(kind), code, sqlite3_errmsg(raw));
  if (system_error != 0) words += fmt::format("; {}", std::generic_category().message(system_error));
  return {kind, words + ")"};
}

}  // namespace

const char* failure_name(StoreFailure::Kind kind) {
  constexpr const char* kNames[] = {"full", "read-only", "io", "corrupt", "busy", "other"};
  return kNames[static_cast<std::size_t>(kind)];
}

void Statement::Finalize::operator()(sqlite3_stmt* raw) const { sqlite3_finalize(raw); }

Rows::~Rows() {
  sqlite3_reset(raw_);
  sqlite3_clear_bindings(raw_);
}

bool Rows::next() {
  errno = 0;
  const int code = sqlite3_step(raw_);
  system_error_ = errno;  // SQLite keeps its own copy, but not of what happens in COMMIT
  failed_ = code != SQLITE_ROW && code != SQLITE_DONE;
  return code == SQLITE_ROW;
}

StoreFailure Rows::failure(std::string_view doing) const {
  return describe(sqlite3_db_handle(raw_), doing, system_error_);
}

std::int64_t Rows::number(int column) const { return sqlite3_column_int64(raw_, column); }

ByteView Rows::bytes(int column) const {
  const void* data = sqlite3_column_blob(raw_, column);
  const int size = sqlite3_column_bytes(raw_, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

std::string_view Rows::text(int column) const {
  const auto* data = sqlite3_column_text(raw_, column);
  const int size = sqlite3_column_bytes(raw_, column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Rows::is_null(int column) const { return sqlite3_column_type(raw_, column) == SQLITE_NULL; }

void Rows::bind(int at, std::int64_t value) {
  OPENLINE_ASSERT(sqlite3_bind_int64(raw_, at, value) == SQLITE_OK);
}

void Rows::bind(int at, ByteView value) {
  // An empty blob is not NULL.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  OPENLINE_ASSERT(sqlite3_bind_blob64(raw_, at, data, value.size(), SQLITE_STATIC) == SQLITE_OK);
}

void Rows::bind(int at, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  OPENLINE_ASSERT(sqlite3_bind_text64(raw_, at, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
}

void Database::Close::operator()(sqlite3* raw) const { sqlite3_close(raw); }

Stored<Database> Database::open(const std::string& path, Access access, const char* vfs) {
  const int flags =
      (access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, vfs);
  Database database(raw);
  const std::string doing = fmt::format("opening {}", path);
  if (raw == nullptr) return std::unexpected(StoreFailure{StoreFailure::Kind::kOther, doing + ": no memory"});
  if (code != SQLITE_OK) return std::unexpected(database.failure(doing));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  // Memory mapping stays off: an unreadable sector must be an error code, not a signal.
  const auto set = database.execute(
      "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096; PRAGMA mmap_size=0;"
      "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
  if (!set) return std::unexpected(database.failure(doing));
  return database;
}

Stored<void> Database::execute(const char* sql) {
  if (sqlite3_exec(raw(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return std::unexpected(failure(sql));
  return {};
}

Stored<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(raw(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    return std::unexpected(failure(sql));
  }
  return Statement(statement);
}

Stored<std::int64_t> Database::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Rows rows(*statement);
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure(sql));
  return row ? rows.number(0) : 0;
}

Stored<std::string> Database::text(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Rows rows(*statement);
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure(sql));
  return row ? std::string(rows.text(0)) : std::string();
}

StoreFailure Database::failure(std::string_view doing) const {
  return describe(raw(), doing, sqlite3_system_errno(raw()));
}

}  // namespace openline::daemon
