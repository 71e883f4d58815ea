// SPDX-License-Identifier: Apache-2.0
// SQLite's connection and statement as owned values, with failures in words. A connection and what came from
// it belong to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/wire/bytes.h"
#include "daemon/store/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace openline::daemon {

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}
  [[nodiscard]] sqlite3_stmt* raw() const { return raw_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* raw) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

// One execution of a statement, ended when it goes out of scope (a read that is not ended keeps the
// write-ahead log from being emptied). Arguments are borrowed until then, columns until the next `next`.
class Rows {
 public:
  template <class... Arguments>
  explicit Rows(Statement& statement, const Arguments&... arguments) : raw_(statement.raw()) {
    int at = 0;
    (bind(++at, arguments), ...);
  }
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  [[nodiscard]] bool next();  // false: no further row, or failed
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] StoreFailure failure(std::string_view doing) const;

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(number(column)); }
  [[nodiscard]] ByteView bytes(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  void bind(int at, std::int64_t value);
  void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, std::uint32_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, bool value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, ByteView value);
  void bind(int at, const Bytes& value) { bind(at, ByteView(value)); }
  void bind(int at, std::string_view value);
  template <class Tag, std::size_t N>
  void bind(int at, const FixedBytes<Tag, N>& value) {
    bind(at, value.view());
  }
  template <class Value>
  void bind(int at, const std::optional<Value>& value) {
    if (value) bind(at, *value);  // unbound is NULL
  }

  sqlite3_stmt* raw_;
  bool failed_ = false;
  int system_error_ = 0;
};

class Database {
 public:
  enum class Access : std::uint8_t { kWrite, kRead };
  // Sets what every connection of ours needs: full synchronisation, no checkpoints by itself, a small page
  // cache. `vfs` null: the system's.
  [[nodiscard]] static Stored<Database> open(const std::string& path, Access access, const char* vfs);

  [[nodiscard]] Stored<void> execute(const char* sql);
  [[nodiscard]] Stored<Statement> prepare(const std::string& sql);
  [[nodiscard]] Stored<std::int64_t> number(const char* sql);  // the first column of the first row; 0: no row
  [[nodiscard]] Stored<std::string> text(const char* sql);
  [[nodiscard]] StoreFailure failure(std::string_view doing) const;  // of the last call
  [[nodiscard]] sqlite3* raw() const { return raw_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* raw) const;
  };
  explicit Database(sqlite3* raw) : raw_(raw) {}
  std::unique_ptr<sqlite3, Close> raw_;
};

}  // namespace openline::daemon
