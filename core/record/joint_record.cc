// SPDX-License-Identifier: Apache-2.0
#include "core/record/joint_record.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {

IncarnationPrefix prefix_of(const Incarnation& incarnation) {
  return *IncarnationPrefix::from(incarnation.view().first(IncarnationPrefix::kSize));
}

void JointRecord::restore(Chain chain) {
  const StationKey author = chain.author;
  const ChainNumber number = chain.number;
  remember(number, chain.head.sequence, chain.head.id);
  index(chain);
  note_growth(number);
  chains_.emplace(number, std::move(chain));
  const auto newest = newest_.find(author);
  if (newest == newest_.end() || newest->second < number) newest_[author] = number;
}

void JointRecord::restore_held(Run run) {
  Offered ignored;
  hold(std::move(run), ignored);
}

void JointRecord::index(const Chain& chain) {
  std::vector<ChainNumber>& branches = by_incarnation_[chain.incarnation];
  if (branches.empty()) by_prefix_[prefix_of(chain.incarnation)].push_back(chain.incarnation);
  branches.push_back(chain.number);
}

void JointRecord::note_growth(ChainNumber chain) {
  std::uint64_t& last = last_growth_[chain];
  by_growth_.erase(last);
  last = ++growths_;
  by_growth_.emplace(last, chain);
}

std::vector<ChainNumber> JointRecord::grown_since(std::uint64_t before) const {
  std::vector<ChainNumber> grown;
  for (auto at = by_growth_.upper_bound(before); at != by_growth_.end(); ++at) grown.push_back(at->second);
  return grown;
}

Chain& JointRecord::add_chain(Chain chain) {
  const ChainNumber number = chain.number;
  index(chain);
  newest_[chain.author] = number;
  return chains_.emplace(number, std::move(chain)).first->second;
}

void JointRecord::remember(ChainNumber chain, Sequence sequence, const EntryId& id) {
  recent_by_id_[id] = {chain, sequence};
  recent_by_place_[{chain, sequence}] = id;
  recent_order_.push_back(id);
  if (recent_order_.size() <= options_.recent) return;
  const auto oldest = recent_by_id_.find(recent_order_.front());
  if (oldest != recent_by_id_.end()) {
    recent_by_place_.erase({oldest->second.chain, oldest->second.sequence});
    recent_by_id_.erase(oldest);
  }
  recent_order_.pop_front();
}

std::vector<const Chain*> JointRecord::chains_of(const Incarnation& incarnation) const {
  std::vector<const Chain*> found;
  const auto numbers = by_incarnation_.find(incarnation);
  if (numbers == by_incarnation_.end()) return found;
  for (const ChainNumber number : numbers->second) found.push_back(&chains_.at(number));
  return found;
}

const Chain* JointRecord::newest_of(const StationKey& author) const {
  const auto found = newest_.find(author);
  return found == newest_.end() ? nullptr : &chains_.at(found->second);
}

