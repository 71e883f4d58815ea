// SPDX-License-Identifier: Apache-2.0
// A read-only connection to an SQLite store, for the API's own thread.
#pragma once

#include <array>

#include "daemon/store/sqlite.h"

namespace openline::daemon {

class SqliteReader : public StoreReader {
 public:
  [[nodiscard]] static Stored<std::unique_ptr<SqliteReader>> open(const std::string& path,
                                                                  const char* vfs = nullptr);

  Stored<EntryPage> entries(const EntryRange& range) override;
  Stored<std::optional<StoredEntry>> entry(Serial serial) override;
  Stored<std::optional<StoredEntry>> entry(ChainNumber chain, Sequence sequence) override;
  Stored<EntryPage> entries_with_prefix(const LineId& line, std::string_view hex,
                                        std::size_t newest) override;
  Stored<std::uint64_t> count(const LineId& line) override;
  Stored<std::vector<StoredReceipt>> receipts(ChainNumber chain, Sequence sequence) override;
  Stored<std::optional<StoredRequest>> request(std::string_view key) override;
  Stored<std::vector<StoredChain>> chains() override;
  RunsRead read_runs(const ReadRuns& read) override;
  Stored<std::uint64_t> commits() override;

 private:
  enum class Use : std::uint8_t {
    kForward,
    kBackward,
    kForwardAll,
    kBackwardAll,
    kBySerial,
    kByPosition,
    kNewestIds,
    kCountEntries,
    kReceipts,
    kNewestRequest,
    kRequest,
    kChains,
    kRuns,
    kCommits,
    kCount,
  };
  explicit SqliteReader(Database database) : database_(std::move(database)) {}
  [[nodiscard]] Statement& use(Use which) { return statements_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] Stored<std::optional<StoredRequest>> request_in(std::int64_t bucket, std::string_view key);

  Database database_;  // outlives its statements
  std::array<Statement, static_cast<std::size_t>(Use::kCount)> statements_;
};

}  // namespace openline::daemon
