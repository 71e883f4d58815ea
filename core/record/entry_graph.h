// SPDX-License-Identifier: Apache-2.0
// How the entries of a record name each other (protocol.md section 9.4): which parents are among them, which
// are not, and which are cited falsely. Built once from a set of entries; every walk over it is linear.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/record/entry.h"
#include "core/record/statements.h"

namespace openline {

class EntryGraph {
 public:
  // What is wrong with an entry's naming of its parents.
  struct Citation {
    std::optional<EntryId> missing;  // nothing is held at the position that is named
    bool unknown = false;            // another entry is held at that position: a fork or a false citation
    bool wrong_previous = false;     // key 5 names an entry that is not the one before in this chain
  };

  // The entries stay the caller's and must outlive the graph.
  explicit EntryGraph(std::vector<const Entry*> entries);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Entry& entry(std::size_t index) const { return *entries_[index]; }
  [[nodiscard]] std::span<const std::size_t> parents(std::size_t index) const;
  [[nodiscard]] const Citation& citation(std::size_t index) const { return citations_[index]; }
  [[nodiscard]] std::optional<std::size_t> find(const EntryId& id) const;
  // The entry that a head names, if it is held at just that place.
  [[nodiscard]] std::optional<std::size_t> find(const Head& head) const;
  [[nodiscard]] bool holds_place(const Incarnation& incarnation, Sequence sequence) const;
  // Indices by (author, incarnation, sequence, id): chain after chain.
  [[nodiscard]] const std::vector<std::size_t>& by_chain() const { return by_chain_; }

 private:
  void cite(std::size_t index);
  void cite_position(std::size_t index, const Position& position);

  std::vector<const Entry*> entries_;
  std::vector<std::size_t> by_id_, by_chain_;
  std::vector<std::pair<Incarnation, Sequence>> places_;  // ascending
  std::vector<Citation> citations_;
  std::vector<std::size_t> parents_, first_parent_;  // parents of i: [first_parent_[i], first_parent_[i + 1])
};

// The canonical order of the graph's entries (section 9.6), as indices. `canonical_order` in export_file.h is
// this.
[[nodiscard]] std::vector<std::size_t> canonical_order(const EntryGraph& graph);

}  // namespace openline
