// SPDX-License-Identifier: Apache-2.0
#include "core/record/contact_bodies.h"

#include "core/record/fields.h"
#include "core/record/test_encoding.h"

namespace openline {
namespace {

constexpr WallTime kSomeTime{Milliseconds{1'686'700'000'000}};

EntryId some_id() {
  EntryId id;
  id.value.fill(0x5a);
  return id;
}

TEST(ContactBodies, EachHasOneEncoding) {
  expect_one_encoding(
      ContactRequestBody{"Secretary", {"Minister", "Deputy"}, {"en", "The object"}, kSomeTime, some_id()}
          .encode(),
      ContactRequestBody::decode);
  expect_one_encoding(ContactRequestBody{"a", {"b"}, {"zh", "气球"}, {}, {}}.encode(),
                      ContactRequestBody::decode);
  expect_one_encoding(ContactAnswerBody{some_id(),
                                        ContactAnswer::kDeclined,
                                        "duty officer",
                                        {},
                                        Words{"zh", "目前不具备会晤条件。"},
                                        Words{"en", "Not now."}}
                          .encode(),
                      ContactAnswerBody::decode);
  expect_one_encoding(
      ContactAnswerBody{some_id(), ContactAnswer::kCountered, "officer", kSomeTime, {}, {}}.encode(),
      ContactAnswerBody::decode);
  expect_one_encoding(
      ContactChangeBody{some_id(), ContactChange::kWithdrawn, "officer", {}, Words{"en", "Settled"}}.encode(),
      ContactChangeBody::decode);
  expect_one_encoding(
      ContactChangeBody{some_id(), ContactChange::kRescheduled, "officer", kSomeTime, {}}.encode(),
      ContactChangeBody::decode);
  expect_one_encoding(ContactUnansweredBody{some_id(),
                                            ContactReach::kEmptyDesk,
                                            kSomeTime,
                                            kSomeTime,
                                            Seconds{580},
                                            Seconds{20},
                                            Seconds{0},
                                            1,
                                            {some_id()}}
                          .encode(),
                      ContactUnansweredBody::decode);
}

Bytes answer_bytes(std::uint64_t answer, bool with_time) {
  cbor::MapEncoder map;
  map.field(1).bytes(some_id().view());
  map.field(2).number(answer);
  map.field(3).text("officer");
  if (with_time) write_time(map.field(4), kSomeTime);
  return map.take();
}

TEST(ContactBodies, ATimeStandsWhereItMeansSomething) {
  EXPECT_TRUE(ContactAnswerBody::decode(answer_bytes(0, false)));
  EXPECT_TRUE(ContactAnswerBody::decode(answer_bytes(0, true)));
  EXPECT_TRUE(ContactAnswerBody::decode(answer_bytes(2, true)));
  expect_refused(ContactAnswerBody::decode(answer_bytes(1, true)), "an answer that declines names no time");
  expect_refused(ContactAnswerBody::decode(answer_bytes(3, false)), "a counter-proposal names a time");
  expect_refused(ContactAnswerBody::decode(answer_bytes(4, false)), "number is above its maximum of 3");
  expect_refused(ContactChangeBody::decode(answer_bytes(0, true)), "a withdrawal names no time");
  expect_refused(ContactChangeBody::decode(answer_bytes(1, false)), "a new time is missing");
}

TEST(ContactBodies, ARequestAsksForSomebodyAboutSomething) {
  cbor::Encoder nobody;
  nobody.map(3).number(1).text("a").number(2).array(0).number(3).array(2).text("en").text("x");
  expect_refused(ContactRequestBody::decode(nobody.result()),
                 "request for contact, to roles: array has fewer than 1 elements");
  cbor::Encoder nothing;
  nothing.map(3).number(1).text("a").number(2).array(1).text("b").number(3).array(2).text("en").text("");
  expect_refused(ContactRequestBody::decode(nothing.result()),
                 "request for contact, subject: text is shorter than 1");
}

TEST(ContactBodies, HaveNames) {
  EXPECT_STREQ(contact_answer_name(ContactAnswer::kCountered), "countered");
  EXPECT_STREQ(contact_change_name(ContactChange::kTimeAgreed), "time agreed");
  EXPECT_STREQ(contact_reach_name(ContactReach::kEmptyDesk), "reached an empty desk");
  EXPECT_STREQ(contact_reach_name(static_cast<ContactReach>(7)), "unknown");
}

}  // namespace
}  // namespace openline
