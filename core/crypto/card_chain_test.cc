// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/crypto/card.h"
#include "core/crypto/hash.h"
#include "core/crypto/test_identity.h"

namespace openline {
namespace {

SignedCard first_card() { return SignedCard::sign(card_of(1, 2), root_of(1)); }

std::string refusal(CardChain& chain, const SignedCard& card) {
  const auto added = chain.add(card);
  return added ? "" : added.error().message;
}

TEST(CardChain, GrowsByEditionsAndKeepsItsIdentity) {
  auto chain = CardChain::start(first_card()).value();
  Card second = successor_of(chain.editions().back());
  second.stations = {{station_of(5).key(), "new house", std::nullopt}};
  EXPECT_EQ(refusal(chain, SignedCard::sign(second, root_of(1))), "");
  EXPECT_EQ(chain.newest(), second);
  EXPECT_EQ(chain.fingerprint(), Fingerprint::of(root_of(1).key()));
  EXPECT_TRUE(chain.had_station(station_of(2).key()));
  EXPECT_TRUE(chain.had_station(station_of(5).key()));
  EXPECT_FALSE(chain.had_station(station_of(6).key()));
}

TEST(CardChain, PassesToTheNextRootOnlyWhenItWasNamed) {
  Card named = card_of(1, 2);
  named.next_root = hash_of(root_of(7).key().view());
  for (const bool is_named : {true, false}) {
    auto chain = CardChain::start(SignedCard::sign(is_named ? named : card_of(1, 2), root_of(1))).value();
    Card second = successor_of(chain.editions().back());
    second.root = root_of(7).key();
    second.next_root.reset();
    EXPECT_EQ(refusal(chain, SignedCard::sign(second, root_of(7))),
              is_named ? "" : "edition 2 is signed by a key that is not this party's root key");
    EXPECT_EQ(chain.fingerprint(), Fingerprint::of(root_of(1).key()));
    if (!is_named) continue;
    // The old root has given its power away.
    Card third = successor_of(chain.editions().back());
    third.root = root_of(1).key();
    EXPECT_EQ(refusal(chain, SignedCard::sign(third, root_of(1))),
              "edition 3 is signed by a key that is not this party's root key");
  }
}

TEST(CardChain, AnEqualEditionChangesNothingAndADifferentOneIsEquivocation) {
  auto chain = CardChain::start(first_card()).value();
  const SignedCard second = SignedCard::sign(successor_of(first_card()), root_of(1));
  ASSERT_EQ(refusal(chain, second), "");
  EXPECT_EQ(refusal(chain, first_card()), "");
  EXPECT_EQ(refusal(chain, second), "");
  EXPECT_EQ(chain.editions().size(), 2U);

  Card other = second.card;
  other.name = "Someone else";
  const SignedCard conflicting = SignedCard::sign(other, root_of(1));
  EXPECT_EQ(refusal(chain, conflicting), "root equivocation: another card of edition 2 is signed too");
  EXPECT_EQ(chain.newest(), second.card);
  EXPECT_TRUE(CardChain::is_equivocation(second, conflicting));
  EXPECT_FALSE(CardChain::is_equivocation(second, second));
  EXPECT_FALSE(CardChain::is_equivocation(first_card(), second));
  EXPECT_FALSE(CardChain::is_equivocation(first_card(), SignedCard::sign(card_of(3, 2), root_of(3))));
}

TEST(CardChain, RefusesWhatDoesNotFollow) {
  auto chain = CardChain::start(first_card()).value();
  EXPECT_EQ(refusal(chain, SignedCard::sign(card_of(3, 2), root_of(3))),
            "edition 1 is signed by a key that is not this party's root key");
  Card third = successor_of(first_card());
  third.edition = 3;
  EXPECT_EQ(refusal(chain, SignedCard::sign(third, root_of(1))), "edition 3 came before edition 2");
  Card stray = successor_of(first_card());
  stray.previous = Hash{{1}};
  EXPECT_EQ(refusal(chain, SignedCard::sign(stray, root_of(1))),
            "edition 2 does not name the edition before it that is held");
  const SignedCard second = SignedCard::sign(successor_of(first_card()), root_of(1));
  EXPECT_EQ(CardChain::start(second).error().message, "a card chain starts at edition 1, this is edition 2");
  EXPECT_FALSE(CardChain::from({}));
  EXPECT_FALSE(CardChain::from({second, first_card()}));
  EXPECT_EQ(CardChain::from({first_card(), second}).value().newest(), second.card);
}

TEST(CardChain, HasAsManyEditionsAsTheFormatsCarry) {
  auto chain = CardChain::start(first_card()).value();
  while (chain.editions().size() < CardChain::kMaxEditions) {
    ASSERT_EQ(refusal(chain, SignedCard::sign(successor_of(chain.editions().back()), root_of(1))), "");
  }
  EXPECT_EQ(refusal(chain, SignedCard::sign(successor_of(chain.editions().back()), root_of(1))),
            "a card has at most 64 editions");
}

}  // namespace
}  // namespace openline
