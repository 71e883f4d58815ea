// SPDX-License-Identifier: Apache-2.0
#include "core/record/entry_labels.h"

#include <set>

#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/notice_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

using Cited = Result<std::vector<EntryId>>;

// The entries that a body of this kind names, by `members`; or why it says nothing.
template <class Body, class... Members>
Cited cited_by(const Entry& entry, Members... members) {
  const Result<Body> body = Body::decode(entry.body);
  if (!body) return fail(body.error());
  std::vector<EntryId> ids;
  [[maybe_unused]] const auto add = [&](const auto& named) {
    if constexpr (requires { named.has_value(); }) {
      if (named) ids.push_back(*named);
    } else if constexpr (requires { named.begin(); }) {
      ids.insert(ids.end(), named.begin(), named.end());
    } else {
      ids.push_back(named);
    }
  };
  (add((*body).*members), ...);
  return ids;
}

Cited cited_by_act(const Entry& entry) {
  switch (entry.header.kind) {
    case Kind::kContactRequest:
      return cited_by<ContactRequestBody>(entry, &ContactRequestBody::repeats);
    case Kind::kContactAnswer:
      return cited_by<ContactAnswerBody>(entry, &ContactAnswerBody::request);
    case Kind::kContactChange:
      return cited_by<ContactChangeBody>(entry, &ContactChangeBody::request);
    case Kind::kContactUnanswered:
      return cited_by<ContactUnansweredBody>(entry, &ContactUnansweredBody::request,
                                             &ContactUnansweredBody::signed_there);
    case Kind::kNotice:
      return cited_by<NoticeBody>(entry, &NoticeBody::refers);
    case Kind::kVisit:
      return cited_by<VisitBody>(entry);
    case Kind::kVisitAct:
      return cited_by<VisitActBody>(entry, &VisitActBody::visit, &VisitActBody::proposal);
    case Kind::kVisitOutcome:
      return cited_by<VisitOutcomeBody>(entry, &VisitOutcomeBody::visit);
    case Kind::kCall:
      return cited_by<CallBody>(entry, &CallBody::request);
    case Kind::kCallAct:
      return cited_by<CallActBody>(entry, &CallActBody::call, &CallActBody::statement);
    case Kind::kReadout:
      return cited_by<ReadoutBody>(entry, &ReadoutBody::of);
    case Kind::kReadoutAnswer:
      return cited_by<ReadoutAnswerBody>(entry, &ReadoutAnswerBody::readout);
    case Kind::kTranslation:
      return cited_by<TranslationBody>(entry, &TranslationBody::of);
    case Kind::kDisregard:
      return cited_by<DisregardBody>(entry, &DisregardBody::entry);
    default:
      return fail("unknown kind");
  }
}

Cited read_body(const Entry& entry) {
  switch (entry.header.kind) {
    case Kind::kText:
      return cited_by<TextBody>(entry);
    case Kind::kShown:
      return cited_by<ShownBody>(entry, &ShownBody::entries);
    case Kind::kAcknowledged:
      return cited_by<AcknowledgedBody>(entry, &AcknowledgedBody::entry);
    case Kind::kTest:
      return cited_by<TestBody>(entry);
    case Kind::kTestAnswer:
      return cited_by<TestAnswerBody>(entry, &TestAnswerBody::test);
    case Kind::kAttendance:
      return cited_by<AttendanceBody>(entry);
    case Kind::kAmendment:
      return cited_by<AmendmentBody>(entry);
    case Kind::kAmendmentSignature:
      return cited_by<AmendmentSignatureBody>(entry);
    case Kind::kAmendmentRefusal:
      return cited_by<AmendmentRefusalBody>(entry);
    case Kind::kSuspend:
    case Kind::kResume:
      return cited_by<ReasonBody>(entry);
    case Kind::kObservation:
      return cited_by<ObservationBody>(entry, &ObservationBody::entry);
    default:
      return cited_by_act(entry);
  }
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
