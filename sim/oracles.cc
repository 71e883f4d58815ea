// SPDX-License-Identifier: Apache-2.0
#include "sim/oracles.h"

#include <fmt/format.h>

#include "core/record/statements.h"

namespace openline::sim {
namespace {

std::string short_id(const EntryId& id) { return id.hex().substr(0, 12); }

}  // namespace

void Oracles::know(std::size_t station, const StationKey& key, bool honest) {
  stations_[station].key = key;
  stations_[station].honest = honest;
}

void Oracles::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

Oracles::Known* Oracles::author(const StationKey& key) {
  for (auto& [number, known] : stations_) {
    if (known.key == key) return &known;
  }
  return nullptr;
}

void Oracles::check_entry(std::size_t station, const Entry& entry, const Store& store) {
  const Header& header = entry.header;
  Known* writer = author(header.author);
  if (writer == nullptr) return fail(fmt::format("station {} stored an entry of a stranger", station));
  if (writer == &stations_.at(station)) {
    writer->wrote.insert(entry.id);
  } else if (writer->honest && !writer->wrote.contains(entry.id)) {
    fail(fmt::format("station {} stored entry {} that its author never wrote", station, short_id(entry.id)));
  }
  if (header.previous) {
    const Position before{header.incarnation, {header.sequence.value - 1}, *header.previous};
    if (store.find_place(before) == nullptr) {
      fail(fmt::format("station {} stored entry {} without the one before it", station, short_id(entry.id)));
    }
  }
  if (header.origin && !store.holds_place(header.origin->incarnation, header.origin->sequence)) {
    fail(fmt::format("station {} stored entry {} without its origin", station, short_id(entry.id)));
  }
  for (const Position& parent : header.parents) {
    if (!store.holds_place(parent.incarnation, parent.sequence))
      fail(fmt::format("station {} stored entry {} without a parent", station, short_id(entry.id)));
  }
}

void Oracles::check_heads(const Bytes& row, const StoreOf& store_of) {
  const Result<SignedHeads> heads = SignedHeads::decode(row);
  if (!heads) return fail("a stored statement of heads cannot be read");
  for (auto& [number, known] : stations_) {
    if (known.key != heads->signer || !known.honest) continue;
    for (const Head& head : heads->statement.heads) {
      if (known.gone.contains(head.position.id)) continue;
      if (store_of(number).find_place(head.position) == nullptr) {
        fail(fmt::format("station {} signed heads that name entry {}, which its store lacks", number,
                         short_id(head.position.id)));
      }
      known.promised.try_emplace(head.position.id, "in its signed heads");
    }
  }
}

void Oracles::stored(std::size_t station, const Batch& batch, const StoreOf& store_of) {
  for (const Change& change : batch.changes) {
    if (const auto* entry = std::get_if<PutEntry>(&change)) {
      check_entry(station, entry->entry, store_of(station));
    } else if (const auto* row = std::get_if<PutState>(&change)) {
      if (row->key.starts_with("heads/")) check_heads(row->value, store_of);
    }
  }
}

void Oracles::replied(std::size_t station, const Reply& reply, const Store& store) {
  if (!reply.result) return;
  for (const EntryMade& made : reply.result->entries) {
    stations_.at(station).promised.try_emplace(made.id, fmt::format("in reply {}", reply.request));
    if (store.find(made.id) == nullptr) {
      fail(fmt::format("station {} answered that entry {} is on record before it was durable", station,
                       short_id(made.id)));
    }
  }
}

void Oracles::added(std::size_t station, const EntryAdded& added, const Store& store) {
  if (!added.closed) return;  // "earlier entries on the way": it has no serial yet
  auto& given = stations_.at(station).given;
  const auto [at, fresh] = given.try_emplace(added.serial, added.entry.id);
  if (at != std::prev(given.end())) {
    fail(fmt::format("station {} told serial {} after {}", station, added.serial.value,
                     given.rbegin()->first.value));
  }
  if (!fresh) {
    fail(fmt::format("station {} gave serial {} twice ({} and {})", station, added.serial.value,
                     short_id(at->second), short_id(added.entry.id)));
  }
  const auto stored = store.entries().find(added.serial);
  if (stored == store.entries().end() || stored->second.entry.id != added.entry.id) {
    fail(fmt::format("station {} showed entry {} before it was durable", station, short_id(added.entry.id)));
  }
}

void Oracles::check_promises(std::size_t station, const Store& store) {
  for (const auto& [id, by] : stations_.at(station).promised) {
    if (store.find(id) == nullptr)
      fail(fmt::format("station {} lost entry {}, promised {}", station, short_id(id), by));
  }
}

void Oracles::restored(std::size_t station, const Store& before, const Store& store) {
  Known& known = stations_.at(station);
  for (const auto& [serial, stored] : before.entries()) {  // heads that name them may be under way
    if (store.find(stored.entry.id) == nullptr) known.gone.insert(stored.entry.id);
  }
  std::erase_if(known.promised, [&](const auto& item) { return known.gone.contains(item.first); });
  std::erase_if(known.given, [&](const auto& item) { return !store.entries().contains(item.first); });
}

std::size_t Oracles::promises() const {
  std::size_t count = 0;
  for (const auto& [number, known] : stations_) count += known.promised.size();
  return count;
}

}  // namespace openline::sim
