// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite_reader.h"

#include <fmt/format.h>

#include "core/wire/big_endian.h"
#include "daemon/store/sqlite_rows.h"

namespace openline::daemon {
namespace {

constexpr std::size_t kMaxPrefixMatches =
    16;  // more than one is ambiguous; these are enough to say with what

// In the order of SqliteReader::Use. "INDEXED BY": a plan that sorts or scans is a bug, not a slow query.
std::array<std::string, 14> statements() {
  const std::string of_line =
      "INDEXED BY entry_by_line WHERE line = (SELECT number FROM line WHERE id = ?3) AND serial > ?1 AND "
      "serial < ?2 ";
  const std::string of_all = "WHERE serial > ?1 AND serial < ?2 ";
  const std::string forward = "ORDER BY serial", backward = "ORDER BY serial DESC";
  return {
      entry_query(of_line + forward),
      entry_query(of_line + backward),
      entry_query(of_all + forward),
      entry_query(of_all + backward),
      entry_query("WHERE serial = ?1"),
      entry_query("WHERE chain = ?1 AND sequence = ?2"),
      "SELECT serial, id FROM entry INDEXED BY entry_by_line WHERE line = (SELECT number FROM line WHERE id "
      "= ?1) "
      "ORDER BY serial DESC LIMIT ?2",
      "SELECT count(*) FROM entry INDEXED BY entry_by_line WHERE line = (SELECT number FROM line WHERE id = "
      "?1)",
      "SELECT receipt, kind, author, role, authenticated, time, row_check FROM receipt "
      "WHERE chain = ?1 AND sequence = ?2 ORDER BY receipt",
      "SELECT coalesce(max(number), 0) FROM request",
      "SELECT key, digest, entries, row_check FROM request INDEXED BY request_by_key "
      "WHERE bucket = ?1 AND key_hash = ?2 AND key = ?3 ORDER BY number",
      "SELECT chain.number, line.id, author, incarnation, row_check FROM chain JOIN line ON line.number = "
      "chain.line "
      "ORDER BY chain.number",
      entry_query(kRunsOrder),
      "SELECT commits FROM store",
  };
}

StoreFailure damaged(std::string words) { return {StoreFailure::Kind::kCorrupt, std::move(words)}; }

Stored<std::optional<StoredEntry>> one_entry(Rows& rows) {
  if (rows.next()) {
    auto entry = read_entry(rows);
    if (!entry) return std::unexpected(damaged(std::move(entry.error().words)));
    return std::move(*entry);
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading an entry"));
  return std::nullopt;
}

bool begins_with(ByteView id, std::string_view hex) { return to_hex(id).starts_with(hex); }

// Serial numbers are 1 to 2^63 - 1 in SQLite.
std::uint64_t bounded(Serial serial) { return std::min(serial.value, static_cast<std::uint64_t>(INT64_MAX)); }

}  // namespace

Stored<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::string& path, const char* vfs) {
  auto database = Database::open(path, Database::Access::kRead, vfs);
  if (!database) return std::unexpected(database.error());
  std::unique_ptr<SqliteReader> reader(new SqliteReader(std::move(*database)));
  const auto sql = statements();
  static_assert(std::tuple_size_v<std::remove_const_t<decltype(sql)>> ==
                static_cast<std::size_t>(Use::kCount));
  for (std::size_t i = 0; i < sql.size(); ++i) {
    auto statement = reader->database_.prepare(sql[i]);
    if (!statement) return std::unexpected(statement.error());
    reader->statements_[i] = std::move(*statement);
  }
  return reader;
}

Stored<EntryPage> SqliteReader::entries(const EntryRange& range) {
  const Use with_line = range.newest_first ? Use::kBackward : Use::kForward;
  const Use without = range.newest_first ? Use::kBackwardAll : Use::kForwardAll;
  if (range.line) {
    Rows rows(use(with_line), bounded(range.after), bounded(range.before), *range.line);
    return read_page(rows, range.max_entries, range.max_bytes);
  }
  Rows rows(use(without), bounded(range.after), bounded(range.before));
  return read_page(rows, range.max_entries, range.max_bytes);
}

Stored<std::optional<StoredEntry>> SqliteReader::entry(Serial serial) {
  Rows rows(use(Use::kBySerial), bounded(serial));
  return one_entry(rows);
}

Stored<std::optional<StoredEntry>> SqliteReader::entry(ChainNumber chain, Sequence sequence) {
  Rows rows(use(Use::kByPosition), chain.value, sequence.value);
  return one_entry(rows);
}

Stored<EntryPage> SqliteReader::entries_with_prefix(const LineId& line, std::string_view hex,
                                                    std::size_t newest) {
  std::vector<Serial> found;
  {
    Rows rows(use(Use::kNewestIds), line, static_cast<std::uint64_t>(newest));
    while (found.size() < kMaxPrefixMatches && rows.next()) {
      if (begins_with(rows.bytes(1), hex)) found.push_back({rows.count(0)});
    }
    if (rows.failed()) return std::unexpected(rows.failure("searching an entry by its id"));
  }
  EntryPage page;
  for (const Serial serial : found) {
    auto one = entry(serial);
    if (one && *one) {
      page.entries.push_back(std::move(**one));
    } else if (!one) {
      page.damaged.push_back({serial, std::move(one.error().words)});
    }
  }
  page.more = found.size() == kMaxPrefixMatches;
  return page;
}

Stored<std::uint64_t> SqliteReader::count(const LineId& line) {
  Rows rows(use(Use::kCountEntries), line);
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("counting entries"));
  return row ? rows.count(0) : 0;
}

