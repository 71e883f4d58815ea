// SPDX-License-Identifier: Apache-2.0
// Rows and what they mean: the checks that go into each row, and reading with those checks.
#pragma once

#include <expected>
#include <string>

#include "core/crypto/hash.h"
#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace openline::daemon {

// First 8 bytes of a hash, as SQLite's signed number.
[[nodiscard]] std::int64_t short_hash(std::initializer_list<ByteView> parts);

[[nodiscard]] std::int64_t entry_check(Serial serial, ChainNumber chain, Sequence sequence, bool unconfirmed,
                                       const EntryId& id, const std::optional<Signature>& signature);
[[nodiscard]] std::int64_t chain_check(const StoredChain& chain);
[[nodiscard]] std::int64_t receipt_check(ChainNumber chain, Sequence sequence, const StoredReceipt& receipt);
[[nodiscard]] std::int64_t state_check(std::string_view key, ByteView value);
[[nodiscard]] std::int64_t request_check(std::string_view key, const Hash& digest, ByteView serials);

// Requests are found within buckets of this many.
inline constexpr int kRequestBucketBits = 12;
[[nodiscard]] std::int64_t request_key_hash(std::string_view key);
[[nodiscard]] Bytes encode_serials(const std::vector<Serial>& serials);

// "SELECT <the columns that `read_entry` wants> FROM entry <rest>"
[[nodiscard]] std::string entry_query(std::string_view rest);
[[nodiscard]] std::expected<StoredEntry, DamagedEntry> read_entry(const Rows& rows);

// Takes every row of an entry query up to the limits; for `EntryRange` and the like.
[[nodiscard]] Stored<EntryPage> read_page(Rows& rows, std::size_t max_entries, std::size_t max_bytes);

// Arguments: chain, first sequence.
inline constexpr const char* kRunsOrder = "WHERE chain = ?1 AND sequence >= ?2 ORDER BY sequence";
[[nodiscard]] RunsRead read_runs(Statement& runs_query, const ReadRuns& read);

}  // namespace openline::daemon
