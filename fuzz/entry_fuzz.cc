// SPDX-License-Identifier: Apache-2.0
// Headers, and the bodies of every kind: what is taken has one encoding, and a body that is taken keeps to
// the rules that its encoder asserts. The first byte says which format the others are.
#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/entry.h"
#include "core/record/entry_labels.h"
#include "core/record/notice_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/test_record.h"
#include "core/record/visit_bodies.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

template <class Format>
bool has_one_encoding(ByteView bytes) {
  const Result<Format> format = Format::decode(bytes);
  if (!format) return false;
  OPENLINE_ASSERT(std::ranges::equal(format->encode(), bytes));
  return true;
}

// A test's padding says nothing but its size: it is written as zeros.
bool has_one_size(ByteView bytes) {
  const Result<TestBody> test = TestBody::decode(bytes);
  if (!test) return false;
  const Bytes again = test->encode();
  OPENLINE_ASSERT(again.size() == bytes.size() && has_one_encoding<TestBody>(again));
  return true;
}

using Check = bool (*)(ByteView);
constexpr Check kChecks[] = {
    has_one_encoding<Header>,
    has_one_encoding<TextBody>,
    has_one_encoding<ShownBody>,
    has_one_encoding<AcknowledgedBody>,
    has_one_size,
    has_one_encoding<TestAnswerBody>,
    has_one_encoding<AttendanceBody>,
    has_one_encoding<AmendmentBody>,
    has_one_encoding<AmendmentSignatureBody>,
    has_one_encoding<AmendmentRefusalBody>,
    has_one_encoding<ReasonBody>,  // suspend
    has_one_encoding<ReasonBody>,  // resume
    has_one_encoding<ObservationBody>,
    has_one_encoding<ContactRequestBody>,
    has_one_encoding<ContactAnswerBody>,
    has_one_encoding<ContactChangeBody>,
    has_one_encoding<ContactUnansweredBody>,
    has_one_encoding<NoticeBody>,
    has_one_encoding<VisitBody>,
    has_one_encoding<VisitActBody>,
    has_one_encoding<VisitOutcomeBody>,
    has_one_encoding<CallBody>,
    has_one_encoding<CallActBody>,
    has_one_encoding<ReadoutBody>,
    has_one_encoding<ReadoutAnswerBody>,
    has_one_encoding<TranslationBody>,
    has_one_encoding<DisregardBody>,
};

// The labels that a verifier puts on an entry with this body agree with its decoder.
void check_label(Kind kind, ByteView body, bool is_body) {
  Header header;
  header.kind = kind;
  const Entry entry = Entry::make(header, copy_of(body));
  const EntryGraph graph({&entry});
  bool bad = false;
  for (const std::string& label : labels_of(graph, {}).front()) bad = bad || label.starts_with("bad body");
  OPENLINE_ASSERT(bad != is_body);
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  const std::size_t kind = in.index(std::size(kChecks));
  const ByteView bytes = in.rest();
  const bool is_taken = kChecks[kind](bytes);
  if (kind != 0) check_label(static_cast<Kind>(kind), bytes, is_taken);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](std::size_t kind, const Bytes& bytes) {
    all.push_back({static_cast<std::uint8_t>(kind)});
    append(all.back(), bytes);
  };
  const SixtyEntries sixty;
  for (const std::size_t at : {0U, 1U, 3U}) add(0, sixty.record.runs()[at].front().header.encode());
  for (std::size_t at = 0; at < 6; ++at) {
    for (const Entry& entry : sixty.record.runs()[at])
      add(static_cast<std::size_t>(entry.header.kind), entry.body);
  }
  const EntryId id = sixty.record.runs()[0].front().id;
  const WallTime time{Milliseconds{1'760'000'000'000}};
  const Words words{"en", "As agreed."};
  const Day day = *day_of("2026-06-18");
  Agreement terms =
      agreement_between({&sixty.record.party("USA"), &sixty.record.party("CHN")}, RecordMode::kAttested);
  terms.predecessor = hash_of(Bytes{1});
  SignedAgreement agreement = SignedAgreement::of(terms);
  agreement.sign(sixty.record.party("USA").station, sixty.record.line());
  add(7, AmendmentBody{agreement}.encode());
  add(8, AmendmentSignatureBody{agreement.hash(), agreement.signatures.front()}.encode());
  add(9, AmendmentRefusalBody{agreement.hash(), "no"}.encode());
  add(10, ReasonBody{"exercise"}.encode());
  add(13, ContactRequestBody{"watch", {"minister", "deputy"}, words, time, id}.encode());
  add(14, ContactAnswerBody{id, ContactAnswer::kCountered, "desk", time, words, words}.encode());
  add(15, ContactChangeBody{id, ContactChange::kRescheduled, "desk", time, words}.encode());
  add(16, ContactUnansweredBody{id,
                                ContactReach::kOfficer,
                                time,
                                time + Seconds{60},
                                Seconds{30},
                                Seconds{20},
                                Seconds{10},
                                2,
                                {id}}
              .encode());
  add(17, NoticeBody{{}, 3, {{1, std::int64_t{5}}, {2, std::string("x")}, {3, NoticePosition{1, -2}}}, id}
              .encode());
  add(18, VisitBody{"spring", "desk", {"Geneva", day, day}, "en", {"talk"}, {{"USA", "ministers"}}}.encode());
  add(19,
      VisitActBody{
          id, VisitAct::kCountered, "desk", std::nullopt, VisitTerms{"Oslo", day, day}, words, {}, {}}
          .encode());
  add(20, VisitOutcomeBody{id, "desk", "en", {{1, "agreed"}}}.encode());
  const CallStatement said{CallStage::kStarted, time, {{"USA", "minister"}}};
  add(21, CallBody{"desk", said, id, words}.encode());
  add(22, CallActBody{id, CallAct::kSays, "desk", said, std::nullopt, std::nullopt}.encode());
  add(23, ReadoutBody{id, ReadoutMark::kAgreed, "desk", words}.encode());
  add(24, ReadoutAnswerBody{id, true, "desk", words}.encode());
  add(25, TranslationBody{id, TranslationStage::kRough, "desk", words, "reviewer"}.encode());
  add(26, DisregardBody{id, "desk", words}.encode());
  return all;
}

}  // namespace openline::fuzz
