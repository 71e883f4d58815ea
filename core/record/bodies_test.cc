// SPDX-License-Identifier: Apache-2.0
#include "core/record/bodies.h"

#include <gtest/gtest.h>

#include "core/record/fields.h"
#include "core/record/test_encoding.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

EntryId some_id() {
  EntryId id;
  id.value.fill(0x5a);
  return id;
}

SignedAgreement successor() {
  const TestParty usa("USA", 1), chn("CHN", 2);
  Agreement agreement = agreement_between({&usa, &chn}, RecordMode::kAttested);
  agreement.predecessor = Hash{};
  SignedAgreement result = SignedAgreement::of(std::move(agreement));
  result.sign(usa.station, LineId{});
  return result;
}

TEST(BodiesTest, EachHasOneEncoding) {
  const AttachmentRef file{Hash{}, 1234, "chart.pdf"};
  expect_one_encoding(TextBody{"hello \u00e9", "en", {file}, "watch officer"}.encode(), TextBody::decode);
  expect_one_encoding(TextBody{"", "zh-Hant", {}, ""}.encode(), TextBody::decode);
  expect_one_encoding(ShownBody{{some_id(), EntryId{}}, "watch officer"}.encode(), ShownBody::decode);
  expect_one_encoding(AcknowledgedBody{some_id(), "general", true}.encode(), AcknowledgedBody::decode);
  expect_one_encoding(openline::TestBody{300, 0}.encode(), openline::TestBody::decode);
  expect_one_encoding(TestAnswerBody{some_id(), "officer"}.encode(), TestAnswerBody::decode);
  expect_one_encoding(TestAnswerBody{some_id(), std::nullopt}.encode(), TestAnswerBody::decode);
  expect_one_encoding(AttendanceBody{true, "officer"}.encode(), AttendanceBody::decode);
  expect_one_encoding(ReasonBody{"maintenance"}.encode(), ReasonBody::decode);
  expect_one_encoding(AmendmentRefusalBody{Hash{}, "not now"}.encode(), AmendmentRefusalBody::decode);
  expect_one_encoding(AmendmentSignatureBody{Hash{}, {StationKey{}, Signature{}}}.encode(),
                      AmendmentSignatureBody::decode);
  const ObservationBody seen{Observation::kPathDown, WallTime{Milliseconds{1}}, "fibre", some_id()};
  expect_one_encoding(seen.encode(), ObservationBody::decode);
}

TEST(BodiesTest, KeepsWhatTheySay) {
  const AttachmentRef file{Hash{}, 1234, "chart.pdf"};
  const auto text = TextBody::decode(TextBody{"hello", "en", {file}, "officer"}.encode());
  ASSERT_TRUE(text);
  EXPECT_EQ(text->text, "hello");
  EXPECT_EQ(text->attachments, std::vector{file});
  EXPECT_EQ(text->role, "officer");
  EXPECT_EQ(openline::TestBody::decode(openline::TestBody{3, 1500}.encode())->padding, 1500U);
  EXPECT_EQ(AcknowledgedBody::decode(AcknowledgedBody{some_id(), "general", true}.encode())->entry,
            some_id());
}

TEST(BodiesTest, AmendmentCarriesTheWholeSuccessorWithItsSignature) {
  const auto body = AmendmentBody::decode(AmendmentBody{successor()}.encode());
  ASSERT_TRUE(body) << body.error().text();
  EXPECT_EQ(body->successor.bytes, successor().bytes);
  ASSERT_EQ(body->successor.signatures.size(), 1U);
  EXPECT_TRUE(body->successor.signature_holds(body->successor.signatures[0], LineId{}));
  Bytes damaged = AmendmentBody{successor()}.encode();
  damaged[12] = 0xff;
  EXPECT_FALSE(AmendmentBody::decode(damaged));
}

TEST(BodiesTest, AmendmentOfNothingIsRefused) {
  SignedAgreement first = successor();
  first.agreement.predecessor.reset();
  first = SignedAgreement::of(first.agreement);
  cbor::MapEncoder map;
  map.field(1).bytes(first.encode());
  expect_refused(AmendmentBody::decode(map.take()),
                 "amendment, successor: it names no agreement that it amends");
}

TEST(BodiesTest, TakesTextsAtTheirLimitsAndNotBeyond) {
  EXPECT_TRUE(TextBody::decode(TextBody{std::string(60000, 'a'), "en", {}, ""}.encode()));
  const auto text_of_size = [](std::size_t size) {
    cbor::Encoder encoder;
    encoder.map(2).number(1).text(std::string(size, 'a')).number(2).text("en");
    return encoder.take();
  };
  EXPECT_TRUE(TextBody::decode(text_of_size(60000)));
  expect_refused(TextBody::decode(text_of_size(60001)),
                 "text, text: text is longer than 60000 bytes (at byte 2)");
}

TEST(BodiesTest, NamesFieldAndByteOfWhatItRefuses) {
  cbor::Encoder no_role;
  no_role.map(2).number(1).boolean(true).number(2).text("");
  expect_refused(AttendanceBody::decode(no_role.result()),
                 "attendance, role: text is shorter than 1 (at byte 4)");
  cbor::Encoder unknown_key;
  unknown_key.map(2).number(1).text("why").number(9).number(0);
  expect_refused(ReasonBody::decode(unknown_key.result()), "act: unknown key 9 (at byte 6)");
  cbor::Encoder strange;
  strange.map(3).number(1).number(5).number(2).number(0).number(3).text("");
  expect_refused(ObservationBody::decode(strange.result()),
                 "observation, what: number is above its maximum of 4");
  expect_refused(ShownBody::decode(Bytes{0xa1, 0x02, 0x60}), "shown, entries: key 1 is missing");
  expect_refused(TextBody::decode({}), "text: input ends");
}

TEST(BodiesTest, RefusesAttachmentsAboveTheLimit) {
  cbor::Encoder encoder;
  encoder.map(3).number(1).text("").number(2).text("en").number(3).array(1).map(3).number(1).bytes(
      Hash{}.view());
  encoder.number(2).number((64ULL << 20) + 1).number(3).text("f");
  expect_refused(TextBody::decode(encoder.result()), "text, attachment's size: number is above its maximum");
}

TEST(BodiesTest, NamesObservations) {
  EXPECT_STREQ(observation_name(Observation::kTestUnanswered), "test unanswered");
  EXPECT_STREQ(observation_name(static_cast<Observation>(9)), "unknown");
}

}  // namespace
}  // namespace openline
