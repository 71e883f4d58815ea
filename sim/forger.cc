// SPDX-License-Identifier: Apache-2.0
#include "sim/forger.h"

#include <algorithm>
#include <stdexcept>

#include "core/record/fields.h"
#include "core/record/run.h"

namespace openline::sim {
namespace {

struct ChainRow {
  std::string key;
  Chain chain;
};

std::optional<ChainRow> find_newest_chain(const Store& store, const StationKey& author) {
  std::optional<ChainRow> newest;
  for (const StateRow& row : store.rows()) {
    if (!row.key.starts_with("chain/")) continue;
    Result<Chain> chain = Chain::decode(row.value);
    if (!chain || chain->author != author || chain->continued) continue;
    if (!newest || newest->chain.number < chain->number) newest = {row.key, std::move(*chain)};
  }
  return newest;
}

ChainRow newest_chain(const Store& store, const StationKey& author) {
  std::optional<ChainRow> newest = find_newest_chain(store, author);
  if (!newest) throw std::runtime_error("the forger's station has written nothing yet");
  return std::move(*newest);
}

// The numbers' row (restore.cc): the first of four is the next serial.
Serial take_serial(const Store& store, Batch& batch) {
  for (const StateRow& row : store.rows()) {
    if (row.key != "numbers/") continue;
    FieldDecoder in(row.value, "numbers row");
    in.array_within(4, 4);
    std::uint64_t numbers[4] = {};
    for (std::uint64_t& number : numbers) number = in.number();
    cbor::Encoder out;
    out.array(4).number(numbers[0] + 1).number(numbers[1]).number(numbers[2]).number(numbers[3]);
    batch.changes.emplace_back(PutState{"numbers/", out.take()});
    return {numbers[0]};
  }
  throw std::runtime_error("the forger's store has no numbers");
}

}  // namespace

bool can_forge(const Store& store, const Party& party) {
  return find_newest_chain(store, party.station()).has_value();
}

EntryId forge(Store& store, const Party& party, const LineId& line, Forged what) {
  const StationKeyPair keys(party.identity().station_seed);
  ChainRow row = newest_chain(store, keys.key());
  Header header;
  header.line = line;
  header.author = keys.key();
  header.incarnation = row.chain.incarnation;
  header.sequence = row.chain.head.sequence.next();
  header.previous = row.chain.head.id;
  header.parents = std::move(what.parents);
  std::ranges::sort(header.parents);
  header.kind = what.kind;
  header.precedence = what.precedence;
  header.entry_class = what.entry_class;
  header.exercise = std::move(what.exercise);
  header.time = what.time;
  Entry entry = Entry::make(std::move(header), std::move(what.body));
  sign_run(std::span(&entry, 1), keys);
  Batch batch;
  batch.changes.emplace_back(PutEntry{take_serial(store, batch), row.chain.number, entry, false});
  row.chain.head = entry.position();
  batch.changes.emplace_back(PutState{row.key, row.chain.encode()});
  if (const Result<void> done = store.apply(batch); !done) throw std::runtime_error(done.error().text());
  return entry.id;
}

}  // namespace openline::sim
