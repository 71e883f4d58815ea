// SPDX-License-Identifier: Apache-2.0
// Bodies of visits, calls, readouts and of what is said about other entries.
#include "core/record/call_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/test_encoding.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

constexpr WallTime kSomeTime{Milliseconds{1'686'700'000'000}};

EntryId some_id() {
  EntryId id;
  id.value.fill(0x5a);
  return id;
}
VisitTerms june() { return {"Beijing", *day_of("2023-06-18"), *day_of("2023-06-19")}; }

TEST(ActBodies, EachHasOneEncoding) {
  const Words words{"zh", "气氛"}, more{"en", "air"};
  expect_one_encoding(
      VisitBody{"june", "officer", june(), "en", {"Talk", "Listen"}, {{"USA", "minister"}}}.encode(),
      VisitBody::decode);
  expect_one_encoding(VisitActBody{some_id(), VisitAct::kAccepted, "o", some_id(), {}, {}, {}, {}}.encode(),
                      VisitActBody::decode);
  expect_one_encoding(VisitActBody{some_id(), VisitAct::kPostponed, "o", {}, {}, words, more, more}.encode(),
                      VisitActBody::decode);
  expect_one_encoding(VisitActBody{some_id(), VisitAct::kCountered, "o", {}, june(), {}, {}, {}}.encode(),
                      VisitActBody::decode);
  expect_one_encoding(VisitOutcomeBody{some_id(), "o", "en", {{0, "met"}, {3, "partly"}}}.encode(),
                      VisitOutcomeBody::decode);
  const CallStatement started{CallStage::kStarted, kSomeTime, {{"USA", "Secretary"}, {"CHN", "Minister"}}};
  expect_one_encoding(CallBody{"o", started, some_id(), words}.encode(), CallBody::decode);
  expect_one_encoding(CallActBody{some_id(), CallAct::kSays, "o", started, {}, {}}.encode(),
                      CallActBody::decode);
  expect_one_encoding(CallActBody{some_id(), CallAct::kDenies, "o", {}, some_id(), words}.encode(),
                      CallActBody::decode);
  expect_one_encoding(ReadoutBody{some_id(), ReadoutMark::kAgreed, "o", words}.encode(), ReadoutBody::decode);
  expect_one_encoding(ReadoutAnswerBody{some_id(), true, "o", words}.encode(), ReadoutAnswerBody::decode);
  expect_one_encoding(TranslationBody{some_id(), TranslationStage::kRough, "o", more, "chief"}.encode(),
                      TranslationBody::decode);
  expect_one_encoding(DisregardBody{some_id(), "o", more}.encode(), DisregardBody::decode);
}

TEST(ActBodies, SayWhichRuleTheyBreak) {
  VisitBody visit{"june", "officer", june(), "en", {"Talk"}, {}};
  EXPECT_EQ(visit.problem(), std::nullopt);
  std::swap(visit.terms.first, visit.terms.last);
  EXPECT_EQ(visit.problem(), "the last day comes before the first");
  visit.terms = june();
  visit.goals.clear();
  EXPECT_EQ(visit.problem(), "a visit has 1 to 16 goals");
  VisitActBody act{some_id(), VisitAct::kAccepted, "o", {}, {}, {}, {}, {}};
  EXPECT_EQ(act.problem(), "an acceptance, and nothing else, names the proposal that it accepts");
  act.act = VisitAct::kPostponed;
  EXPECT_EQ(act.problem(), "a postponement has a reason");
  CallBody call{"o", {CallStage::kEnded, kSomeTime, {}}, {}, {}};
  EXPECT_EQ(call.problem(), "a call is agreed or started before it ends");
  CallActBody says{some_id(), CallAct::kSays, "o", {}, some_id(), {}};
  EXPECT_NE(says.problem(), std::nullopt);
  ReadoutBody readout{some_id(), ReadoutMark::kNational, "o", {"en", std::string(kMaxAccount + 1, 'a')}};
  EXPECT_EQ(readout.problem(), "the text has 1 to 16000 bytes of UTF-8");
}

// The same rules hold for what comes in.
TEST(ActBodies, AreRefusedWithTheRuleAndItsPlace) {
  cbor::MapEncoder map;
  map.field(1).bytes(some_id().view());
  map.field(2).number(2);
  map.field(3).text("officer");
  expect_refused(VisitActBody::decode(map.take()), "a postponement has a reason (at byte ");
  cbor::MapEncoder goals;
  goals.field(1).bytes(some_id().view());
  goals.field(2).text("officer");
  goals.field(3).text("en");
  goals.field(4).map(0);
  expect_refused(VisitOutcomeBody::decode(goals.take()), "say what became of 1 to 16 goals");
}

TEST(ActBodies, DaysAreOfTheCalendar) {
  EXPECT_EQ(day_text(*day_of("2024-02-29")), "2024-02-29");
  for (const char* text : {"2023-02-29", "2023-2-01", "1969-12-31", "2023-00-10", "2023-01-1x", ""})
    EXPECT_EQ(day_of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace openline
