// SPDX-License-Identifier: Apache-2.0
// The store seam: what a turn asks the store to change, and what the store gives back at the start.
//
// All changes of a batch are made in one transaction, in order, or none is. Core keeps chain heads, gaps
// and open items; the record itself is only in the store, and is read back by `ReadRuns`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/record/entry.h"
#include "core/record/joint_record.h"

namespace openline {

// The order in which entries became part of this station's copy of the record: 1, 2, 3 … over all lines.
struct Serial {
  std::uint64_t value = 0;
  auto operator<=>(const Serial&) const = default;
};

// A new entry. (chain, sequence) is unique.
struct PutEntry {
  Serial serial;
  ChainNumber chain;
  Entry entry;               // header, id, body, and the signature of the run that ends here
  bool unconfirmed = false;  // deniable line, early data of a session that is not open yet: section 5.3
};
// A signature for an entry that is stored without one (a shorter run ended there).
struct PutSignature {
  ChainNumber chain;
  Sequence sequence;
  Signature signature;
};
// The session that brought an unconfirmed entry is open: it shows as any other from now on.
struct ConfirmEntry {
  ChainNumber chain;
  Sequence sequence;
};
// What another entry says of this one: beside the entry that it is about.
enum class ReceiptKind : std::uint8_t {
  kShown = 1,
  kAcknowledged = 2,
  kTranslated = 3,
  kDisregarded = 4,
  kReferred = 5
};
struct PutReceipt {
  ChainNumber chain;  // of the entry that it is about
  Sequence sequence;
  ReceiptKind kind{};
  StationKey by;
  std::string role;
  bool authenticated = false;
  WallTime time;   // the receipt author's clock
  Serial receipt;  // the entry that says so
};
// Derived rows: small, loaded whole at the start. Later values replace earlier ones.
struct PutState {
  std::string key;  // "kind/..." ; bytes
  Bytes value;
};
struct EraseState {
  std::string key;
};
// Remembers a request, so that its repeat gives the same answer. Not loaded at the start: the API looks it
// up.
struct PutRequest {
  std::string key;              // the client's idempotency key
  Hash digest;                  // of what was asked: the same key with another content is a conflict
  std::vector<Serial> entries;  // that it made
};
using Change =
    std::variant<PutEntry, PutSignature, PutReceipt, PutState, EraseState, PutRequest, ConfirmEntry>;

struct Batch {
  std::uint64_t commit = 0;  // 1, 2, 3 …; one is in flight at a time
  std::vector<Change> changes;
};

struct StateRow {
  std::string key;
  Bytes value;
};

// Bulk reads. The answer comes as an input of a later turn.
struct ReadRuns {
  std::uint64_t read = 0;  // names the answer
  ChainNumber chain;
  Sequence from;  // whole entries from here, ending at a signed one where the chain has signatures
  std::size_t max_entries = 64;
  std::size_t max_bytes = 128 << 10;
};
struct RunsRead {
  std::uint64_t read = 0;
  std::vector<Entry> entries;  // consecutive from `from`; empty: nothing there, or it could not be read
  std::optional<std::string> failure;
};

// Attachment parts live in files beside the store; parts are those of protocol.md section 11.
struct ReadPart {
  std::uint64_t read = 0;
  Hash attachment;
  std::uint64_t part = 0;
};
struct PartRead {
  std::uint64_t read = 0;
  std::optional<Bytes> bytes;  // nullopt: not held here
};
struct WritePart {  // checked against its leaf by core
  std::uint64_t write = 0;
  Hash attachment;
  std::uint64_t size = 0;  // of the whole file
  std::uint64_t part = 0;  // 0: the leaves
  Bytes bytes;
};
struct PartWritten {  // durable, or failed
  std::uint64_t write = 0;
  bool complete = false;  // all parts are there now
  std::optional<std::string> failure;
};

}  // namespace openline
