// SPDX-License-Identifier: Apache-2.0
#include "core/record/entry_labels.h"

#include <set>

#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

// What a body says about other entries, or why it says nothing.
Result<std::vector<EntryId>> read_body(const Entry& entry) {
  std::vector<EntryId> cited;
  std::optional<Error> error;
  const auto read = [&]<class Body>(Result<Body> body, auto cite) {
    if (body) {
      cite(*body);
    } else {
      error = body.error();
    }
  };
  const auto nothing = [](const auto&) {};
  switch (entry.header.kind) {
    case Kind::kText:
      read(TextBody::decode(entry.body), nothing);
      break;
    case Kind::kShown:
      read(ShownBody::decode(entry.body), [&](const ShownBody& body) { cited = body.entries; });
      break;
    case Kind::kAcknowledged:
      read(AcknowledgedBody::decode(entry.body), [&](const auto& body) { cited = {body.entry}; });
      break;
    case Kind::kTest:
      read(TestBody::decode(entry.body), nothing);
      break;
    case Kind::kTestAnswer:
      read(TestAnswerBody::decode(entry.body), [&](const auto& body) { cited = {body.test}; });
      break;
    case Kind::kAttendance:
      read(AttendanceBody::decode(entry.body), nothing);
      break;
    case Kind::kAmendment:
      read(AmendmentBody::decode(entry.body), nothing);
      break;
    case Kind::kAmendmentSignature:
      read(AmendmentSignatureBody::decode(entry.body), nothing);
      break;
    case Kind::kAmendmentRefusal:
      read(AmendmentRefusalBody::decode(entry.body), nothing);
      break;
    case Kind::kSuspend:
    case Kind::kResume:
      read(ReasonBody::decode(entry.body), nothing);
      break;
    case Kind::kObservation:
      read(ObservationBody::decode(entry.body), [&](const ObservationBody& body) {
        if (body.entry) cited = {*body.entry};
      });
      break;
    case Kind::kContactRequest:
      read(ContactRequestBody::decode(entry.body), [&](const ContactRequestBody& body) {
        if (body.repeats) cited = {*body.repeats};
      });
      break;
    case Kind::kContactAnswer:
      read(ContactAnswerBody::decode(entry.body),
           [&](const ContactAnswerBody& body) { cited = {body.request}; });
      break;
    case Kind::kContactChange:
      read(ContactChangeBody::decode(entry.body),
           [&](const ContactChangeBody& body) { cited = {body.request}; });
      break;
    case Kind::kContactUnanswered:
      read(ContactUnansweredBody::decode(entry.body), [&](const ContactUnansweredBody& body) {
        cited = body.signed_there;
        cited.push_back(body.request);
      });
      break;
    case Kind::kVisit:
      read(VisitBody::decode(entry.body), nothing);
      break;
    case Kind::kVisitAct:
      read(VisitActBody::decode(entry.body), [&](const VisitActBody& body) {
        cited = {body.visit};
        if (body.proposal) cited.push_back(*body.proposal);
      });
      break;
    case Kind::kVisitOutcome:
      read(VisitOutcomeBody::decode(entry.body), [&](const auto& body) { cited = {body.visit}; });
      break;
    case Kind::kCall:
      read(CallBody::decode(entry.body), [&](const CallBody& body) {
        if (body.request) cited = {*body.request};
      });
      break;
    case Kind::kCallAct:
      read(CallActBody::decode(entry.body), [&](const CallActBody& body) {
        cited = {body.call};
        if (body.statement) cited.push_back(*body.statement);
      });
      break;
    case Kind::kReadout:
      read(ReadoutBody::decode(entry.body), [&](const auto& body) { cited = {body.of}; });
      break;
    case Kind::kReadoutAnswer:
      read(ReadoutAnswerBody::decode(entry.body), [&](const auto& body) { cited = {body.readout}; });
      break;
    case Kind::kTranslation:
      read(TranslationBody::decode(entry.body), [&](const auto& body) { cited = {body.of}; });
      break;
    case Kind::kDisregard:
      read(DisregardBody::decode(entry.body), [&](const auto& body) { cited = {body.entry}; });
      break;
    default:
      error = Error{"unknown kind", std::nullopt};
  }
  if (error) return fail(*error);
  return cited;
}

bool is_known(Kind kind) { return kind >= Kind::kText && kind <= Kind::kDisregard; }

void label_body(const EntryGraph& graph, std::size_t index, std::vector<std::string>& labels) {
  const Entry& entry = graph.entry(index);
  const auto cited = read_body(entry);
  if (!is_known(entry.header.kind)) {
    labels.push_back("unknown kind");
  } else if (!cited) {
    labels.push_back("bad body: " + cited.error().text());
  }
  const auto is_unknown = [&](const EntryId& id) { return !graph.find(id); };
  if (graph.citation(index).unknown || (cited && std::ranges::any_of(*cited, is_unknown))) {
    labels.push_back("cites an unknown entry");
  }
}

// The last trusted entry of a revoked station on this line, if its card names one.
std::optional<EntryId> last_trusted(const CardStation& station, const LineId& line) {
  const auto found = std::ranges::find(*station.revoked, line, &LastTrusted::line);
  if (found == station.revoked->end()) return std::nullopt;
  return found->entry;
}

// Marks the entry and those of its author that it goes on from.
void mark_trusted(const EntryGraph& graph, std::size_t index, std::vector<bool>& trusted) {
  std::vector<std::size_t> open = {index};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (trusted[at]) continue;
    trusted[at] = true;
    for (const std::size_t parent : graph.parents(at)) {
      if (graph.entry(parent).header.author == graph.entry(at).header.author) open.push_back(parent);
    }
  }
}

void label_revoked(const EntryGraph& graph, const ExportHead& head,
                   std::vector<std::vector<std::string>>& labels) {
  std::set<StationKey> revoked;
  std::vector<bool> trusted(graph.size());
  for (const CardChain& chain : head.cards) {
    for (const CardStation& station : chain.newest().stations) {
      if (!station.revoked) continue;
      revoked.insert(station.key);
      const auto last = last_trusted(station, head.line);
      const auto index = last ? graph.find(*last) : std::nullopt;
      if (index && graph.entry(*index).header.author == station.key) mark_trusted(graph, *index, trusted);
    }
  }
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!trusted[i] && revoked.contains(graph.entry(i).header.author))
      labels[i].push_back("after revocation");
  }
}

}  // namespace

std::vector<std::vector<std::string>> labels_of(const EntryGraph& graph, const ExportHead& head) {
  std::vector<std::vector<std::string>> labels(graph.size());
  for (std::size_t index = 0; index < graph.size(); ++index) label_body(graph, index, labels[index]);
  label_revoked(graph, head, labels);
  return labels;
}

}  // namespace openline
