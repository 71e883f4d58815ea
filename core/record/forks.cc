// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "core/record/entry_labels.h"

namespace openline {
namespace {

using Found = std::vector<std::string>;

std::string name_of(const EntryGraph& graph, std::size_t index, const Stations& stations) {
  const Entry& entry = graph.entry(index);
  return entry_name(stations.code_of(entry.header.author), entry);
}

std::string incarnation_name(const Entry& entry) {
  return "incarnation " + to_hex(entry.header.incarnation.view().first(4));
}

bool same_chain(const Entry& a, const Entry& b) {
  return a.header.author == b.header.author && a.header.incarnation == b.header.incarnation;
}

// Two different entries at one position.
void find_equivocation(const EntryGraph& graph, const Stations& stations, bool attested, Found& found) {
  const auto& order = graph.by_chain();
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Entry &a = graph.entry(order[i - 1]), &b = graph.entry(order[i]);
    if (!same_chain(a, b) || a.header.sequence != b.header.sequence || a.id == b.id) continue;
    found.push_back("Equivocation: " + stations.code_of(a.header.author) + (attested ? " signed" : " made") +
                    " two different entries for one place, " + name_of(graph, order[i - 1], stations) +
                    " and " + name_of(graph, order[i], stations) + ".");
  }
}

// A later start of a station that does not go on from its newest entry.
class Rollbacks {
 public:
  Rollbacks(const EntryGraph& graph, const Stations& stations) : graph_(graph), stations_(stations) {
    for (const std::size_t index : graph.by_chain()) {
      const Header& header = graph.entry(index).header;
      Sequence& newest = newest_[{header.author, header.incarnation}];
      newest = std::max(newest, header.sequence);
    }
  }

  void find(Found& found) {
    for (const std::size_t index : graph_.by_chain()) {
      if (graph_.entry(index).header.sequence.value == 0) judge(index, found);
    }
  }

 private:
  void judge(std::size_t index, Found& found) {
    const Entry& start = graph_.entry(index);
    const Header& header = start.header;
    const std::string name = name_of(graph_, index, stations_);
    const auto [before, is_first] = starts_.emplace(std::pair(header.author, header.origin), index);
    if (!is_first && !same_chain(graph_.entry(before->second), start)) {
      found.push_back("Rollback: " + name_of(graph_, before->second, stations_) + ", " +
                      incarnation_name(graph_.entry(before->second)) + ", and " + name + ", " +
                      incarnation_name(start) + ", both " +
                      (header.origin ? "continue the same entry" : "begin from nothing") +
                      ": a restored backup or a copied disk.");
    }
    if (!header.origin) return;
    const auto newest = newest_.find({header.author, header.origin->incarnation});
    if (newest == newest_.end() || newest->second <= header.origin->sequence) return;
    found.push_back("Rollback: " + name + ", " + incarnation_name(start) + ", continues entry " +
                    std::to_string(header.origin->sequence.value) + " (" + short_id(header.origin->id) +
                    "), though " + std::to_string(newest->second.value) +
                    " is there too: a restored backup or a copied disk.");
  }

  const EntryGraph& graph_;
  const Stations& stations_;
  std::map<std::pair<StationKey, Incarnation>, Sequence> newest_;
  std::map<std::pair<StationKey, std::optional<Position>>, std::size_t> starts_;  // by what they continue
};

}  // namespace

std::vector<std::string> forks_of(const EntryGraph& graph, const Stations& stations, bool attested) {
  Found found;
  find_equivocation(graph, stations, attested, found);
  Rollbacks(graph, stations).find(found);
  return found;
}

}  // namespace openline
