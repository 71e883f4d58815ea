// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/record/bodies.h"
#include "daemon/api/act_view.h"
#include "daemon/api/json_input.h"
#include "daemon/api/text_flags.h"
#include "daemon/api/traffic_view.h"
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
    default:
      if (!show_act(entry, view, labels)) labels.push_back("unknown kind");
  }
}

json receipts_view(const Entry& entry, const EntryContext& context, const LineContext& line) {
  json stored = json::array(), shown = json::array(), acknowledged = json::array(),
       translated = json::array(), disregarded = json::array(), referred = json::array();
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
    switch (receipt.kind) {
      case ReceiptKind::kShown:
        shown.push_back(std::move(view));
        break;
      case ReceiptKind::kAcknowledged:
        view["authenticated"] = receipt.authenticated;
        acknowledged.push_back(std::move(view));
        break;
      case ReceiptKind::kTranslated:
        view["serial"] = receipt.receipt.value;
        translated.push_back(std::move(view));
        break;
      case ReceiptKind::kReferred:
        view["serial"] = receipt.receipt.value;
        referred.push_back(std::move(view));
        break;
      case ReceiptKind::kDisregarded:
        view["serial"] = receipt.receipt.value;
        disregarded.push_back(std::move(view));
        break;
    }
  }
  return {{"stored", std::move(stored)},
          {"shown", std::move(shown)},
          {"acknowledged", std::move(acknowledged)},
          {"translated", std::move(translated)},
          {"disregarded", std::move(disregarded)},
          {"referred", std::move(referred)}};
}

// Where the entry is that others have not stored yet, as far as it is ours to bring it.
json on_the_way(const Entry& entry, const EntryContext& context, const LineContext& line) {
  json ways = json::array();
  if (!context.chain) return ways;
  const bool own = entry.header.author == line.own_station;
  const std::string author = line.code_of(entry.header.author);
  for (const MemberTraffic& member : line.traffic) {
    if (member.code == author) continue;
    const auto stored = line.below.find(member.code);
    if (stored != line.below.end()) {
      const auto below = stored->second.find(*context.chain);
      if (below != stored->second.end() && entry.header.sequence < below->second) continue;
    }
    json way = entry_way_view(member, *context.chain, entry.header.sequence, own, line.now);
    if (!way.is_null()) ways.push_back(std::move(way));
  }
  return ways;
}

// Of each attached file: what of it is on its way to others, and what of it is not here yet.
void show_files_on_the_way(json& view, const LineContext& line) {
  if (!view.contains("attachments")) return;
  for (json& file : view["attachments"]) {
    const auto hash = id_of<Hash>(file["hash"].get<std::string>());
    if (!hash) continue;
    json ways = json::array();
    for (const MemberTraffic& member : line.traffic) {
      json way = file_way_view(member, *hash, line.now);
      if (!way.is_null()) ways.push_back(std::move(way));
    }
    if (!ways.empty()) file["on_the_way"] = std::move(ways);
    if (const auto arriving = line.arriving.find(*hash); arriving != line.arriving.end())
      file["arriving"] = arriving_view(arriving->second);
  }
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
  const Agreement& agreement = line->head.agreements.back().agreement;
  context.forms = agreement.forms;
  context.editions = &station.editions();
  for (const auto& [code, language] : agreement.languages) {
    if (code == context.own_code) context.language = language;
  }
  for (const MemberCoverage& member : station.coverage(id)) {
    auto& chains = context.below[member.code];
    for (const auto& [chain, below] : member.below) chains[chain] = below;
  }
  return context;
}

void LineContext::add_traffic(const StationPort& station) {
  now = station.now();
  traffic = station.traffic(line);
  for (openline::AttachmentProgress& file : station.arriving()) {
    const Hash hash = file.attachment;
    arriving.emplace(hash, std::move(file));
  }
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
  if (header.kind == Kind::kNotice) {
    show_notice(entry, line, view, labels);
  } else {
    show_body(entry, view, labels);
  }
  view["receipts"]["on_the_way"] = on_the_way(entry, context, line);
  show_files_on_the_way(view, line);
  if (!context.chain) labels.push_back("earlier entries on the way");
  const auto revoked = line.revoked.find(header.author);
  if (revoked != line.revoked.end() && revoked->second) labels.push_back("its station is revoked");
  if (!view["receipts"]["disregarded"].empty()) labels.push_back("disregard: its author took it back");
  view["labels"] = std::move(labels);
  add_text_flags(view, view);
  return view;
}

}  // namespace openline::daemon
