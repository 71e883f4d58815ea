// SPDX-License-Identifier: Apache-2.0
#include "core/record/agreement.h"

#include <gtest/gtest.h>

#include "core/record/fields.h"
#include "core/record/test_encoding.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

class AgreementTest : public testing::Test {
 protected:
  Agreement agreement() const { return agreement_between({&usa_, &chn_}, RecordMode::kAttested); }

  // Of the agreement with one field replaced.
  Bytes encoded_with(std::uint64_t key, const Bytes& value) const {
    const Bytes original = agreement().encode();
    cbor::Decoder reader(original);
    cbor::MapEncoder map;
    for (std::size_t left = reader.map(64); left > 0; --left) {
      const std::uint64_t found = reader.number();
      const ByteView item = reader.item();
      map.field(found).raw(found == key ? ByteView(value) : item);
    }
    return map.take();
  }

  TestParty usa_{"USA", 1}, chn_{"CHN", 2};
};

Bytes text(std::string_view value) { return cbor::Encoder().text(value).take(); }
Bytes number(std::uint64_t value) { return cbor::Encoder().number(value).take(); }

TEST_F(AgreementTest, HasOneEncoding) {
  expect_one_encoding(agreement().encode(), Agreement::decode);
  Agreement full = agreement();
  full.forms = Hash{};
  full.predecessor = Hash{};
  full.officer_answers_tests = true;
  full.identify = Identify::kName;
  EXPECT_EQ(Agreement::decode(full.encode()).value(), full);
}

TEST_F(AgreementTest, KeepsTimesAndReleaseByPrecedence) {
  const auto decoded = Agreement::decode(agreement().encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->answer_within[static_cast<std::size_t>(Precedence::kFlash)], Seconds{600});
  EXPECT_EQ(decoded->answer_within[static_cast<std::size_t>(Precedence::kRoutine)], Seconds{86400});
  EXPECT_EQ(decoded->release[static_cast<std::size_t>(Precedence::kFlash)], 2);
  // On the wire, flash comes first.
  const Bytes encoded = agreement().encode();
  const Bytes release = {0x07, 0x84, 0x02, 0x01, 0x01, 0x01};
  EXPECT_FALSE(std::ranges::search(encoded, release).empty());
}

TEST_F(AgreementTest, FindsMembersByParty) {
  const Agreement between = agreement();
  ASSERT_NE(between.member(usa_.fingerprint()), nullptr);
  EXPECT_EQ(between.member(usa_.fingerprint())->code, "USA");
  EXPECT_EQ(between.member(TestParty("RUS", 3).fingerprint()), nullptr);
}

TEST_F(AgreementTest, RefusesValuesOutsideTheirRange) {
  expect_refused(Agreement::decode(encoded_with(1, text(""))),
                 "agreement, name: text is shorter than 1 (at byte 2)");
  expect_refused(Agreement::decode(encoded_with(5, number(59))),
                 "agreement, test every: number is below its minimum of 60");
  expect_refused(Agreement::decode(encoded_with(3, number(2))),
                 "agreement, record: number is above its maximum of 1");
  expect_refused(Agreement::decode(encoded_with(
                     7, cbor::Encoder().array(4).number(0).number(1).number(1).number(1).take())),
                 "agreement, officers to release: number is below its minimum of 1");
  expect_refused(
      Agreement::decode(encoded_with(6, cbor::Encoder().array(3).number(1).number(1).number(1).take())),
      "agreement, time to answer: array has fewer than 4 elements");
}

TEST_F(AgreementTest, RefusesDaysThatDoNotExist) {
  EXPECT_TRUE(Agreement::decode(encoded_with(9, text("2028-02-29"))));
  for (const char* day :
       {"2027-02-29", "2028-13-01", "2028-00-10", "2028/06/30", "2028-6-030", "+028-06-30"}) {
    expect_refused(Agreement::decode(encoded_with(9, text(day))), "agreement, expires: not a day");
  }
}