std::optional<JointRecord::Place> JointRecord::find_recent(const EntryId& id) const {
  const auto found = recent_by_id_.find(id);
  if (found == recent_by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<EntryId> JointRecord::recent_id(ChainNumber chain, Sequence sequence) const {
  const auto found = recent_by_place_.find({chain, sequence});
  if (found == recent_by_place_.end()) return std::nullopt;
  return found->second;
}

std::optional<Incarnation> JointRecord::incarnation_of(const IncarnationPrefix& prefix) const {
  const auto found = by_prefix_.find(prefix);
  if (found == by_prefix_.end() || found->second.size() != 1) return std::nullopt;
  return found->second.front();
}

std::optional<EntryId> JointRecord::id_at(const Incarnation& incarnation, Sequence sequence) const {
  std::optional<EntryId> found;
  const auto one_only = [&](const EntryId& id) {
    const bool first = !found || *found == id;
    found = id;
    return first;
  };
  for (const Chain* chain : chains_of(incarnation)) {
    const auto id =
        chain->head.sequence == sequence ? std::optional(chain->head.id) : recent_id(chain->number, sequence);
    if (id && !one_only(*id)) return std::nullopt;
  }
  for (const auto& [last, run] : held_) {
    if (run.entries.front().header.incarnation != incarnation) continue;
    for (const Entry& entry : run.entries) {
      if (entry.header.sequence == sequence && !one_only(entry.id)) return std::nullopt;
    }
  }
  return found;
}

std::optional<JointRecord::Place> JointRecord::find_position(const Position& position) const {
  if (const std::optional<Place> exact = find_exactly(position)) return exact;
  const std::vector<const Chain*> chains = chains_of(position.incarnation);
  if (chains.empty()) return std::nullopt;
  Sequence parted = position.sequence;
  for (const Chain* chain : chains) {
    if (chain->first.value > 0) parted = std::min(parted, Sequence{chain->first.value - 1});
  }
  return Place{chains.front()->number, parted};
}

std::optional<JointRecord::Place> JointRecord::find_exactly(const Position& position) const {
  for (const Chain* chain : chains_of(position.incarnation)) {
    if (chain->head == position || recent_id(chain->number, position.sequence) == position.id)
      return Place{chain->number, position.sequence};
  }
  return std::nullopt;
}

// What the run continues, and of a chain with branches which of them it cites.
std::optional<JointRecord::Place> JointRecord::doubt_about_named(const Run& run) const {
  std::optional<Place> doubt;
  const auto look = [&](const Position& position, std::size_t least) {
    const std::vector<const Chain*> chains = chains_of(position.incarnation);
    if (chains.size() < least || doubt || find_exactly(position)) return;
    for (const Chain* chain : chains) {
      const bool there = chain->first <= position.sequence && position.sequence <= chain->head.sequence;
      if (there && !recent_id(chain->number, position.sequence))
        doubt = Place{chain->number, position.sequence};
    }
  };
  for (const Entry& entry : run.entries) {
    for (const Position& parent : entry.header.parents) look(parent, 2);
    if (entry.header.origin) look(*entry.header.origin, 1);
  }
  return doubt;
}

std::vector<JointRecord::Place> JointRecord::named_by(const PlacedEntry& placed) const {
  const Header& header = placed.entry.header;
  std::vector<Place> named;
  const auto add = [&](const Position& position) {
    if (const std::optional<Place> place = find_position(position)) named.push_back(*place);
  };
  for (const Position& parent : header.parents) add(parent);
  if (header.origin) add(*header.origin);
  if (header.previous && chains_.at(placed.chain).first == header.sequence)
    add({header.incarnation, {header.sequence.value - 1}, *header.previous});
  return named;
}

bool JointRecord::holds_position(const StationKey* author, const Position& position) const {
  const auto numbers = by_incarnation_.find(position.incarnation);
  if (numbers == by_incarnation_.end()) return false;
  return std::any_of(numbers->second.begin(), numbers->second.end(), [&](ChainNumber number) {
    const Chain& chain = chains_.at(number);
    return (author == nullptr || chain.author == *author) && chain.head.sequence >= position.sequence;
  });
}

std::optional<Position> JointRecord::held_position(const EntryId& last) const {
  const auto found = held_.find(last);
  return found == held_.end() ? std::nullopt : std::optional(found->second.entries.back().position());
}

bool JointRecord::parents_held(const Run& run, std::size_t from) const {
  return std::all_of(
      run.entries.begin() + static_cast<std::ptrdiff_t>(from), run.entries.end(), [&](const Entry& entry) {
        return std::all_of(entry.header.parents.begin(), entry.header.parents.end(),
                           [&](const Position& parent) { return holds_position(nullptr, parent); });
      });
}

bool JointRecord::holds(const Run& run) const {
  const Entry& last = run.entries.back();
  // A run that ends at the same entry and reaches further down may close the gap: it is not held by this.
  const auto waiting = held_.find(last.id);
  if (waiting != held_.end() && waiting->second.entries.size() >= run.entries.size()) return true;
  return is_placed(last);
}

bool JointRecord::is_placed(const Entry& last) const {
  for (const Chain* chain : chains_of(last.header.incarnation)) {
    if (chain->head.id == last.id) return true;
    if (last.header.sequence >= chain->head.sequence) continue;
    if (recent_id(chain->number, last.header.sequence) == last.id) return true;
  }
  return false;
}

Offered JointRecord::offer(Run run, std::uint32_t& next_number) {
  Offered result;
  OPENLINE_ASSERT(!run.entries.empty());
  if (holds(run)) {
    result.outcome = Offered::Outcome::kDuplicate;
    return result;
  }
  result.outcome = place(run, next_number, result);
  if (result.outcome == Offered::Outcome::kDoubtful) {
    result.doubtful.push_back(std::move(run));
  } else if (result.outcome == Offered::Outcome::kHeld) {
    hold(std::move(run), result);
  }
  if (result.outcome == Offered::Outcome::kPlaced) release_ready(next_number, result);
  return result;
}

Offered::Outcome JointRecord::place(const Run& run, std::uint32_t& next_number, Offered& result) {
  const Header& first = run.entries.front().header;
  if (doubt_about_named(run)) return Offered::Outcome::kDoubtful;
  const std::vector<const Chain*> candidates = chains_of(first.incarnation);
  if (candidates.empty()) return place_start(run, next_number, result);
  if (candidates.front()->author != first.author) {
    result.reason = "the incarnation belongs to another author";
    return Offered::Outcome::kRefused;
  }
  for (const Chain* chain : candidates) {
    const std::uint64_t head = chain->head.sequence.value;
    const std::uint64_t start = first.sequence.value;
    if (start > head + 1 || start < chain->first.value) continue;
    const std::size_t known = head + 1 - start;  // entries of the run at positions that this chain has
    if (known >= run.entries.size()) continue;
    const EntryId& before = known == 0 ? *first.previous : run.entries[known - 1].id;
    if (before != chain->head.id) continue;
    if (!parents_held(run, known)) return Offered::Outcome::kHeld;
    append_from(chains_.at(chain->number), run, known, result);
    return Offered::Outcome::kPlaced;
  }
  return place_fork(run, candidates, next_number, result);
}

// It continues no head: it is held, or leaves a chain that we hold, or waits for what it goes on from.
Offered::Outcome JointRecord::place_fork(const Run& run, const std::vector<const Chain*>& candidates,
                                         std::uint32_t& next_number, Offered& result) {
  if (doubt_about(run)) return Offered::Outcome::kDoubtful;
  for (const Chain* chain : candidates) {
    for (std::size_t at = 0; at < run.entries.size(); ++at) {
      const Sequence sequence = run.entries[at].header.sequence;
      const std::optional<EntryId> known = recent_id(chain->number, sequence);
      if (!known || *known == run.entries[at].id) continue;
      const bool at_start = sequence.value == 0;
      const std::optional<EntryId> before =
          at_start ? std::nullopt : recent_id(chain->number, {sequence.value - 1});
      if (!at_start && (!before || *before != *run.entries[at].header.previous)) continue;
      return place_branch(run, at, *chain, next_number, result);
    }
  }
  return Offered::Outcome::kHeld;
}

// What decides is the id before the run and those at its own places, as far as a chain has them.
std::optional<JointRecord::Place> JointRecord::doubt_about(const Run& run) const {
  if (const auto doubt = doubt_about_named(run)) return doubt;
  const std::uint64_t first = run.entries.front().header.sequence.value;
  for (const Chain* chain : chains_of(run.entries.front().header.incarnation)) {
    const Sequence end = std::min(chain->head.sequence, run.entries.back().header.sequence);
    for (Sequence at{std::max(first == 0 ? 0 : first - 1, chain->first.value)}; at <= end; at = at.next()) {
      if (!recent_id(chain->number, at)) return Place{chain->number, at};
    }
  }
  return std::nullopt;
}

void JointRecord::recall(ChainNumber chain, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    if (recent_by_id_.contains(entry.id) || entry.header.sequence > chains_.at(chain).head.sequence) continue;
    remember(chain, entry.header.sequence, entry.id);
  }
}

Offered::Outcome JointRecord::place_start(const Run& run, std::uint32_t& next_number, Offered& result) {
  const Header& first = run.entries.front().header;
  if (first.sequence.value != 0) return Offered::Outcome::kHeld;
  if (first.origin && !holds_position(&first.author, *first.origin)) return Offered::Outcome::kHeld;
  if (first.origin && options_.whole_origins && !find_exactly(*first.origin) &&
      branches_of(first.author) < options_.max_branches)
    return Offered::Outcome::kHeld;
  if (!parents_held(run, 0)) return Offered::Outcome::kHeld;

  // A start that does not go on from the author's newest entry shows an older store.
  bool goes_back = !first.origin && newest_.contains(first.author);
  if (first.origin) {
    const std::vector<const Chain*> chains = chains_of(first.origin->incarnation);
    // Of branches that end at one place only that one goes on; the others' heads still say what is held.
    const bool is_known = find_exactly(*first.origin) || std::ranges::any_of(chains, [&](const Chain* chain) {
                            return chain->head == *first.origin;
                          });
    for (const Chain* chain : chains) {
      if (chain->head.sequence > first.origin->sequence || chain->continued) goes_back = true;
      Chain& continued = chains_.at(chain->number);
      const bool goes_on =
          is_known ? chain->head == *first.origin : chain->head.sequence == first.origin->sequence;
      continued.continued = continued.continued || goes_on;
      changed_.push_back(chain->number);
    }
  }
  if (goes_back)
    result.forks.push_back({Fork::Kind::kRollback, first.author, run.entries.front().position()});
  Chain& chain =
      add_chain({{next_number++}, first.author, first.incarnation, 0, {0}, first.origin, {}, false});
  append_from(chain, run, 0, result);
  return Offered::Outcome::kPlaced;
}

std::size_t JointRecord::branches_of(const StationKey& author) const {
  return static_cast<std::size_t>(std::count_if(chains_.begin(), chains_.end(), [&](const auto& item) {
    return item.second.author == author && item.second.branch > 0;
  }));
}

Offered::Outcome JointRecord::place_branch(const Run& run, std::size_t from, const Chain& base,
                                           std::uint32_t& next_number, Offered& result) {
  const Header& header = run.entries[from].header;
  result.forks.push_back({Fork::Kind::kEquivocation, header.author, run.entries[from].position()});
  if (branches_of(header.author) >= options_.max_branches) {
    result.reason = "more branches by one author than are kept";
    return Offered::Outcome::kRefused;
  }
  if (!parents_held(run, from)) return Offered::Outcome::kHeld;
  const auto branch = static_cast<std::uint32_t>(by_incarnation_.at(base.incarnation).size());
  Chain& chain = add_chain(
      {{next_number++}, header.author, header.incarnation, branch, header.sequence, base.origin, {}, false});
  append_from(chain, run, from, result);
  return Offered::Outcome::kPlaced;
}

void JointRecord::append_from(Chain& chain, const Run& run, std::size_t from, Offered& result) {
  OPENLINE_ASSERT(from < run.entries.size());
  // An author who goes on in an incarnation that a later one already continued runs two stores.
  if (chain.continued) {
    result.forks.push_back({Fork::Kind::kRollback, chain.author, run.entries[from].position()});
    chain.continued = false;  // its head is covered by no later incarnation any more
  }
  for (std::size_t at = from; at < run.entries.size(); ++at) {
    const Entry& entry = run.entries[at];
    chain.head = entry.position();
    remember(chain.number, entry.header.sequence, entry.id);
    result.placed.push_back({chain.number, entry});
  }
  newest_[chain.author] = chain.number;
  changed_.push_back(chain.number);
  note_growth(chain.number);
}

void JointRecord::hold(Run run, Offered& result) {
  const EntryId last = run.entries.back().id;
  if (const auto shorter = held_.find(last); shorter != held_.end()) {
    for (const Entry& entry : shorter->second.entries) held_bytes_ -= entry.body.size() + 512;
    held_.erase(shorter);
  }
  std::size_t size = 0;
  for (const Entry& entry : run.entries) size += entry.body.size() + 512;
  if (held_.size() >= options_.max_held_runs || held_bytes_ + size > options_.max_held_bytes) {
    result.outcome = Offered::Outcome::kOverflow;
    return;
  }
  held_bytes_ += size;
  held_.emplace(last, std::move(run));
}

void JointRecord::release_ready(std::uint32_t& next_number, Offered& result) {
  bool progress = true;
  while (progress && !held_.empty()) {
    progress = false;
    for (auto item = held_.begin(); item != held_.end();) {
      Offered attempt;
      const Offered::Outcome outcome = place(item->second, next_number, attempt);
      result.forks.insert(result.forks.end(), attempt.forks.begin(), attempt.forks.end());
      // Or overtaken: what it brings was placed by another run meanwhile.
      if (outcome == Offered::Outcome::kHeld && !is_placed(item->second.entries.back())) {
        ++item;
        continue;
      }
      std::move(attempt.placed.begin(), attempt.placed.end(), std::back_inserter(result.placed));
      if (outcome == Offered::Outcome::kDoubtful) result.doubtful.push_back(item->second);
      for (const Entry& entry : item->second.entries) held_bytes_ -= entry.body.size() + 512;
      result.released.push_back(item->first);
      item = held_.erase(item);
      progress = true;
    }
  }
}

void JointRecord::fill_place(Header& header) const {
  const std::vector<const Chain*> own = chains_of(header.incarnation);
  OPENLINE_ASSERT(own.size() <= 1);
  header.sequence = own.empty() ? Sequence{0} : own.front()->head.sequence.next();
  if (!own.empty()) {
    header.previous = own.front()->head.id;
  } else if (const Chain* newest = newest_of(header.author)) {
    header.origin = newest->head;
  }
  for (const auto& [number, chain] : chains_) {
    if (chain.author == header.author || chain.continued) continue;
    const auto cited = cited_.find(number);
    if (cited != cited_.end() && cited->second >= chain.head.sequence) continue;
    if (header.parents.size() == kMaxParents) break;
    header.parents.push_back(chain.head);
  }
  std::sort(header.parents.begin(), header.parents.end());
}

PlacedEntry JointRecord::append_own(Entry entry, std::uint32_t& next_number) {
  for (const Position& parent : entry.header.parents) {
    for (const Chain* chain : chains_of(parent.incarnation)) cited_[chain->number] = parent.sequence;
  }
  Run run;
  run.entries.push_back(std::move(entry));
  Offered result;
  const Offered::Outcome outcome = place(run, next_number, result);
  // Forks of our own chains were noted when they came: by a thief of our key, or from a copy of our disk.
  OPENLINE_ASSERT(outcome == Offered::Outcome::kPlaced && result.placed.size() == 1);
  return std::move(result.placed.front());
}

std::vector<Head> JointRecord::heads() const {
  std::vector<Head> heads;
  for (const auto& [number, chain] : chains_) {
    if (!chain.continued) heads.push_back({chain.author, chain.head});
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

std::size_t JointRecord::leaves_of(const StationKey& author) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      chains_, [&](const auto& item) { return item.second.author == author && !item.second.continued; }));
}

