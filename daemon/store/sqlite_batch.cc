// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite_batch.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/crypto/hash.h"
#include "core/wire/assert.h"
#include "daemon/store/sqlite_rows.h"

namespace openline::daemon {
namespace {

// In the order of BatchWriter::Use.
constexpr const char* kSql[] = {
    "INSERT INTO entry (serial, line, chain, sequence, unconfirmed, row_check, id, signature, header, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    "SELECT serial, unconfirmed, id, signature FROM entry WHERE chain = ?1 AND sequence = ?2",
    "UPDATE entry SET unconfirmed = ?2, signature = ?3, row_check = ?4 WHERE serial = ?1",
    "INSERT OR REPLACE INTO receipt (chain, sequence, receipt, kind, author, role, authenticated, time, "
    "row_check) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    "INSERT INTO state (key, row_check, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (key) DO UPDATE SET row_check = excluded.row_check, value = excluded.value",
    "DELETE FROM state WHERE key = ?1",
    "INSERT INTO request (number, bucket, key_hash, row_check, key, digest, entries) "
    "SELECT n, n >> ?1, ?2, ?3, ?4, ?5, ?6 FROM (SELECT coalesce(max(number), 0) + 1 AS n FROM request)",
    "INSERT INTO line (id) VALUES (?1)",
    "SELECT number FROM line WHERE id = ?1",
    "INSERT INTO chain (number, line, author, incarnation, row_check) VALUES (?1, ?2, ?3, ?4, ?5)",
    "SELECT chain.line, line.id, author, incarnation, row_check FROM chain JOIN line ON line.number = "
    "chain.line "
    "WHERE chain.number = ?1",
};

StoreFailure damaged(std::string words) { return {StoreFailure::Kind::kCorrupt, std::move(words)}; }

}  // namespace

Stored<BatchWriter> BatchWriter::open(Database& database) {
  static_assert(std::size(kSql) == static_cast<std::size_t>(Use::kCount));
  BatchWriter writer;
  writer.database_ = database.raw();
  for (std::size_t i = 0; i < std::size(kSql); ++i) {
    auto statement = database.prepare(kSql[i]);
    if (!statement) return std::unexpected(statement.error());
    writer.statements_[i] = std::move(*statement);
  }
  return writer;
}

template <class... Arguments>
Stored<void> BatchWriter::run(Use which, std::string_view doing, const Arguments&... arguments) {
  Rows rows(use(which), arguments...);
  (void)rows.next();
  if (rows.failed()) return std::unexpected(rows.failure(doing));
  return {};
}

Stored<void> BatchWriter::write(const std::vector<Change>& changes) {
  OPENLINE_ASSERT(new_chains_.empty());
  for (const Change& change : changes) {
    auto written = std::visit([this](const auto& one) { return put(one); }, change);
    if (!written) return written;
  }
  return {};
}

void BatchWriter::kept() { new_chains_.clear(); }

void BatchWriter::rolled_back() {
  for (const ChainNumber chain : new_chains_) chains_.erase(chain);
  new_chains_.clear();
}

Stored<void> BatchWriter::put(const PutEntry& change) {
  const Entry& entry = change.entry;
  const Bytes header = entry.header.encode();
  // What is wrong here would be found as damage when it is read: find it where it was made.
  OPENLINE_ASSERT(hash_of(header).value == entry.id.value);
  OPENLINE_ASSERT(entry.body.size() == entry.header.body_size &&
                  hash_of(entry.body) == entry.header.body_hash);
  const auto line = line_of(change.chain, entry.header);
  if (!line) return std::unexpected(line.error());
  const std::int64_t check = entry_check(change.serial, change.chain, entry.header.sequence,
                                         change.unconfirmed, entry.id, entry.signature);
  return run(Use::kEntry, "storing an entry", change.serial.value, *line, change.chain.value,
             entry.header.sequence.value, change.unconfirmed, check, entry.id, entry.signature, header,
             entry.body);
}

Stored<void> BatchWriter::put(const PutSignature& change) {
  auto mark = find_mark(change.chain, change.sequence);
  if (!mark) return std::unexpected(mark.error());
  mark->signature = change.signature;
  return put_mark(change.chain, change.sequence, *mark);
}

Stored<void> BatchWriter::put(const ConfirmEntry& change) {
  auto mark = find_mark(change.chain, change.sequence);
  if (!mark) return std::unexpected(mark.error());
  mark->unconfirmed = false;
  return put_mark(change.chain, change.sequence, *mark);
}

Stored<BatchWriter::Mark> BatchWriter::find_mark(ChainNumber chain, Sequence sequence) {
  Rows rows(use(Use::kFindMark), chain.value, sequence.value);
  const bool found = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("finding an entry"));
  const auto id = found ? EntryId::from(rows.bytes(2)) : std::nullopt;
  if (!id) {
    return std::unexpected(damaged(fmt::format(
        "chain {}, sequence {}: a signature or confirmation came for an entry that the store lacks",
        chain.value, sequence.value)));
  }
  return Mark{{rows.count(0)}, rows.number(1) != 0, *id, Signature::from(rows.bytes(3))};
}

Stored<void> BatchWriter::put_mark(ChainNumber chain, Sequence sequence, const Mark& mark) {
  const std::int64_t check =
      entry_check(mark.serial, chain, sequence, mark.unconfirmed, mark.id, mark.signature);
  return run(Use::kMark, "marking an entry", mark.serial.value, mark.unconfirmed, mark.signature, check);
}

Stored<void> BatchWriter::put(const PutReceipt& change) {
  const StoredReceipt row{change.kind,          change.by,   change.role,
                          change.authenticated, change.time, change.receipt};
  return run(Use::kReceipt, "storing a receipt", change.chain.value, change.sequence.value,
             change.receipt.value, std::int64_t{static_cast<std::uint8_t>(change.kind)}, change.by,
             std::string_view(change.role), change.authenticated,
             std::int64_t{change.time.time_since_epoch().count()},
             receipt_check(change.chain, change.sequence, row));
}

Stored<void> BatchWriter::put(const PutState& change) {
  return run(Use::kState, "storing a derived row", std::string_view(change.key),
             state_check(change.key, change.value), change.value);
}

Stored<void> BatchWriter::put(const EraseState& change) {
  return run(Use::kEraseState, "erasing a derived row", std::string_view(change.key));
}

Stored<void> BatchWriter::put(const PutRequest& change) {
  const Bytes serials = encode_serials(change.entries);
  return run(Use::kRequest, "storing a request", std::int64_t{kRequestBucketBits},
             request_key_hash(change.key), request_check(change.key, change.digest, serials),
             std::string_view(change.key), change.digest, serials);
}

Stored<std::int64_t> BatchWriter::line_number(const LineId& line) {
  {
    Rows rows(use(Use::kFindLine), line);
    if (rows.next()) return rows.number(0);
    if (rows.failed()) return std::unexpected(rows.failure("finding a line"));
  }
  if (auto made = run(Use::kLine, "storing a line", line); !made) return std::unexpected(made.error());
  return sqlite3_last_insert_rowid(database_);
}

Stored<std::optional<StoredChain>> BatchWriter::find_chain(ChainNumber number, std::int64_t& line) {
  Rows rows(use(Use::kFindChain), number.value);
  const bool found = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("finding a chain"));
  if (!found) return std::nullopt;
  line = rows.number(0);
  const auto id = LineId::from(rows.bytes(1));
  const auto author = StationKey::from(rows.bytes(2));
  const auto incarnation = Incarnation::from(rows.bytes(3));
  if (id && author && incarnation) {
    const StoredChain chain{number, *id, *author, *incarnation};
    if (chain_check(chain) == rows.number(4)) return chain;
  }
  return std::unexpected(damaged(fmt::format("the row of chain {} is damaged", number.value)));
}

Stored<std::int64_t> BatchWriter::line_of(ChainNumber number, const Header& header) {
  auto known = chains_.find(number);
  if (known == chains_.end()) {
    KnownChain chain;
    const auto found = find_chain(number, chain.line);
    if (!found) return std::unexpected(found.error());
    if (*found) {
      chain.chain = **found;
    } else {
      const auto line = line_number(header.line);
      if (!line) return line;
      chain = {{number, header.line, header.author, header.incarnation}, *line};
      auto made = run(Use::kChain, "storing a chain", number.value, *line, header.author, header.incarnation,
                      chain_check(chain.chain));
      if (!made) return std::unexpected(made.error());
      new_chains_.push_back(number);
    }
    known = chains_.emplace(number, std::move(chain)).first;
  }
  const StoredChain& chain = known->second.chain;
  OPENLINE_ASSERT(chain.line == header.line && chain.author == header.author &&
                  chain.incarnation == header.incarnation);
  return known->second.line;
}

}  // namespace openline::daemon
