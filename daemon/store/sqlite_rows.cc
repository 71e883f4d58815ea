// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite_rows.h"

#include <fmt/format.h>

#include "core/record/run.h"
#include "core/wire/big_endian.h"

namespace openline::daemon {
namespace {

// Numbers of a row in a fixed form, for its check.
class Numbers {
 public:
  Numbers& add(std::uint64_t value) {
    append_big_endian(bytes_, value);
    return *this;
  }
  [[nodiscard]] ByteView view() const { return bytes_; }

 private:
  Bytes bytes_;
};

std::string damage(const Rows& rows, std::string_view what) {
  return fmt::format("entry {} (chain {}, sequence {}) is damaged in the store: {}", rows.count(0),
                     rows.count(1), rows.count(2), what);
}

std::size_t bytes_of(const Entry& entry) { return entry.header.body_size + 256; }

// Ends a read of runs at its last signed entry. Where sixteen entries in a row have no signature the chain
// has none.
void end_at_signature(std::vector<Entry>& entries, std::size_t after_signature, bool whole) {
  if (after_signature == 0 || after_signature == entries.size()) {
    if (!whole && after_signature == entries.size() && entries.size() < kMaxRun) entries.clear();
    return;
  }
  entries.resize(entries.size() - after_signature);
}

}  // namespace

std::int64_t short_hash(std::initializer_list<ByteView> parts) {
  return static_cast<std::int64_t>(big_endian<std::uint64_t>(hash_of(parts).view()));
}

std::int64_t entry_check(Serial serial, ChainNumber chain, Sequence sequence, bool unconfirmed,
                         const EntryId& id, const std::optional<Signature>& signature) {
  Numbers numbers;
  numbers.add(serial.value).add(chain.value).add(sequence.value).add(unconfirmed ? 1 : 0);
  return short_hash({numbers.view(), id.view(), signature ? signature->view() : ByteView()});
}

std::int64_t chain_check(const StoredChain& chain) {
  Numbers numbers;
  numbers.add(chain.number.value);
  return short_hash({numbers.view(), chain.line.view(), chain.author.view(), chain.incarnation.view()});
}

std::int64_t receipt_check(ChainNumber chain, Sequence sequence, const StoredReceipt& receipt) {
  Numbers numbers;
  numbers.add(chain.value).add(sequence.value).add(receipt.receipt.value);
  numbers.add(static_cast<std::uint64_t>(receipt.kind)).add(receipt.authenticated ? 1 : 0);
  numbers.add(static_cast<std::uint64_t>(receipt.time.time_since_epoch().count()));
  return short_hash({numbers.view(), receipt.by.view(), view_of(receipt.role)});
}

std::int64_t state_check(std::string_view key, ByteView value) {
  Numbers numbers;
  numbers.add(key.size());
  return short_hash({numbers.view(), view_of(key), value});
}

std::int64_t request_check(std::string_view key, const Hash& digest, ByteView serials) {
  return short_hash({digest.view(), serials, view_of(key)});
}

std::int64_t request_key_hash(std::string_view key) { return short_hash({view_of(key)}); }

Bytes encode_serials(const std::vector<Serial>& serials) {
  Bytes bytes;
  for (const Serial serial : serials) append_big_endian(bytes, serial.value);
  return bytes;
}

std::string entry_query(std::string_view rest) {
  return fmt::format(
      "SELECT serial, chain, sequence, unconfirmed, row_check, id, signature, header, body FROM entry {}",
      rest);
}

std::expected<StoredEntry, DamagedEntry> read_entry(const Rows& rows) {
  const auto damaged = [&](std::string_view what) {
    return std::unexpected(DamagedEntry{{rows.count(0)}, damage(rows, what)});
  };
  StoredEntry stored;
  stored.serial = {rows.count(0)};
  stored.chain = {static_cast<std::uint32_t>(rows.number(1))};
  stored.unconfirmed = rows.number(3) != 0;
  const auto id = EntryId::from(rows.bytes(5));
  if (!id || hash_of(rows.bytes(7)).value != id->value) return damaged("its header does not make its id");
  auto header = Header::decode(rows.bytes(7));
  if (!header) return damaged(header.error().text());
  const ByteView body = rows.bytes(8);
  if (body.size() != header->body_size || hash_of(body) != header->body_hash) {
    return damaged("its body does not make the hash in its header");
  }
  if (!rows.is_null(6)) {
    stored.entry.signature = Signature::from(rows.bytes(6));
    if (!stored.entry.signature) return damaged("its signature is not 64 bytes");
  }
  const Sequence sequence{rows.count(2)};
  if (sequence != header->sequence ||
      rows.number(4) != entry_check(stored.serial, stored.chain, sequence, stored.unconfirmed, *id,
                                    stored.entry.signature)) {
    return damaged("its place, mark or signature does not make the row's check");
  }
  stored.entry.header = std::move(*header);
  stored.entry.id = *id;
  stored.entry.body = copy_of(body);
  return stored;
}

Stored<EntryPage> read_page(Rows& rows, std::size_t max_entries, std::size_t max_bytes) {
  EntryPage page;
  std::size_t bytes = 0;
  while (rows.next()) {
    if (page.entries.size() + page.damaged.size() >= max_entries || bytes >= max_bytes) {
      page.more = true;
      return page;
    }
    auto entry = read_entry(rows);
    if (entry) {
      bytes += bytes_of(entry->entry);
      page.entries.push_back(std::move(*entry));
    } else {
      page.damaged.push_back(std::move(entry.error()));
    }
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading entries"));
  return page;
}

RunsRead read_runs(Statement& runs_query, const ReadRuns& read) {
  RunsRead answer;
  answer.read = read.read;
  std::size_t bytes = 0;
  std::size_t after_signature = 0;  // entries since the last signed one
  bool whole = true;
  Rows rows(runs_query, read.chain.value, read.from.value);
  while (rows.next()) {
    const bool full = answer.entries.size() >= read.max_entries || bytes >= read.max_bytes;
    // A run that began within the limits is given whole: a part of it could not be sent.
    if (full && !answer.entries.empty() &&
        (after_signature < answer.entries.size() || after_signature >= kMaxRun)) {
      break;
    }
    if (rows.count(2) != read.from.value + answer.entries.size()) break;  // a gap
    auto entry = read_entry(rows);
    if (!entry) {
      answer.failure = std::move(entry.error().words);
      whole = false;
      break;
    }
    bytes += bytes_of(entry->entry);
    after_signature = entry->entry.signature ? 0 : after_signature + 1;
    answer.entries.push_back(std::move(entry->entry));
  }
  if (rows.failed()) {
    answer.failure =
        rows.failure(fmt::format("reading chain {} from sequence {}", read.chain.value, read.from.value))
            .words;
    whole = false;
  }
  end_at_signature(answer.entries, after_signature, whole);
  // What comes before the damage can be used; the next read begins at the damage and says so.
  if (!answer.entries.empty()) answer.failure.reset();
  return answer;
}

}  // namespace openline::daemon
