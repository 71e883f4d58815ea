// SPDX-License-Identifier: Apache-2.0
#include "core/station/share.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::uint64_t kForkSearch =
    512;  // entries before a differing head that are sent again to show the fork

// Of a head whose id is none that we remember of `chain`: how much of the chain its signer has. With branches
// it may be on any of them, and is sure to have no more than what came before they part.
Sequence sure_of(const JointRecord& record, const Chain& chain, const Head& head) {
  Sequence sure = std::min(head.position.sequence, chain.head.sequence).next();
  for (const Chain* branch : record.chains_of(chain.incarnation)) {
    if (branch->first.value > 0) sure = std::min(sure, branch->first);
  }
  return sure;
}

}  // namespace

Sequence Share::covered(ChainNumber chain) const {
  const auto found = covered_.find(chain);
  return found == covered_.end() ? Sequence{0} : found->second;
}

Sequence Share::next_to_send(const Chain& chain) const {
  const auto found = next_.find(chain.number);
  const Sequence next = found == next_.end() ? Sequence{0} : found->second;
  return std::max({next, covered(chain.number), chain.first});
}

bool Share::lags(const JointRecord& record, ChainNumber chain) const {
  return covered(chain) <= record.chains().at(chain).head.sequence;
}

const std::set<ChainNumber>& Share::lagging(const JointRecord& record) {
  const std::vector<ChainNumber> grown = record.grown_since(growths_);
  lagging_.insert(grown.begin(), grown.end());
  growths_ = record.growths();
  std::erase_if(lagging_, [&](ChainNumber chain) { return !lags(record, chain); });
  return lagging_;
}

template <typename Fits>
bool Share::any_lagging(const JointRecord& record, const Fits& fits) const {
  const auto is_one = [&](ChainNumber chain) { return lags(record, chain) && fits(chain); };
  return std::ranges::any_of(lagging_, is_one) || std::ranges::any_of(record.grown_since(growths_), is_one);
}

bool Share::is_behind(const JointRecord& record) const {
  return any_lagging(record, [](ChainNumber) { return true; });
}

// It may have no more than what is below.
void Share::uncover(ChainNumber chain, Sequence below) {
  covered_[chain] = below;
  lagging_.insert(chain);
}

bool Share::cover(const JointRecord& record, const Chain& chain, Sequence next) {
  Sequence& held = covered_[chain.number];
  if (held >= next) return false;
  const bool first_time = held.value == 0;
  held = next;
  lacking_.erase(chain.number);
  // An incarnation's ancestry is the one before it: followed once, the first time that anything of it is
  // covered.
  if (first_time && chain.origin) {
    if (const auto before = record.find_position(*chain.origin))
      cover(record, record.chains().at(before->chain), before->sequence.next());
  }
  return true;
}

void Share::delivered(ChainNumber chain, Sequence first, Sequence next) {
  RangeSet& held = delivered_[chain];
  held.add({first.value, next.value});
  if (const Sequence durable = covered(chain); durable.value > 0) held.remove(Range{0, durable.value});
}

void Share::restarted(const JointRecord& record, const StationKey& peer) {
  delivered_.clear();
  waiting.clear();
  written_.clear();
  for (const auto& [number, chain] : record.chains()) {
    if (chain.author == peer) uncover(number), lacking_.erase(number);
  }
}

RangeSet Share::arrived(ChainNumber chain) const {
  const auto held = delivered_.find(chain);
  if (held == delivered_.end()) return {};
  RangeSet arrived = held->second;
  arrived.remove(Range{0, covered(chain).value});
  return arrived;
}

bool Share::surely_has(const Chain& chain, Sequence sequence) const {
  if (covered(chain.number) > sequence) return true;
  const auto held = delivered_.find(chain.number);
  return held != delivered_.end() && held->second.contains(sequence.value);
}

void Share::wrote(const JointRecord& record, const Position& last) {
  for (const Chain* chain : record.chains_of(last.incarnation)) {
    if (record.recent_id(chain->number, last.sequence) != last.id) continue;
    cover(record, *chain, last.sequence.next());
    written_.insert(chain->number);
  }
}

// Whether who holds `heads` holds all of `before` too. Of an author's incarnation that we have nothing of it
// is assumed that it goes on from there: we will see.
bool Share::continued(const JointRecord& record, const Head& before, const std::vector<Head>& heads) {
  return std::ranges::any_of(heads, [&](const Head& head) {
    if (head.author != before.author) return false;
    std::vector<const Chain*> chains = record.chains_of(head.position.incarnation);
    if (chains.empty()) return true;
    Position reached = head.position;
    for (std::size_t left = record.chains().size() + 1; left > 0; --left) {
      if (reached.incarnation == before.position.incarnation)
        return reached.sequence >= before.position.sequence;
      if (chains.empty() || !chains.front()->origin) return false;
      reached = *chains.front()->origin;
      chains = record.chains_of(reached.incarnation);
    }
    return false;
  });
}

