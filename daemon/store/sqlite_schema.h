// SPDX-License-Identifier: Apache-2.0
// The SQLite schema, its version and the way from each released version to the next.
//
// Versions only go forward. Before a migration the file is copied beside itself as "<path>.before-v<new>"; a
// file of a newer version is refused. A released schema is never edited: a change is a new migration, and the
// old schema's sample in tests/data stays.
#pragma once

#include <span>
#include <string>

#include "daemon/store/sqlite.h"

namespace openline::daemon {

inline constexpr int kStoreVersion = 1;
inline constexpr int kStoreApplication = 0x4f4c7374;  // "OLst": what file(1) and SQLite see

struct Migration {
  int to = 0;  // from the version before
  const char* sql = nullptr;
};

// From an empty file (version 0) on. The first one is the schema that was released first.
[[nodiscard]] std::span<const Migration> store_migrations();

// Brings an open file to the last migration's version, all steps in one transaction. `path` is for the copy.
// A file of another `application` is refused.
[[nodiscard]] Stored<void> migrate(Database& database, const std::string& path,
                                   std::span<const Migration> migrations,
                                   int application = kStoreApplication);

}  // namespace openline::daemon
