// SPDX-License-Identifier: Apache-2.0
// Matters on a line: an entry that opens one (a request for contact, a visit, a call, a readout) and the acts
// that follow it (protocol.md section 9.8).
//
// What is said of a matter is a function of its entries and of which stands in whose ancestry: two members
// that hold the same entries say the same, in whatever order they came, and no clock is asked.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "core/record/joint_record.h"
#include "core/wire/assert.h"

namespace openline {

// An entry of a matter, the one that opens it being the first.
struct Act {
  Header header;
  EntryId id;
  Bytes body;
  ChainNumber chain;                           // branches of a fork are chains of their own
  std::map<ChainNumber, Sequence> known_from;  // the first entry of each chain that has this in its ancestry

  [[nodiscard]] bool is_known_to(const Act& other) const;
};

struct Matter {
  std::uint64_t serial = 0;  // of the entry that opens it
  std::vector<Act> acts;

  [[nodiscard]] const Act& root() const { return acts.front(); }
  [[nodiscard]] Kind kind() const { return root().header.kind; }
  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<Matter> decode(ByteView row);
};

// How many acts more of this author count, if it forks no history.
[[nodiscard]] std::size_t acts_left(const Matter& matter, const StationKey& author);

class Matters {
 public:
  explicit Matters(std::size_t limit) : limit_(limit) {}

  // Every entry of the line, each after its ancestors, with the record that it is in. Says which matters'
  // rows changed.
  std::vector<const Matter*> place(const PlacedEntry& placed, const JointRecord& record,
                                   std::uint64_t serial);
  void restore(Matter matter);
  // The oldest, when there are more than the limit; its row is to be erased, the record keeps the entries.
  std::optional<std::uint64_t> drop_oldest();

  [[nodiscard]] const Matter* find(const EntryId& root) const;
  // By the beginning of the id, in hex, of the entry that opened it; more than one match is an error.
  [[nodiscard]] Result<const Matter*> find_by_prefix(Kind kind, std::string_view prefix) const;
  [[nodiscard]] const std::map<std::uint64_t, Matter>& all() const { return matters_; }  // by serial

 private:
  std::set<std::uint64_t>& unaware(ChainNumber chain);
  std::size_t limit_;
  std::map<std::uint64_t, Matter> matters_;
  std::map<EntryId, std::uint64_t> by_id_;
  // Of each chain that wrote since the start: matters with an act that it may not know of.
  std::map<ChainNumber, std::set<std::uint64_t>> unaware_;
};

// Whether two stations are of one party.
using SameParty = std::function<bool(const StationKey&, const StationKey&)>;

// Ancestors first, ties by id: the same at every member. An Item has an `act`.
template <class Item>
void sort_acts(std::vector<Item>& items) {
  std::ranges::sort(items, {}, [](const Item& item) { return item.act->id; });
  std::vector<Item> sorted;
  while (!items.empty()) {
    const auto first = std::ranges::find_if(items, [&](const Item& item) {
      return std::ranges::none_of(items, [&](const Item& other) {
        return other.act != item.act && other.act->is_known_to(*item.act);
      });
    });
    OPENLINE_ASSERT(first != items.end());  // ancestry has no circle
    sorted.push_back(std::move(*first));
    items.erase(first);
  }
  items = std::move(sorted);
}

}  // namespace openline