std::vector<EntryId> JointRecord::held_ids() const {
  std::vector<EntryId> ids;
  for (const auto& [id, run] : held_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  if (ids.size() > kMaxHeldIds) ids.resize(kMaxHeldIds);
  return ids;
}

bool JointRecord::holds_all(const std::vector<Head>& heads) const {
  return std::all_of(heads.begin(), heads.end(),
                     [&](const Head& head) { return holds_position(&head.author, head.position); });
}

bool JointRecord::cites_unknown_of(const StationKey& own, const std::vector<Head>& heads) const {
  return std::any_of(heads.begin(), heads.end(), [&](const Head& head) {
    return head.author == own && !holds_position(&own, head.position);
  });
}

std::vector<ChainNumber> JointRecord::take_changed() {
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  return std::exchange(changed_, {});
}

void JointRecord::check_invariants() const {
  OPENLINE_ASSERT(held_.size() <= options_.max_held_runs && held_bytes_ <= options_.max_held_bytes);
  OPENLINE_ASSERT(recent_order_.size() <= options_.recent);
  for (const auto& [number, chain] : chains_) {
    OPENLINE_ASSERT(chain.number == number && chain.head.sequence >= chain.first);
    OPENLINE_ASSERT(chain.head.incarnation == chain.incarnation);
    if (chain.origin) OPENLINE_ASSERT(holds_position(&chain.author, *chain.origin));
  }
}

}  // namespace openline
