// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/record/bodies.h"
#include "core/record/contact_bodies.h"
#include "daemon/api/views.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

json role_or_null(const std::string& role) { return role.empty() ? json(nullptr) : json(role); }

void show(const TextBody& body, json& view) {
  json files = json::array();
  for (const AttachmentRef& file : body.attachments) {
    files.push_back({{"hash", file.hash.hex()}, {"size", file.size}, {"name", file.name}});
  }
  view["text"] = body.text;
  view["language"] = body.language;
  view["role"] = role_or_null(body.role);
  view["attachments"] = std::move(files);
}
void show(const ShownBody& body, json& view) {
  json ids = json::array();
  for (const EntryId& id : body.entries) ids.push_back(id.hex());
  view["entries"] = std::move(ids);
  view["role"] = role_or_null(body.role);
}
void show(const AcknowledgedBody& body, json& view) {
  view["entry"] = body.entry.hex();
  view["role"] = role_or_null(body.role);
  view["authenticated"] = body.authenticated;
}
void show(const TestBody& body, json& view) { view["number"] = body.number; }
void show(const TestAnswerBody& body, json& view) {
  view["entry"] = body.test.hex();
  view["role"] = body.role ? json(*body.role) : json(nullptr);
}
void show(const AttendanceBody& body, json& view) {
  view["attended"] = body.attended;
  view["role"] = role_or_null(body.role);
}
void show(const AmendmentBody& body, json& view) { view["agreement"] = body.successor.hash().hex(); }
void show(const AmendmentSignatureBody& body, json& view) { view["agreement"] = body.successor.hex(); }
void show(const AmendmentRefusalBody& body, json& view) {
  view["agreement"] = body.successor.hex();
  view["reason"] = body.reason;
}
void show(const ReasonBody& body, json& view) { view["reason"] = body.reason; }
void show(const ObservationBody& body, json& view) {
  view["what"] = observation_name(body.what);
  view["since"] = utc_text(body.since);
  view["detail"] = role_or_null(body.detail);
  view["entry"] = body.entry ? json(body.entry->hex()) : json(nullptr);
}

json words_or_null(const std::optional<Words>& words) {
  if (!words) return nullptr;
  return {{"language", words->language}, {"text", words->text}};
}
json time_or_null(const std::optional<WallTime>& time) {
  return time ? json(utc_text(*time)) : json(nullptr);
}
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

template <class Body>
void show_decoded(ByteView bytes, json& view, std::vector<std::string>& labels) {
  const auto body = Body::decode(bytes);
  if (body) return show(*body, view);
  labels.push_back("bad body: " + body.error().text());
}

void show_body(const Entry& entry, json& view, std::vector<std::string>& labels) {
  switch (entry.header.kind) {
    case Kind::kText:
      return show_decoded<TextBody>(entry.body, view, labels);
    case Kind::kShown:
      return show_decoded<ShownBody>(entry.body, view, labels);
    case Kind::kAcknowledged:
      return show_decoded<AcknowledgedBody>(entry.body, view, labels);
    case Kind::kTest:
      return show_decoded<TestBody>(entry.body, view, labels);
    case Kind::kTestAnswer:
      return show_decoded<TestAnswerBody>(entry.body, view, labels);
    case Kind::kAttendance:
      return show_decoded<AttendanceBody>(entry.body, view, labels);
    case Kind::kAmendment:
      return show_decoded<AmendmentBody>(entry.body, view, labels);
    case Kind::kAmendmentSignature:
      return show_decoded<AmendmentSignatureBody>(entry.body, view, labels);
    case Kind::kAmendmentRefusal:
      return show_decoded<AmendmentRefusalBody>(entry.body, view, labels);
    case Kind::kSuspend:
    case Kind::kResume:
      return show_decoded<ReasonBody>(entry.body, view, labels);
    case Kind::kObservation:
      return show_decoded<ObservationBody>(entry.body, view, labels);
    case Kind::kContactRequest:
      return show_decoded<ContactRequestBody>(entry.body, view, labels);
    case Kind::kContactAnswer:
      return show_decoded<ContactAnswerBody>(entry.body, view, labels);
    case Kind::kContactChange:
      return show_decoded<ContactChangeBody>(entry.body, view, labels);
    case Kind::kContactUnanswered:
      return show_decoded<ContactUnansweredBody>(entry.body, view, labels);
  }
  labels.push_back("unknown kind");
}

