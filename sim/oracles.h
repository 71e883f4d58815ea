// SPDX-License-Identifier: Apache-2.0
// What must be true whatever happens. Told of everything that becomes durable or is said; keeps the first
// thing that was wrong.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/station/station.h"
#include "sim/store.h"

namespace openline::sim {

class Oracles {
 public:
  // Numbers of stations as in the world. Two may share a key: then it is not honest.
  void know(std::size_t station, const StationKey& key, bool honest);

  // A batch became durable: no entry against its author's chain, none of an honest station that it did not
  // write, and what the other sides' heads say is in their stores.
  using StoreOf = std::function<const Store&(std::size_t station)>;
  void stored(std::size_t station, const Batch& batch, const StoreOf& store_of);
  // A reply that the client has: its entries are durable.
  void replied(std::size_t station, const Reply& reply, const Store& store);
  // A serial is given to clients once, and for a durable entry.
  void added(std::size_t station, const EntryAdded& added, const Store& store);
  // Nothing that was promised is lost.
  void check_promises(std::size_t station, const Store& store);
  // A backup was restored: what the station promised after it was taken is gone with good reason.
  void restored(std::size_t station, const Store& before, const Store& store);

  [[nodiscard]] bool honest(std::size_t station) const { return stations_.at(station).honest; }
  void fail(const std::string& what);
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::size_t promises() const;

 private:
  struct Known {
    StationKey key;
    bool honest = true;
    std::set<EntryId> wrote;                  // own entries that were durable once
    std::map<EntryId, std::string> promised;  // and by what
    std::map<Serial, EntryId> given;
    std::set<EntryId> gone;  // promised once, and lost with a store that was restored from a backup
  };
  void check_entry(std::size_t station, const Entry& entry, const Store& store);
  void check_heads(const Bytes& row, const StoreOf& store_of);
  [[nodiscard]] Known* author(const StationKey& key);
  std::map<std::size_t, Known> stations_;
  std::string failure_;
};

}  // namespace openline::sim
