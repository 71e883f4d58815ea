// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/card.h"
#include "core/crypto/hash.h"

namespace openline {
namespace {

bool may_follow(const Card& previous, const RootKey& root) {
  return root == previous.root || (previous.next_root && hash_of(root.view()) == *previous.next_root);
}

std::string edition_text(const SignedCard& card) { return "edition " + std::to_string(card.card.edition); }

}  // namespace

Result<CardChain> CardChain::start(SignedCard first) {
  if (first.card.edition != 1)
    return fail("a card chain starts at edition 1, this is " + edition_text(first));
  CardChain chain;
  chain.editions_.push_back(std::move(first));
  return chain;
}

Result<void> CardChain::add(SignedCard next) {
  const std::size_t position = next.card.edition - 1;
  if (position > editions_.size()) {
    return fail(edition_text(next) + " came before edition " + std::to_string(editions_.size() + 1));
  }
  const bool of_this_party = position == 0 ? next.card.root == editions_[0].card.root
                                           : may_follow(editions_[position - 1].card, next.card.root);
  if (!of_this_party)
    return fail(edition_text(next) + " is signed by a key that is not this party's root key");
  if (position < editions_.size()) {
    if (next.bytes == editions_[position].bytes) return {};
    return fail("root equivocation: another card of " + edition_text(next) + " is signed too");
  }
  if (position >= kMaxEditions)
    return fail("a card has at most " + std::to_string(kMaxEditions) + " editions");
  if (next.card.previous != editions_.back().hash()) {
    return fail(edition_text(next) + " does not name the edition before it that is held");
  }
  editions_.push_back(std::move(next));
  return {};
}

Result<CardChain> CardChain::from(std::vector<SignedCard> editions) {
  if (editions.empty()) return fail("a card chain has at least one edition");
  auto chain = start(std::move(editions.front()));
  for (std::size_t i = 1; chain && i < editions.size(); ++i) {
    if (auto added = chain->add(std::move(editions[i])); !added) return fail(added.error());
  }
  return chain;
}

Fingerprint CardChain::fingerprint() const { return Fingerprint::of(editions_.front().card.root); }

bool CardChain::had_station(const StationKey& key) const {
  return std::ranges::any_of(editions_,
                             [&](const SignedCard& one) { return one.card.station(key) != nullptr; });
}

bool CardChain::is_equivocation(const SignedCard& a, const SignedCard& b) {
  return a.card.root == b.card.root && a.card.edition == b.card.edition && a.bytes != b.bytes;
}

}  // namespace openline
