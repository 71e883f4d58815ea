// SPDX-License-Identifier: Apache-2.0
// Where a station's record and derived rows live: what every store must do, whatever engine is below.
//
// A store is used by one thread at a time (the committer's); a reader is another connection for another
// thread. What one reads is checked: an entry's id and body hash are computed again, other rows carry a
// checksum. Damage is named and never repaired. A failed commit leaves nothing behind and may be repeated
// with the same batch.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/station/store_changes.h"
#include "core/wire/error.h"

namespace openline::daemon {

struct StoreFailure {
  enum class Kind : std::uint8_t {
    kFull,      // no space, quota, file size limit: goes on by itself when there is space
    kReadOnly,  // the file or its file system may not be written
    kIo,        // the disk refused
    kCorrupt,   // what is stored is damaged
    kBusy,      // another program holds the store
    kOther,
  };
  Kind kind = Kind::kOther;
  std::string words;  // for an operator
};
[[nodiscard]] const char* failure_name(StoreFailure::Kind kind);  // "full", "read-only", "io", ...

template <class T>
using Stored = std::expected<T, StoreFailure>;

struct LoadedState {
  std::vector<StateRow> rows;  // ascending by key
  std::uint64_t commits = 0;   // that this store took in its life; not the batch's number, which starts again
};

struct StoredEntry {
  Serial serial;
  ChainNumber chain;
  Entry entry;
  bool unconfirmed = false;
};
// An entry that is there and cannot be trusted.
struct DamagedEntry {
  Serial serial;
  std::string words;
};
struct EntryPage {
  std::vector<StoredEntry> entries;
  std::vector<DamagedEntry> damaged;
  bool more = false;  // the limit ended it
};
// Entries of one line, or of all, with after < serial < before.
struct EntryRange {
  std::optional<LineId> line;
  Serial after{0};
  Serial before{INT64_MAX};
  bool newest_first = false;
  std::size_t max_entries = 100;
  std::size_t max_bytes = 1 << 20;  // of headers and bodies; the first entry is given whatever its size
};
struct StoredReceipt {
  ReceiptKind kind{};
  StationKey by;
  std::string role;
  bool authenticated = false;
  WallTime time;
  Serial receipt;
};
struct StoredRequest {
  Hash digest;
  std::vector<Serial> entries;
};
struct StoredChain {
  ChainNumber number;
  LineId line;
  StationKey author;
  Incarnation incarnation;
};

// Each call is a short read transaction of its own that sees everything committed before it began.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  [[nodiscard]] virtual Stored<EntryPage> entries(const EntryRange& range) = 0;
  [[nodiscard]] virtual Stored<std::optional<StoredEntry>> entry(Serial serial) = 0;
  [[nodiscard]] virtual Stored<std::optional<StoredEntry>> entry(ChainNumber chain, Sequence sequence) = 0;
  // Entries whose id begins with these hex digits, among the newest `newest` of the line, newest first; at
  // most 16.
  [[nodiscard]] virtual Stored<EntryPage> entries_with_prefix(const LineId& line, std::string_view hex,
                                                              std::size_t newest) = 0;
  [[nodiscard]] virtual Stored<std::uint64_t> count(const LineId& line) = 0;

  // Oldest receipt first.
  [[nodiscard]] virtual Stored<std::vector<StoredReceipt>> receipts(ChainNumber chain, Sequence sequence) = 0;
  [[nodiscard]] virtual Stored<std::optional<StoredRequest>> request(std::string_view key) = 0;

  [[nodiscard]] virtual Stored<std::vector<StoredChain>> chains() = 0;
  [[nodiscard]] virtual RunsRead read_runs(const ReadRuns& read) = 0;
  [[nodiscard]] virtual Stored<std::uint64_t> commits() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // One transaction, durable when it returns. (chain, sequence) and serials of entries must be new.
  [[nodiscard]] virtual Stored<void> commit(const Batch& batch) = 0;
  [[nodiscard]] virtual Stored<LoadedState> load_state() = 0;
  // Consecutive entries; they end at a signed one where the chain has signatures, even if a whole run is
  // above the limits (a run has at most 16 entries).
  [[nodiscard]] virtual RunsRead read_runs(const ReadRuns& read) = 0;
  [[nodiscard]] virtual Stored<std::unique_ptr<StoreReader>> open_reader() const = 0;
};

}  // namespace openline::daemon