Stored<std::vector<StoredReceipt>> SqliteReader::receipts(ChainNumber chain, Sequence sequence) {
  std::vector<StoredReceipt> receipts;
  Rows rows(use(Use::kReceipts), chain.value, sequence.value);
  while (rows.next()) {
    StoredReceipt receipt;
    const auto by = StationKey::from(rows.bytes(2));
    receipt.receipt = {rows.count(0)};
    receipt.kind = static_cast<ReceiptKind>(rows.number(1));
    receipt.by = by.value_or(StationKey{});
    receipt.role = rows.text(3);
    receipt.authenticated = rows.number(4) != 0;
    receipt.time = WallTime(Milliseconds(rows.number(5)));
    if (!by || receipt_check(chain, sequence, receipt) != rows.number(6)) {
      return std::unexpected(
          damaged(fmt::format("receipt {} of chain {}, sequence {} is damaged in the store",
                              receipt.receipt.value, chain.value, sequence.value)));
    }
    receipts.push_back(std::move(receipt));
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading receipts"));
  return receipts;
}

Stored<std::optional<StoredRequest>> SqliteReader::request(std::string_view key) {
  std::int64_t newest = 0;
  {
    Rows rows(use(Use::kNewestRequest));
    if (rows.next()) newest = rows.number(0);
    if (rows.failed()) return std::unexpected(rows.failure("searching a request"));
  }
  // Newest bucket first: a repeat usually comes soon.
  for (std::int64_t bucket = newest >> kRequestBucketBits; bucket >= 0; --bucket) {
    auto found = request_in(bucket, key);
    if (!found || *found) return found;
  }
  return std::nullopt;
}

Stored<std::optional<StoredRequest>> SqliteReader::request_in(std::int64_t bucket, std::string_view key) {
  Rows rows(use(Use::kRequest), bucket, request_key_hash(key), key);
  if (!rows.next()) {
    if (rows.failed()) return std::unexpected(rows.failure("searching a request"));
    return std::nullopt;
  }
  StoredRequest request;
  const auto digest = Hash::from(rows.bytes(1));
  const ByteView serials = rows.bytes(2);
  if (!digest || serials.size() % 8 != 0 || request_check(key, *digest, serials) != rows.number(3)) {
    return std::unexpected(
        damaged(fmt::format("the request with the key \"{}\" is damaged in the store", key)));
  }
  request.digest = *digest;
  for (std::size_t at = 0; at < serials.size(); at += 8) {
    request.entries.push_back({big_endian<std::uint64_t>(serials.subspan(at))});
  }
  return request;
}

Stored<std::vector<StoredChain>> SqliteReader::chains() {
  std::vector<StoredChain> chains;
  Rows rows(use(Use::kChains));
  while (rows.next()) {
    const ChainNumber number{static_cast<std::uint32_t>(rows.number(0))};
    const auto line = LineId::from(rows.bytes(1));
    const auto author = StationKey::from(rows.bytes(2));
    const auto incarnation = Incarnation::from(rows.bytes(3));
    const bool whole = line && author && incarnation;
    if (whole) chains.push_back({number, *line, *author, *incarnation});
    if (!whole || chain_check(chains.back()) != rows.number(4)) {
      return std::unexpected(damaged(fmt::format("the row of chain {} is damaged", number.value)));
    }
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading chains"));
  return chains;
}

RunsRead SqliteReader::read_runs(const ReadRuns& read) { return daemon::read_runs(use(Use::kRuns), read); }

Stored<std::uint64_t> SqliteReader::commits() {
  Rows rows(use(Use::kCommits));
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("reading the commit number"));
  return row ? rows.count(0) : 0;
}

}  // namespace openline::daemon