TEST_F(AgreementTest, RefusesLanguagesOfStrangersAndOutOfOrder) {
  const auto languages = [](const char* first, const char* second) {
    cbor::Encoder encoder;
    encoder.array(2).array(2).text(first).text("en").array(2).text(second).text("en");
    return encoder.take();
  };
  EXPECT_TRUE(Agreement::decode(encoded_with(4, languages("CHN", "USA"))));
  expect_refused(Agreement::decode(encoded_with(4, languages("USA", "CHN"))),
                 "languages must ascend by code");
  expect_refused(Agreement::decode(encoded_with(4, languages("CHN", "CHN"))),
                 "languages must ascend by code");
  expect_refused(Agreement::decode(encoded_with(4, languages("CHN", "RUS"))),
                 "a language is given for a code that no member has");
}

TEST_F(AgreementTest, RefusesMembersOutOfOrderAloneOrWithOneCode) {
  const auto members = [](std::vector<Member> list) {
    cbor::Encoder encoder;
    encoder.array(list.size());
    for (const Member& member : list) {
      encoder.map(3)
          .number(1)
          .text(member.party.compact())
          .number(2)
          .text(member.code)
          .number(3)
          .text(member.desk);
    }
    return encoder.take();
  };
  auto list = agreement().members;
  std::swap(list[0], list[1]);
  expect_refused(Agreement::decode(encoded_with(2, members(list))), "members must ascend by fingerprint");
  std::swap(list[0], list[1]);
  list[1].code = list[0].code;
  expect_refused(Agreement::decode(encoded_with(2, members(list))), "two members have one code");
  list.pop_back();
  expect_refused(Agreement::decode(encoded_with(2, members(list))),
                 "agreement, members: array has fewer than 2");
  list[0].code = "usa";
  list.push_back(agreement().members[1]);
  expect_refused(Agreement::decode(encoded_with(2, members(list))),
                 "agreement, member's code: a code has 2 to 12");
}

TEST_F(AgreementTest, SignaturesHoldForTheirStationBytesAndLine) {
  SignedAgreement first = SignedAgreement::of(agreement());
  first.sign(usa_.station, std::nullopt);
  first.sign(chn_.station, std::nullopt);
  first.sign(chn_.station, std::nullopt);  // once more changes nothing
  ASSERT_EQ(first.signatures.size(), 2U);
  for (const AgreementSignature& signature : first.signatures) {
    EXPECT_TRUE(first.signature_holds(signature, std::nullopt));
    EXPECT_FALSE(first.signature_holds(signature, LineId{}));
  }
  AgreementSignature swapped = first.signatures[0];
  swapped.station = first.signatures[1].station;
  EXPECT_FALSE(first.signature_holds(swapped, std::nullopt));
}

TEST_F(AgreementTest, SignedAgreementHasOneEncodingAndKeepsTheSignedBytes) {
  SignedAgreement first = SignedAgreement::of(agreement());
  first.sign(usa_.station, std::nullopt);
  first.sign(chn_.station, std::nullopt);
  expect_one_encoding(first.encode(), SignedAgreement::decode);
  const auto decoded = SignedAgreement::decode(first.encode());
  EXPECT_EQ(decoded->hash(), first.hash());
  EXPECT_EQ(decoded->signatures, first.signatures);
  std::swap(first.signatures[0], first.signatures[1]);
  cbor::MapEncoder map;
  map.field(1).bytes(first.bytes);
  cbor::Encoder& list = map.field(2).array(2);
  for (const auto& signature : first.signatures) write_agreement_signature(list, signature);
  expect_refused(SignedAgreement::decode(map.take()), "signed agreement: signatures must ascend by station");
}

TEST_F(AgreementTest, RefusalIsVerifiedByItsStation) {
  const Refusal refusal{SignedAgreement::of(agreement()).hash(), "not now", WallTime{Milliseconds{5}}};
  const SignedRefusal sent = SignedRefusal::sign(refusal, chn_.station);
  const auto decoded = SignedRefusal::decode(sent.encode());
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->refusal.reason, "not now");
  EXPECT_EQ(decoded->refusal.agreement, refusal.agreement);
  EXPECT_EQ(decoded->station, chn_.station.key());
  const Bytes encoded = sent.encode();
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    Bytes changed = encoded;
    changed[at] ^= 1;
    EXPECT_FALSE(SignedRefusal::decode(changed)) << "byte " << at;
  }
}

}  // namespace
}  // namespace openline
