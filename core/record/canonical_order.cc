// SPDX-License-Identifier: Apache-2.0
#include <queue>

#include "core/record/entry_graph.h"
#include "core/record/export_file.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

// Repeatedly takes, among entries all of whose parents are taken, the one with the lowest id.
class Ordering {
 public:
  explicit Ordering(const EntryGraph& graph)
      : graph_(graph), children_(graph.size()), waits_for_(graph.size()), ready_(HigherId{&graph}) {
    for (std::size_t index = 0; index < graph.size(); ++index) {
      waits_for_[index] = graph.parents(index).size() + (is_missing_one(index) ? 1 : 0);
      for (const std::size_t parent : graph.parents(index)) children_[parent].push_back(index);
      if (waits_for_[index] == 0) ready_.push(index);
    }
  }

  std::vector<std::size_t> run() {
    take_ready();
    // What waits for an entry that is not here comes last, still after those of its parents that are.
    for (std::size_t index = 0; index < graph_.size(); ++index) {
      if (is_missing_one(index)) release(index);
    }
    take_ready();
    OPENLINE_ASSERT(order_.size() == graph_.size());  // hashes make no cycles
    return std::move(order_);
  }

 private:
  struct HigherId {
    const EntryGraph* graph;
    bool operator()(std::size_t a, std::size_t b) const { return graph->entry(a).id > graph->entry(b).id; }
  };

  bool is_missing_one(std::size_t index) const { return graph_.citation(index).missing.has_value(); }

  void release(std::size_t index) {
    if (--waits_for_[index] == 0) ready_.push(index);
  }

  void take_ready() {
    while (!ready_.empty()) {
      const std::size_t taken = ready_.top();
      ready_.pop();
      order_.push_back(taken);
      for (const std::size_t child : children_[taken]) release(child);
    }
  }

  const EntryGraph& graph_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> waits_for_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, HigherId> ready_;
  std::vector<std::size_t> order_;
};

}  // namespace

std::vector<std::size_t> canonical_order(const EntryGraph& graph) { return Ordering(graph).run(); }

std::vector<std::size_t> canonical_order(const std::vector<const Entry*>& entries) {
  return canonical_order(EntryGraph(entries));
}

}  // namespace openline
