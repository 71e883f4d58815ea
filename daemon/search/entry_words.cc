// SPDX-License-Identifier: Apache-2.0
#include "daemon/search/entry_words.h"

#include <set>

#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/notice_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"
#include "notices/notice.h"

namespace openline::daemon {
namespace {

using Texts = std::vector<std::string>;

void add(const std::optional<Words>& words, Texts& texts) {
  if (words) texts.push_back(words->text);
}

void take(const TextBody& body, Texts& texts) {
  texts.push_back(body.text);
  for (const AttachmentRef& file : body.attachments) texts.push_back(file.name);
}
void take(const AmendmentRefusalBody& body, Texts& texts) { texts.push_back(body.reason); }
void take(const ReasonBody& body, Texts& texts) { texts.push_back(body.reason); }
void take(const ContactRequestBody& body, Texts& texts) { texts.push_back(body.subject.text); }
void take(const ContactAnswerBody& body, Texts& texts) {
  add(body.reason, texts);
  add(body.courtesy, texts);
}
void take(const ContactChangeBody& body, Texts& texts) { add(body.reason, texts); }
void take(const VisitBody& body, Texts& texts) {
  texts.push_back(body.name);
  texts.push_back(body.terms.place);
  texts.insert(texts.end(), body.goals.begin(), body.goals.end());
}
void take(const VisitActBody& body, Texts& texts) {
  if (body.terms) texts.push_back(body.terms->place);
  add(body.reason, texts);
  add(body.courtesy, texts);
  add(body.until, texts);
}
void take(const VisitOutcomeBody& body, Texts& texts) {
  for (const auto& [goal, outcome] : body.outcomes) texts.push_back(outcome);
}
void take(const CallBody& body, Texts& texts) { add(body.subject, texts); }
void take(const CallActBody& body, Texts& texts) { add(body.reason, texts); }
void take(const ReadoutBody& body, Texts& texts) { texts.push_back(body.text.text); }
void take(const ReadoutAnswerBody& body, Texts& texts) { add(body.reason, texts); }
void take(const TranslationBody& body, Texts& texts) { texts.push_back(body.text.text); }
void take(const DisregardBody& body, Texts& texts) { add(body.reason, texts); }

template <class Body>
void take_decoded(const Entry& entry, Texts& texts) {
  if (const auto body = Body::decode(entry.body)) take(*body, texts);
}

void take_notice(const Entry& entry, const notices::Editions& editions, Texts& texts) {
  const auto body = NoticeBody::decode(entry.body);
  if (!body) return;
  const notices::FormEdition* edition = editions.find(body->edition);
  const Texts languages = edition == nullptr ? Texts{"en"} : edition->languages();
  std::set<std::string> seen;  // what is the same in several languages
  for (const std::string& language : languages) {
    const notices::NoticeView view = notices::read(edition, language, *body);
    if (seen.insert(view.title).second) texts.push_back(view.title);
    for (const notices::NoticeView::Row& row : view.rows) {
      if (seen.insert(row.value).second) texts.push_back(row.value);
    }
  }
}

void take_body(const Entry& entry, const notices::Editions& editions, Texts& texts) {
  switch (entry.header.kind) {
    case Kind::kText:
      return take_decoded<TextBody>(entry, texts);
    case Kind::kAmendmentRefusal:
      return take_decoded<AmendmentRefusalBody>(entry, texts);
    case Kind::kSuspend:
    case Kind::kResume:
      return take_decoded<ReasonBody>(entry, texts);
    case Kind::kContactRequest:
      return take_decoded<ContactRequestBody>(entry, texts);
    case Kind::kContactAnswer:
      return take_decoded<ContactAnswerBody>(entry, texts);
    case Kind::kContactChange:
      return take_decoded<ContactChangeBody>(entry, texts);
    case Kind::kNotice:
      return take_notice(entry, editions, texts);
    case Kind::kVisit:
      return take_decoded<VisitBody>(entry, texts);
    case Kind::kVisitAct:
      return take_decoded<VisitActBody>(entry, texts);
    case Kind::kVisitOutcome:
      return take_decoded<VisitOutcomeBody>(entry, texts);
    case Kind::kCall:
      return take_decoded<CallBody>(entry, texts);
    case Kind::kCallAct:
      return take_decoded<CallActBody>(entry, texts);
    case Kind::kReadout:
      return take_decoded<ReadoutBody>(entry, texts);
    case Kind::kReadoutAnswer:
      return take_decoded<ReadoutAnswerBody>(entry, texts);
    case Kind::kTranslation:
      return take_decoded<TranslationBody>(entry, texts);
    case Kind::kDisregard:
      return take_decoded<DisregardBody>(entry, texts);
    default:
      return;  // receipts, tests, attendance, observations: no words of anybody's
  }
}

}  // namespace

std::vector<std::string> entry_words(const Entry& entry, const notices::Editions& editions) {
  Texts texts;
  take_body(entry, editions, texts);
  // A drill is found by its name; its receipts and tests are not what is looked for.
  if (!texts.empty() && !entry.header.exercise.empty()) texts.push_back(entry.header.exercise);
  return texts;
}

}  // namespace openline::daemon
