// SPDX-License-Identifier: Apache-2.0
// The structure of entries: what stands around the words, whatever they are.
#include "core/record/bodies.h"

#include "core/crypto/hash.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/notice_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"
#include "dictionaries/training.h"

namespace openline::training {
namespace {

// Times in entries of the years to come begin alike.
constexpr WallTime kTime{Milliseconds{1'800'000'000'000}};

class Maker {
 public:
  Maker(const Corpus& corpus, Ids ids) : corpus_(corpus), ids_(ids) {}

  std::vector<Bytes> make() {
    contacts();
    visits();
    calls();
    readouts();
    service();
    return std::move(made_);
  }

 private:
  [[nodiscard]] const std::string& role() { return corpus_.roles[next_++ % corpus_.roles.size()]; }
  [[nodiscard]] Words words() {  // the first sentence of a text, as far as it is short
    const std::string& text = corpus_.texts[next_++ * 7 % corpus_.texts.size()];
    std::string sentence = text.substr(0, 60);
    while (!cbor::is_utf8(view_of(sentence))) sentence.pop_back();
    return {corpus_.language, sentence};
  }
  [[nodiscard]] EntryId id() {
    const std::string number = std::to_string(next_++);
    return ids_ == Ids::kZero ? EntryId{} : *EntryId::from(hash_of(view_of(number)).view());
  }
  template <class Body>
  void add(const Body& body) {
    made_.push_back(body.encode());
  }

  void contacts() {
    add(ContactRequestBody{role(), {role(), role()}, words(), kTime, {}});
    add(ContactRequestBody{role(), {role()}, words(), {}, {}});
    add(ContactAnswerBody{id(), ContactAnswer::kDeclined, role(), {}, words(), words()});
    add(ContactAnswerBody{id(), ContactAnswer::kAccepted, role(), kTime, {}, {}});
    add(ContactChangeBody{id(), ContactChange::kRescheduled, role(), kTime, words()});
    add(ContactUnansweredBody{id(), ContactReach::kEmptyDesk, kTime, kTime, {}, {}, {}, 0, {}});
  }
  void visits() {
    const Day day{std::chrono::days{21'000}};
    add(VisitBody{"2028", role(), {"Geneva", day, day}, corpus_.language, {words().text}, {{"USA", role()}}});
    add(VisitActBody{id(), VisitAct::kAccepted, role(), id(), {}, {}, {}, {}});
    add(VisitOutcomeBody{id(), role(), corpus_.language, {{0, words().text}}});
  }
  void calls() {
    add(CallBody{role(), {CallStage::kStarted, kTime, {{"USA", role()}, {"CHN", role()}}}, id(), words()});
    add(CallActBody{id(), CallAct::kSigns, role(), {}, id(), {}});
  }
  void readouts() {
    add(ReadoutBody{id(), ReadoutMark::kNational, role(), words()});
    add(ReadoutAnswerBody{id(), true, role(), {}});
    add(TranslationBody{id(), TranslationStage::kRough, role(), words(), ""});
    add(DisregardBody{id(), role(), words()});
    add(NoticeBody{{}, 1, {{1, kTime.time_since_epoch().count() / 1000}, {2, NoticePosition{}}}, {}});
  }
  void service() {
    add(ObservationBody{Observation::kPathDown, kTime, "udp", {}});
    add(TestBody{1, 400});
    for (const std::string& each : corpus_.roles) add(AttendanceBody{true, each});
    for (std::size_t at = 0; at < 3; ++at) {
      add(TestAnswerBody{id(), role()});
      add(ShownBody{{id()}, role()});
      add(AcknowledgedBody{id(), role(), true});
    }
  }

  const Corpus& corpus_;
  Ids ids_;
  std::vector<Bytes> made_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<Bytes> bodies_of_each_kind(const Corpus& corpus, Ids ids) { return Maker(corpus, ids).make(); }

Bytes text_body(const Corpus& corpus, const std::string& text, bool with_role) {
  return TextBody{text, corpus.language, {}, with_role ? corpus.roles[text.size() % corpus.roles.size()] : ""}
      .encode();
}

}  // namespace openline::training
