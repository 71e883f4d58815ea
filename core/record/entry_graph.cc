// SPDX-License-Identifier: Apache-2.0
#include "core/record/entry_graph.h"

#include <numeric>
#include <tuple>

#include "core/wire/assert.h"

namespace openline {
namespace {

auto place_in_chain(const Entry& entry) {
  const Header& header = entry.header;
  return std::tie(header.author, header.incarnation, header.sequence, entry.id);
}

bool follows(const Entry& entry, const Entry& before) {
  return before.header.author == entry.header.author &&
         before.header.incarnation == entry.header.incarnation &&
         before.header.sequence.next() == entry.header.sequence;
}

}  // namespace

EntryGraph::EntryGraph(std::vector<const Entry*> entries)
    : entries_(std::move(entries)), by_id_(entries_.size()), citations_(entries_.size()) {
  std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
  by_chain_ = by_id_;
  std::ranges::sort(by_id_, {}, [&](std::size_t at) { return std::pair(entry(at).id, at); });
  std::ranges::sort(by_chain_, {}, [&](std::size_t at) { return place_in_chain(entry(at)); });
  for (const Entry* one : entries_) places_.emplace_back(one->header.incarnation, one->header.sequence);
  std::ranges::sort(places_);
  for (std::size_t index = 0; index < size(); ++index) {
    first_parent_.push_back(parents_.size());
    cite(index);
  }
  first_parent_.push_back(parents_.size());
}

void EntryGraph::cite(std::size_t index) {
  const Header& header = entry(index).header;
  if (header.previous) {
    const auto before = find(*header.previous);
    if (!before) {
      citations_[index].missing = header.previous;
    } else if (!follows(entry(index), entry(*before))) {
      citations_[index].wrong_previous = true;
    } else {
      parents_.push_back(*before);
    }
  }
  if (header.origin) cite_position(index, *header.origin);
  for (const Position& parent : header.parents) cite_position(index, parent);
}

void EntryGraph::cite_position(std::size_t index, const Position& position) {
  const auto held = find(position.id);
  if (held && entry(*held).position() == position) {
    parents_.push_back(*held);
  } else if (holds_place(position.incarnation, position.sequence)) {
    citations_[index].unknown = true;
  } else {
    citations_[index].missing = position.id;
  }
}

std::span<const std::size_t> EntryGraph::parents(std::size_t index) const {
  OPENLINE_ASSERT(index < size());
  return std::span(parents_).subspan(first_parent_[index], first_parent_[index + 1] - first_parent_[index]);
}

std::optional<std::size_t> EntryGraph::find(const EntryId& id) const {
  const auto at = std::ranges::lower_bound(by_id_, id, {}, [&](std::size_t i) { return entry(i).id; });
  if (at == by_id_.end() || entry(*at).id != id) return std::nullopt;
  return *at;
}

std::optional<std::size_t> EntryGraph::find(const Head& head) const {
  const auto at = find(head.position.id);
  if (!at || entry(*at).header.author != head.author || entry(*at).position() != head.position) {
    return std::nullopt;
  }
  return at;
}

bool EntryGraph::holds_place(const Incarnation& incarnation, Sequence sequence) const {
  return std::ranges::binary_search(places_, std::pair(incarnation, sequence));
}

}  // namespace openline
