// SPDX-License-Identifier: Apache-2.0
#include "core/line/amendments.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"

namespace openline {
namespace {

Agreement first_agreement() {
  Agreement agreement;
  agreement.name = "defense";
  Member one{Fingerprint::of(root_of(1).key()), "CHN", "defense"};
  Member other{Fingerprint::of(root_of(2).key()), "USA", "defense"};
  if (other.party < one.party) std::swap(one, other);
  agreement.members = {one, other};
  agreement.answer_within = {Seconds{86400}, Seconds{10800}, Seconds{1800}, Seconds{600}};
  return agreement;
}

struct Line {
  Amendments amendments{SignedAgreement::of(first_agreement())};
  LineId id{SignedAgreement::of(first_agreement()).hash().value};
  [[nodiscard]] SignedAgreement successor(Seconds test_every, std::uint8_t signer) const {
    Agreement next = amendments.in_force().agreement;
    next.test_every = test_every;
    next.predecessor = amendments.in_force().hash();
    SignedAgreement result = SignedAgreement::of(next);
    result.sign(station_of(signer), id);
    return result;
  }
};

TEST(Amendments, AreInForceWhenEveryMemberSigned) {
  Line line;
  const SignedAgreement ours = line.successor(Seconds{1800}, 11), theirs = line.successor(Seconds{1800}, 12);
  EXPECT_FALSE(line.amendments.proposed(ours, "USA").empty());
  EXPECT_EQ(line.amendments.pending().size(), 1u);
  EXPECT_EQ(line.amendments.in_force().agreement.test_every, Seconds{3600});
  EXPECT_FALSE(line.amendments.signed_by(theirs.hash(), theirs.signatures.front(), "CHN").empty());
  EXPECT_EQ(line.amendments.in_force().agreement.test_every, Seconds{1800});
  EXPECT_EQ(line.amendments.history().size(), 2u);
  EXPECT_TRUE(line.amendments.pending().empty());
}

TEST(Amendments, AMemberCannotSignForTheOther) {
  Line line;
  const SignedAgreement ours = line.successor(Seconds{1800}, 11);
  (void)line.amendments.proposed(ours, "USA");
  EXPECT_TRUE(line.amendments.signed_by(ours.hash(), ours.signatures.front(), "USA").empty());
  AgreementSignature forged = ours.signatures.front();
  forged.signature.value[0] ^= 1;
  EXPECT_TRUE(line.amendments.signed_by(ours.hash(), forged, "CHN").empty());
  EXPECT_EQ(line.amendments.history().size(), 1u);
}

TEST(Amendments, ARefusalStandsBesideTheProposal) {
  Line line;
  const SignedAgreement ours = line.successor(Seconds{1800}, 11);
  (void)line.amendments.proposed(ours, "USA");
  EXPECT_FALSE(line.amendments.refused(ours.hash(), "too seldom", "CHN").empty());
  EXPECT_EQ(line.amendments.pending().at(ours.hash()).refused_by.size(), 1u);
}

TEST(Amendments, WarnsOfAMemberThatSignedTwoSuccessors) {
  Line line;
  (void)line.amendments.proposed(line.successor(Seconds{1800}, 11), "USA");
  EXPECT_TRUE(line.amendments.warnings().empty());
  (void)line.amendments.proposed(line.successor(Seconds{900}, 11), "USA");
  EXPECT_EQ(line.amendments.warnings().size(), 1u);
}

TEST(Amendments, ObjectToOtherMembersAnotherRecordAndAnotherPredecessor) {
  const Line line;
  Agreement next = first_agreement();
  EXPECT_FALSE(line.amendments.objection(next).empty());
  next.predecessor = line.amendments.in_force().hash();
  EXPECT_EQ(line.amendments.objection(next), "");
  Agreement deniable = next, others = next;
  deniable.record = RecordMode::kDeniable;
  others.members.front().desk = "another";
  EXPECT_FALSE(line.amendments.objection(deniable).empty());
  EXPECT_FALSE(line.amendments.objection(others).empty());
}

TEST(Amendments, ARowGivesThemBack) {
  Line line;
  (void)line.amendments.proposed(line.successor(Seconds{1800}, 11), "USA");
  const Result<Amendments> read = Amendments::decode(line.amendments.encode());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->pending().size(), 1u);
  EXPECT_EQ(read->in_force().hash(), line.amendments.in_force().hash());
}

}  // namespace
}  // namespace openline
