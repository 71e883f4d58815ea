// SPDX-License-Identifier: Apache-2.0
// A store in memory that keeps what a real one keeps: batches whole, parts of files, nothing else. A copy of
// it is a backup.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/station/store_changes.h"
#include "core/wire/error.h"

namespace openline::sim {

struct StoredEntry {
  Serial serial;
  Entry entry;
  bool unconfirmed = false;
};
struct StoredRequest {
  Hash digest;
  std::vector<Serial> entries;
};

class Store {
 public:
  // All changes, or an error that says which of them cannot be: a station must never ask for such a batch.
  [[nodiscard]] Result<void> apply(const Batch& batch);
  [[nodiscard]] RunsRead read(const ReadRuns& what) const;
  [[nodiscard]] PartRead read(const ReadPart& what) const;
  [[nodiscard]] PartWritten write(const WritePart& what);

  [[nodiscard]] std::vector<StateRow> rows() const;
  [[nodiscard]] bool has_rows(const std::string& kind) const;
  [[nodiscard]] const std::map<Serial, StoredEntry>& entries() const { return entries_; }
  [[nodiscard]] const Entry* find(const EntryId& id) const;
  [[nodiscard]] bool unconfirmed(const EntryId& id) const;
  [[nodiscard]] const Entry* find_place(const Position& position) const;  // with that id
  [[nodiscard]] bool holds_place(const Incarnation& incarnation, Sequence sequence) const;
  [[nodiscard]] std::optional<Serial> serial_at(ChainNumber chain, Sequence sequence) const;
  [[nodiscard]] bool holds_fork() const { return forked_; }  // two entries at one place
  [[nodiscard]] const StoredRequest* request(const std::string& key) const;
  [[nodiscard]] const std::vector<PutReceipt>& receipts() const { return receipts_; }
  // Equal for equal sets of entries; cheap, so that it can be asked after each step.
  [[nodiscard]] std::uint64_t fingerprint_of(const LineId& line) const;
  // Of the ids in canonical order.
  [[nodiscard]] Hash canonical_digest(const LineId& line) const;
  [[nodiscard]] std::size_t parts_of(const Hash& attachment) const;
  // A file that the client put here before it sends the message that carries it. Gives its tree hash.
  Hash attach(ByteView file);
  // Turns over a bit of a part that is held, as a failing disk does, or back again.
  void damage_part(const Hash& attachment, std::uint64_t part);

 private:
  using Place = std::pair<ChainNumber, Sequence>;
  [[nodiscard]] Result<void> put(const PutEntry& change);
  std::map<Serial, StoredEntry> entries_;
  std::map<Place, Serial> by_place_;
  std::map<EntryId, Serial> by_id_;
  std::map<std::pair<Incarnation, Sequence>, std::size_t> places_;
  bool forked_ = false;
  std::map<LineId, std::uint64_t> fingerprints_;
  std::map<std::string, Bytes> rows_;
  std::vector<PutReceipt> receipts_;
  std::map<std::string, StoredRequest> requests_;
  std::map<Hash, std::map<std::uint64_t, Bytes>> parts_;
};

}  // namespace openline::sim
