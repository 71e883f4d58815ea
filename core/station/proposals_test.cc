// SPDX-License-Identifier: Apache-2.0
#include "core/station/proposals.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

CardChain cards_of(std::uint8_t root, std::uint8_t station, const std::string& code) {
  Card card = card_of(root, station);
  card.code = code;
  return *CardChain::start(SignedCard::sign(card, root_of(root)));
}

struct Two {
  Two() {
    (void)*parties.accept(cards_of(1, 11, "USA"));
    (void)*parties.accept(cards_of(2, 12, "CHN"));
    Agreement agreement;
    agreement.name = "defense";
    Member one{Fingerprint::of(root_of(1).key()), "USA", "defense"};
    Member other{Fingerprint::of(root_of(2).key()), "CHN", "defense"};
    if (other.party < one.party) std::swap(one, other);
    agreement.members = {one, other};
    proposal = SignedAgreement::of(agreement);
  }
  Parties parties;
  SignedAgreement proposal;
};

TEST(Proposals, MergeSignaturesUntilNoneIsMissing) {
  Two two;
  Proposals proposals;
  SignedAgreement ours = two.proposal, theirs = two.proposal;
  ours.sign(station_of(11), std::nullopt);
  theirs.sign(station_of(12), std::nullopt);
  EXPECT_EQ(proposals.merge(ours, two.parties).value_or(false), true);
  EXPECT_EQ(proposals.merge(ours, two.parties).value_or(true), false);  // nothing new
  EXPECT_EQ(missing_from(proposals.find(ours.hash())->agreement, two.parties),
            (std::vector<std::string>{"CHN"}));
  EXPECT_EQ(proposals.merge(theirs, two.parties).value_or(false), true);
  EXPECT_TRUE(missing_from(proposals.find(ours.hash())->agreement, two.parties).empty());
}

TEST(Proposals, AStrangersSignatureCountsForNobody) {
  Two two;
  Proposals proposals;
  SignedAgreement forged = two.proposal;
  forged.sign(station_of(13), std::nullopt);
  (void)proposals.merge(forged, two.parties);
  const Proposal* held = proposals.find(forged.hash());
  EXPECT_TRUE(held == nullptr || signers_of(held->agreement, two.parties).empty());
}

TEST(Parties, AnotherCardOfAnEditionThatIsHeldIsRefused) {
  Parties parties;
  ASSERT_TRUE(parties.accept(cards_of(1, 11, "USA")).has_value());
  EXPECT_FALSE(parties.accept(cards_of(1, 12, "USA")).has_value());
  EXPECT_EQ(parties.stations_of(Fingerprint::of(root_of(1).key())).size(), 1u);
}

TEST(Parties, TakeOnlyANewerLocatorOfAKnownStation) {
  Parties parties;
  ASSERT_TRUE(parties.accept(cards_of(1, 11, "USA")).has_value());
  const SignedLocator known = SignedLocator::sign(locator_of(11, 21), station_of(11));
  EXPECT_TRUE(parties.take_locator(known));
  EXPECT_FALSE(parties.take_locator(known));
  EXPECT_FALSE(parties.take_locator(SignedLocator::sign(locator_of(12, 21), station_of(12))));
}

TEST(Parties, TakeTheNextCourierKeyAndRefuseAnOlderOne) {
  Parties parties;
  Party* party = *parties.accept(cards_of(1, 11, "USA"));
  EXPECT_TRUE(party->add_courier_key({seed_of<CourierSecret>(1), 2}).has_value());
  EXPECT_FALSE(party->add_courier_key({seed_of<CourierSecret>(2), 2}).has_value());
  EXPECT_FALSE(party->add_courier_key({seed_of<CourierSecret>(3), 1}).has_value());
  EXPECT_TRUE(party->add_courier_key({seed_of<CourierSecret>(4), 3}).has_value());
  EXPECT_EQ(party->courier_keys.front().generation, 3);
}

}  // namespace
}  // namespace openline