json receipts_view(const Entry& entry, const EntryContext& context, const LineContext& line) {
  json stored = json::array(), shown = json::array(), acknowledged = json::array();
  const bool own = entry.header.author == line.own_station;
  const std::string author = line.code_of(entry.header.author);
  if (!own && context.chain) stored.push_back(line.own_code);
  for (const auto& [code, chains] : line.below) {
    if (code == author || !context.chain) continue;
    const auto below = chains.find(*context.chain);
    if (below != chains.end() && entry.header.sequence < below->second) stored.push_back(code);
  }
  for (const StoredReceipt& receipt : context.receipts) {
    json view{{"by", line.code_of(receipt.by)},
              {"role", role_or_null(receipt.role)},
              {"time", utc_text(receipt.time)}};
    if (receipt.kind == ReceiptKind::kShown) {
      shown.push_back(std::move(view));
    } else {
      view["authenticated"] = receipt.authenticated;
      acknowledged.push_back(std::move(view));
    }
  }
  return {
      {"stored", std::move(stored)}, {"shown", std::move(shown)}, {"acknowledged", std::move(acknowledged)}};
}

}  // namespace

std::optional<LineContext> LineContext::of(const LineId& id, const StationPort& station) {
  const auto line = station.for_export(id);
  if (!line) return std::nullopt;
  LineContext context;
  context.line = id;
  context.name = line->head.agreements.back().agreement.name;
  context.own_station = station.signing_key().key();
  context.attested = line->attested;
  for (const CardChain& cards : line->head.cards) {
    for (const SignedCard& edition : cards.editions()) {
      for (const CardStation& known : edition.card.stations) {
        context.codes[known.key] = cards.newest().code;
        context.revoked[known.key] = known.revoked.has_value();
      }
    }
  }
  context.own_code = context.code_of(context.own_station);
  for (const MemberCoverage& member : station.coverage(id)) {
    auto& chains = context.below[member.code];
    for (const auto& [chain, below] : member.below) chains[chain] = below;
  }
  return context;
}

std::string LineContext::code_of(const StationKey& station) const {
  const auto found = codes.find(station);
  return found == codes.end() ? "unknown station " + station.hex().substr(0, 8) : found->second;
}

json entry_view(const Entry& entry, const EntryContext& context, const LineContext& line) {
  const Header& header = entry.header;
  std::vector<std::string> labels;
  json view{{"line", header.line.hex()},
            {"line_name", line.name},
            {"id", entry.id.hex()},
            {"author", line.code_of(header.author)},
            {"station", header.author.hex()},
            {"own", header.author == line.own_station},
            {"incarnation", header.incarnation.hex()},
            {"sequence", header.sequence.value},
            {"kind", kind_name(header.kind)},
            {"kind_number", static_cast<unsigned>(header.kind)},
            {"precedence", precedence_name(header.precedence)},
            {"class", class_name(header.entry_class)},
            {"time", utc_text(header.time)},
            {"body_size", header.body_size},
            {"receipts", receipts_view(entry, context, line)},
            {"signed", line.attested},
            {"unconfirmed", context.unconfirmed}};
  view["serial"] = context.serial ? json(context.serial->value) : json(nullptr);
  view["exercise"] = role_or_null(header.exercise);
  show_body(entry, view, labels);
  if (!context.chain) labels.push_back("earlier entries on the way");
  const auto revoked = line.revoked.find(header.author);
  if (revoked != line.revoked.end() && revoked->second) labels.push_back("its station is revoked");
  view["labels"] = std::move(labels);
  return view;
}

}  // namespace openline::daemon
