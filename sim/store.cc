// SPDX-License-Identifier: Apache-2.0
#include "sim/store.h"

#include <fmt/format.h>

#include <cstring>

#include "core/crypto/hash.h"
#include "core/record/attachment_tree.h"
#include "core/record/entry_graph.h"

namespace openline::sim {

Result<void> Store::put(const PutEntry& change) {
  const Entry& entry = change.entry;
  const Place place{change.chain, entry.header.sequence};
  const std::string name = fmt::format("entry {} at chain {} sequence {}", entry.id.hex().substr(0, 12),
                                       change.chain.value, entry.header.sequence.value);
  if (by_place_.contains(place)) return fail(name + ": its place is taken");
  if (by_id_.contains(entry.id)) return fail(name + ": it is stored already");
  if (entries_.contains(change.serial)) return fail(name + ": its serial is taken");
  by_place_[place] = change.serial;
  by_id_[entry.id] = change.serial;
  if (++places_[{entry.header.incarnation, entry.header.sequence}] > 1) forked_ = true;
  std::uint64_t word = 0;
  std::memcpy(&word, entry.id.value.data(), sizeof word);
  fingerprints_[entry.header.line] ^= word;
  entries_.emplace(change.serial, StoredEntry{change.serial, entry, change.unconfirmed});
  return {};
}

Result<void> Store::apply(const Batch& batch) {
  for (const Change& change : batch.changes) {
    if (const auto* entry = std::get_if<PutEntry>(&change)) {
      if (const Result<void> done = put(*entry); !done) return done;
    } else if (const auto* signature = std::get_if<PutSignature>(&change)) {
      const auto place = by_place_.find({signature->chain, signature->sequence});
      if (place == by_place_.end()) return fail("a signature for an entry that is not stored");
      entries_.at(place->second).entry.signature = signature->signature;
    } else if (const auto* confirm = std::get_if<ConfirmEntry>(&change)) {
      const auto place = by_place_.find({confirm->chain, confirm->sequence});
      if (place == by_place_.end()) return fail("an entry is confirmed that is not stored");
      entries_.at(place->second).unconfirmed = false;
    } else if (const auto* receipt = std::get_if<PutReceipt>(&change)) {
      if (!by_place_.contains({receipt->chain, receipt->sequence}))
        return fail("a receipt for an entry that is not stored");
      receipts_.push_back(*receipt);
    } else if (const auto* row = std::get_if<PutState>(&change)) {
      rows_[row->key] = row->value;
    } else if (const auto* gone = std::get_if<EraseState>(&change)) {
      rows_.erase(gone->key);
    } else if (const auto* request = std::get_if<PutRequest>(&change)) {
      if (requests_.contains(request->key)) return fail("request " + request->key + " is stored twice");
      requests_[request->key] = {request->digest, request->entries};
    }
  }
  return {};
}

RunsRead Store::read(const ReadRuns& what) const {
  RunsRead answer{what.read, {}, std::nullopt};
  std::size_t bytes = 0, whole = 0;
  bool signatures = false;
  Sequence next = what.from;
  for (auto at = by_place_.lower_bound({what.chain, what.from});
       at != by_place_.end() && at->first == Place{what.chain, next}; ++at, next = next.next()) {
    const Entry& entry = entries_.at(at->second).entry;
    bytes += entry.body.size() + 300;
    // A run is never cut: what is too much goes with the next read, but the first run goes always.
    if (whole > 0 && (answer.entries.size() >= what.max_entries || bytes > what.max_bytes)) break;
    answer.entries.push_back(entry);
    signatures = signatures || entry.signature.has_value();
    if (entry.signature || !signatures) whole = answer.entries.size();
  }
  if (signatures) answer.entries.resize(whole);
  return answer;
}

std::optional<Serial> Store::serial_at(ChainNumber chain, Sequence sequence) const {
  const auto found = by_place_.find({chain, sequence});
  return found == by_place_.end() ? std::nullopt : std::optional(found->second);
}

PartRead Store::read(const ReadPart& what) const {
  const auto file = parts_.find(what.attachment);
  if (file == parts_.end()) return {what.read, std::nullopt};
  const auto part = file->second.find(what.part);
  if (part == file->second.end()) return {what.read, std::nullopt};
  return {what.read, part->second};
}

PartWritten Store::write(const WritePart& what) {
  auto& file = parts_[what.attachment];
  file[what.part] = what.bytes;
  return {what.write, file.size() == attachment_chunks(what.size) + 1, std::nullopt};
}

std::vector<StateRow> Store::rows() const {
  std::vector<StateRow> rows;
  for (const auto& [key, value] : rows_) rows.push_back({key, value});
  return rows;
}

bool Store::has_rows(const std::string& kind) const {
  const auto at = rows_.lower_bound(kind + "/");
  return at != rows_.end() && at->first.starts_with(kind + "/");
}

const Entry* Store::find(const EntryId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &entries_.at(found->second).entry;
}

bool Store::unconfirmed(const EntryId& id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() && entries_.at(found->second).unconfirmed;
}

const Entry* Store::find_place(const Position& position) const {
  const Entry* entry = find(position.id);
  return entry != nullptr && entry->position() == position ? entry : nullptr;
}

bool Store::holds_place(const Incarnation& incarnation, Sequence sequence) const {
  return places_.contains({incarnation, sequence});
}

const StoredRequest* Store::request(const std::string& key) const {
  const auto found = requests_.find(key);
  return found == requests_.end() ? nullptr : &found->second;
}

std::uint64_t Store::fingerprint_of(const LineId& line) const {
  const auto found = fingerprints_.find(line);
  return found == fingerprints_.end() ? 0 : found->second;
}

Hash Store::canonical_digest(const LineId& line) const {
  std::vector<const Entry*> entries;
  for (const auto& [serial, stored] : entries_) {
    if (stored.entry.header.line == line) entries.push_back(&stored.entry);
  }
  const EntryGraph graph(std::move(entries));
  HashStream hash;
  for (const std::size_t index : canonical_order(graph)) hash.add(graph.entry(index).id.view());
  return hash.hash_so_far();
}

std::size_t Store::parts_of(const Hash& attachment) const {
  const auto found = parts_.find(attachment);
  return found == parts_.end() ? 0 : found->second.size();
}

Hash Store::attach(ByteView file) {
  std::vector<Hash> leaves;
  std::map<std::uint64_t, Bytes> parts;
  Bytes part0;
  for (std::size_t at = 0; at < file.size(); at += kAttachmentChunk) {
    const ByteView chunk = file.subspan(at, std::min(kAttachmentChunk, file.size() - at));
    leaves.push_back(attachment_leaf(chunk));
    append(part0, leaves.back().view());
    parts[leaves.size()] = copy_of(chunk);
  }
  parts[0] = std::move(part0);
  const Hash hash = attachment_tree(file.size(), leaves);
  parts_[hash] = std::move(parts);
  return hash;
}

void Store::damage_part(const Hash& attachment, std::uint64_t part) {
  parts_.at(attachment).at(part).front() ^= 1;
}

}  // namespace openline::sim
