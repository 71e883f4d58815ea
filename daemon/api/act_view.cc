// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/act_view.h"

#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline::daemon {

using nlohmann::json;

json words_or_null(const std::optional<Words>& words) {
  if (!words) return nullptr;
  return {{"language", words->language}, {"text", words->text}};
}
json time_or_null(const std::optional<WallTime>& time) {
  return time ? json(utc_text(*time)) : json(nullptr);
}

namespace {

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

void show(const ContactRequestBody& body, json& view) {
  view["from_role"] = body.from_role;
  view["to_roles"] = body.to_roles;
  view["subject"] = words_or_null(body.subject);
  view["proposed"] = time_or_null(body.proposed);
  view["repeats"] = body.repeats ? json(body.repeats->hex()) : json(nullptr);
}
void show(const ContactAnswerBody& body, json& view) {
  view["request"] = body.request.hex();
  view["answer"] = contact_answer_name(body.answer);
  view["role"] = body.role;
  view["at"] = time_or_null(body.time);
  view["reason"] = words_or_null(body.reason);
  view["courtesy"] = words_or_null(body.courtesy);
}
void show(const ContactChangeBody& body, json& view) {
  view["request"] = body.request.hex();
  view["change"] = contact_change_name(body.change);
  view["role"] = body.role;
  view["at"] = time_or_null(body.time);
  view["reason"] = words_or_null(body.reason);
}
void show(const ContactUnansweredBody& body, json& view) {
  json there = json::array();
  for (const EntryId& id : body.signed_there) there.push_back(id.hex());
  view["request"] = body.request.hex();
  view["reach"] = contact_reach_name(body.reach);
  view["since"] = utc_text(body.since);
  view["until"] = utc_text(body.until);
  view["observed"] = {{"path_up_s", body.path_up.count()},
                      {"path_down_s", body.path_down.count()},
                      {"unobserved_s", body.unobserved.count()},
                      {"times_silent", body.times_silent}};
  view["signed_there"] = std::move(there);
}

void show(const VisitTerms& terms, json& view) {
  view["place"] = terms.place;
  view["from"] = day_text(terms.first);
  view["to"] = day_text(terms.last);
}
void show(const VisitBody& body, json& view) {
  view["name"] = body.name;
  view["role"] = body.role;
  view["language"] = body.language;
  view["goals"] = body.goals;
  show(body.terms, view);
  json delegations = json::array();
  for (const Delegation& one : body.delegations)
    delegations.push_back({{"party", one.party}, {"level", one.level}});
  view["delegations"] = std::move(delegations);
}
void show(const VisitActBody& body, json& view) {
  view["visit"] = body.visit.hex();
  view["act"] = visit_act_name(body.act);
  view["role"] = body.role;
  view["proposal"] = body.proposal ? json(body.proposal->hex()) : json(nullptr);
  if (body.terms) show(*body.terms, view);
  view["reason"] = words_or_null(body.reason);
  view["courtesy"] = words_or_null(body.courtesy);
  view["until"] = words_or_null(body.until);
}
void show(const VisitOutcomeBody& body, json& view) {
  json outcomes = json::array();
  for (const auto& [goal, outcome] : body.outcomes)
    outcomes.push_back({{"goal", goal + 1}, {"outcome", outcome}});
  view["visit"] = body.visit.hex();
  view["role"] = body.role;
  view["language"] = body.language;
  view["outcomes"] = std::move(outcomes);
}
void show(const CallStatement& said, json& view) {
  json participants = json::array();
  for (const Participant& one : said.participants)
    participants.push_back({{"party", one.party}, {"role", one.role}});
  view["stage"] = call_stage_name(said.stage);
  view["at"] = utc_text(said.time);
  view["participants"] = std::move(participants);
}
void show(const CallBody& body, json& view) {
  view["role"] = body.role;
  show(body.said, view);
  view["request"] = body.request ? json(body.request->hex()) : json(nullptr);
  view["subject"] = words_or_null(body.subject);
}
void show(const CallActBody& body, json& view) {
  constexpr const char* kActs[] = {"says", "signs", "denies"};
  view["call"] = body.call.hex();
  view["act"] = kActs[static_cast<std::size_t>(body.act)];
  view["role"] = body.role;
  if (body.said) show(*body.said, view);
  view["statement"] = body.statement ? json(body.statement->hex()) : json(nullptr);
  view["reason"] = words_or_null(body.reason);
}
void show(const ReadoutBody& body, json& view) {
  view["of"] = body.of.hex();
  view["mark"] = readout_mark_name(body.mark);
  view["role"] = body.role;
  view["language"] = body.text.language;
  view["text"] = body.text.text;
}
void show(const ReadoutAnswerBody& body, json& view) {
  view["readout"] = body.readout.hex();
  view["signs"] = body.signs;
  view["role"] = body.role;
  view["reason"] = words_or_null(body.reason);
}
void show(const TranslationBody& body, json& view) {
  view["of"] = body.of.hex();
  view["stage"] = translation_stage_name(body.stage);
  view["role"] = body.role;
  view["language"] = body.text.language;
  view["text"] = body.text.text;
  view["reviewer"] = text_or_null(body.reviewer);
}
void show(const DisregardBody& body, json& view) {
  view["entry"] = body.entry.hex();
  view["role"] = body.role;
  view["reason"] = words_or_null(body.reason);
}

template <class Body>
void show_decoded(ByteView bytes, json& view, std::vector<std::string>& labels) {
  const auto body = Body::decode(bytes);
  if (body) return show(*body, view);
  labels.push_back("bad body: " + body.error().text());
}

}  // namespace

bool show_act(const Entry& entry, json& view, std::vector<std::string>& labels) {
  const auto decoded = [&]<class Body>(std::type_identity<Body>) {
    show_decoded<Body>(entry.body, view, labels);
    return true;
  };
  switch (entry.header.kind) {
    case Kind::kContactRequest:
      return decoded(std::type_identity<ContactRequestBody>());
    case Kind::kContactAnswer:
      return decoded(std::type_identity<ContactAnswerBody>());
    case Kind::kContactChange:
      return decoded(std::type_identity<ContactChangeBody>());
    case Kind::kContactUnanswered:
      return decoded(std::type_identity<ContactUnansweredBody>());
    case Kind::kVisit:
      return decoded(std::type_identity<VisitBody>());
    case Kind::kVisitAct:
      return decoded(std::type_identity<VisitActBody>());
    case Kind::kVisitOutcome:
      return decoded(std::type_identity<VisitOutcomeBody>());
    case Kind::kCall:
      return decoded(std::type_identity<CallBody>());
    case Kind::kCallAct:
      return decoded(std::type_identity<CallActBody>());
    case Kind::kReadout:
      return decoded(std::type_identity<ReadoutBody>());
    case Kind::kReadoutAnswer:
      return decoded(std::type_identity<ReadoutAnswerBody>());
    case Kind::kTranslation:
      return decoded(std::type_identity<TranslationBody>());
    case Kind::kDisregard:
      return decoded(std::type_identity<DisregardBody>());
    default:
      return false;
  }
}

}  // namespace openline::daemon