void Share::fall_back(const JointRecord& record, const std::vector<Head>& before,
                      const std::vector<Head>& heads) {
  const bool all =
      std::ranges::all_of(before, [&](const Head& head) { return continued(record, head, heads); });
  if (all) return;
  covered_.clear(), next_.clear(), stuck_.clear(), lacking_.clear(), delivered_.clear(), waiting.clear();
  growths_ = 0;
}

void Share::learn_anew(const JointRecord& record, const StationKey& author, const std::vector<Head>& heads,
                       Now now) {
  for (const auto& [number, chain] : record.chains()) {
    if (chain.author != author) continue;
    uncover(number), next_.erase(number), stuck_.erase(number);
    lacking_.erase(number), delivered_.erase(number), waiting.erase(number);
  }
  learn(record, heads, now);
}

bool Share::learn(const JointRecord& record, const std::vector<Head>& heads, Now now) {
  bool rose = false;
  for (const Head& head : heads) {
    for (const Chain* chain : record.chains_of(head.position.incarnation)) {
      rose = learn_chain(record, *chain, heads) || rose;
    }
  }
  if (rose) progress_ = now.monotonic;
  return rose;
}

Share::Said Share::said_of(const JointRecord& record, const Chain& chain, const std::vector<Head>& heads) {
  Said said;
  for (const Head& head : heads) {
    if (head.position.incarnation != chain.incarnation) continue;
    const std::optional<EntryId> ours = head.position.sequence == chain.head.sequence
                                            ? std::optional(chain.head.id)
                                            : record.recent_id(chain.number, head.position.sequence);
    if (ours && *ours != head.position.id) {
      said.fork = head.position.sequence;
    } else {
      said.has = std::max(said.has, ours ? head.position.sequence.next() : sure_of(record, chain, head));
    }
  }
  return said;
}

bool Share::learn_chain(const JointRecord& record, const Chain& chain, const std::vector<Head>& heads) {
  const auto [has, fork] = said_of(record, chain, heads);
  if (has.value > 0) return cover(record, chain, has);
  if (!fork) return false;
  // Another branch: show it where ours leaves, as far back as conflicts are looked for.
  const Sequence back{fork->value > kForkSearch ? fork->value - kForkSearch : 0};
  if (covered(chain.number) > back) {
    uncover(chain.number, back), next_.erase(chain.number);
    cover_origins(record);
  }
  return false;
}

void Share::recognise(const JointRecord& record, const Chain& chain, const std::vector<Head>& heads) {
  if (const Said said = said_of(record, chain, heads); said.has.value > 0) cover(record, chain, said.has);
}

void Share::go_back() {
  for (const auto& [chain, next] : next_) {
    const Sequence held = covered(chain);
    if (next <= held) continue;
    Stuck& stuck = stuck_[chain];
    stuck.back = held > stuck.at ? 1 : std::min<std::uint64_t>(stuck.back * 4, kMaxSequence);
    stuck.at = std::max(stuck.at, held);
    uncover(chain, {held.value - std::min(held.value, stuck.back)});
  }
  next_.clear();
}

void Share::forget(const JointRecord& record, const std::vector<const Chain*>& chains) {
  for (const Chain* chain : chains) {
    uncover(chain->number), next_.erase(chain->number);
    stuck_.erase(chain->number);
  }
  cover_origins(record);
}

// Heads do not name an incarnation that a later one continues: who has anything of the later has it.
void Share::cover_origins(const JointRecord& record) {
  for (const auto& [number, chain] : record.chains()) {
    if (!chain.origin || covered(number).value == 0) continue;
    if (const auto before = record.find_position(*chain.origin))
      cover(record, record.chains().at(before->chain), before->sequence.next());
  }
}

bool Share::is_stuck(const JointRecord& record, MonotonicTime now, Microseconds patience) const {
  if (now - progress_ < patience) return false;
  return any_lagging(record, [&](ChainNumber chain) {
    const auto next = next_.find(chain);
    return next != next_.end() && next->second > covered(chain);
  });
}

void Share::check_invariants(const JointRecord& record) const {
  std::set<ChainNumber> known = lagging_;
  for (const ChainNumber chain : record.grown_since(growths_)) known.insert(chain);
  for (const auto& [number, chain] : record.chains())
    OPENLINE_ASSERT(!lags(record, number) || known.contains(number));
}

MonotonicTime Share::lacking_since(const Chain& chain, Now now) {
  return lacking_.try_emplace(chain.number, now.monotonic).first->second;
}

}  // namespace openline
