// SPDX-License-Identifier: Apache-2.0
// How columns of desk.db are read and written: for the files that have its statements.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/desk/desk_store.h"

namespace openline::daemon {

inline std::int64_t ms(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime time_at(std::int64_t value) { return WallTime(Milliseconds(value)); }
inline std::optional<Hash> hash_at(const Rows& row, int column) {
  return row.is_null(column) ? std::nullopt : Hash::from(row.bytes(column));
}
inline std::uint32_t small(const Rows& row, int column) {
  return static_cast<std::uint32_t>(row.number(column));
}
template <class Enum>
Enum word(const Rows& row, int column) {
  return static_cast<Enum>(row.number(column));
}
template <class Enum>
std::int64_t number_of(Enum value) {
  return static_cast<std::int64_t>(value);
}

inline std::optional<WallTime> time_if(const Rows& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(time_at(row.number(column)));
}
inline std::optional<std::int64_t> ms_if(const std::optional<WallTime>& time) {
  return time ? std::optional(ms(*time)) : std::nullopt;
}

// Words without line ends, one a line.
[[nodiscard]] std::string lines_text(const std::vector<std::string>& words);
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

template <class... Arguments>
Stored<void> DeskStore::run(const char* sql, const Arguments&... arguments) {
  auto statement = database_.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Rows rows(*statement, arguments...);
  (void)rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("writing desk.db"));
  return {};
}

template <class Read>
Stored<void> DeskStore::read(const char* sql, Read row) {
  auto statement = database_.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Rows rows(*statement);
  while (rows.next()) {
    if (!row(rows))
      return std::unexpected(
          StoreFailure{StoreFailure::Kind::kCorrupt, fmt::format("desk.db holds what this program "
                                                                 "did not write ({})",
                                                                 sql)});
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading desk.db"));
  return {};
}

}  // namespace openline::daemon
