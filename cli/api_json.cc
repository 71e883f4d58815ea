// SPDX-License-Identifier: Apache-2.0
#include "cli/api_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/json_fields.h"
#include "cli/matter_text.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using namespace json_fields;

Receipt receipt_of(const json& j) {
  return {text(j, "by"), text(j, "role"), text(j, "time"), flag(j, "authenticated")};
}
WayView way_of(const json& j) {
  return {text(j, "to"),        text(j, "state"),     text(j, "what"),    text(j, "precedence"),
          text(j, "agreement"), text(j, "hash"),      text(j, "path"),    texts(j, "entries"),
          number(j, "size"),    number(j, "missing"), number(j, "parts"), decimal(j, "due_s")};
}
ArrivingView arriving_of(const json& j) {
  return {text(j, "line"),    text(j, "hash"),      number(j, "parts_held"),
          number(j, "parts"), number(j, "missing"), decimal(j, "due_s")};
}
AttachedFile attached_of(const json& j) {
  AttachedFile file{text(j, "hash"), text(j, "name"), number(j, "size"), list(j, "on_the_way", way_of), {}};
  if (const json& arriving = child(j, "arriving"); !arriving.empty()) file.arriving = arriving_of(arriving);
  return file;
}

std::string flag_of(const json& j) { return text(j, "flag") + " in " + text(j, "field"); }

EntryView entry_of(const json& j) {
  EntryView e;
  e.serial = number(j, "serial");
  e.sequence = number(j, "sequence");
  e.kind_number = number(j, "kind_number");
  e.body_size = number(j, "body_size");
  e.number = number(j, "number");
  for (const auto& [field, name] : {std::pair{&e.line, "line"},
                                    {&e.line_name, "line_name"},
                                    {&e.id, "id"},
                                    {&e.author, "author"},
                                    {&e.kind, "kind"},
                                    {&e.precedence, "precedence"},
                                    {&e.entry_class, "class"},
                                    {&e.exercise, "exercise"},
                                    {&e.time, "time"},
                                    {&e.text, "text"},
                                    {&e.language, "language"},
                                    {&e.role, "role"},
                                    {&e.entry, "entry"},
                                    {&e.agreement, "agreement"},
                                    {&e.reason, "reason"},
                                    {&e.what, "what"},
                                    {&e.since, "since"},
                                    {&e.detail, "detail"}}) {
    *field = text(j, name);
  }
  e.summary = act_summary(j.dump(-1, ' ', false, json::error_handler_t::replace));
  e.own = flag(j, "own");
  e.authenticated = flag(j, "authenticated");
  e.attended = flag(j, "attended");
  e.is_signed = flag(j, "signed");
  e.unconfirmed = flag(j, "unconfirmed");
  e.attachments = list(j, "attachments", attached_of);
  e.entries = texts(j, "entries");
  e.labels = texts(j, "labels");
  // What in its texts may deceive, and where, is said as labels are.
  for (const std::string& flag : list(j, "flags", flag_of)) {
    if (std::ranges::find(e.labels, flag) == e.labels.end()) e.labels.push_back(flag);
  }
  const json& receipts = child(j, "receipts");
  e.stored = texts(receipts, "stored");
  e.shown = list(receipts, "shown", receipt_of);
  e.acknowledged = list(receipts, "acknowledged", receipt_of);
  e.on_the_way = list(receipts, "on_the_way", way_of);
  return e;
}

OpenItemView open_item_of(const json& j) {
  OpenItemView item{number(j, "serial"),
                    text(j, "id"),
                    text(j, "author"),
                    text(j, "precedence"),
                    text(j, "class"),
                    text(j, "time"),
                    text(j, "line_name"),
                    flag(j, "own"),
                    flag(j, "shown"),
                    flag(j, "stored"),
                    whole_number(j, "left_s").value_or(0),
                    std::nullopt};
  if (const json& entry = child(j, "entry"); !entry.empty()) item.entry = entry_of(entry);
  return item;
}

AgreementView agreement_of(const json& j) {
  AgreementView a{text(j, "hash"),
                  text(j, "state"),
                  text(j, "line"),
                  text(j, "name"),
                  text(j, "record"),
                  text(j, "toml"),
                  text(j, "expires"),
                  text(j, "amends"),
                  text(j, "tests_answered_by"),
                  {},
                  texts(j, "signed_by"),
                  texts(j, "waiting_for"),
                  {}};
  a.members = list(j, "members", [](const json& m) {
    return AgreementView::Member{text(m, "party"), text(m, "root"), text(m, "desk")};
  });
  a.refused_by =
      list(j, "refused_by", [](const json& r) { return std::pair{text(r, "party"), text(r, "reason")}; });
  return a;
}

MemberView member_of(const json& j) {
  return {text(j, "code"),      text(j, "desk"),       text(j, "last_heard"), text(j, "desk_state"),
          text(j, "desk_role"), text(j, "desk_since"), flag(j, "reachable"),  number(j, "not_stored")};
}

LineView line_of(const json& j) {
  LineView line;
  for (const auto& [field, name] : {std::pair{&line.line, "line"},
                                    {&line.name, "name"},
                                    {&line.lamp, "lamp"},
                                    {&line.reason, "reason"},
                                    {&line.record, "record"},
                                    {&line.agreement, "agreement"},
                                    {&line.expires, "expires"}}) {
    *field = text(j, name);
  }
  line.conditions = texts(j, "conditions");
  line.suspended = flag(j, "suspended");
  line.writing_stopped = flag(j, "writing_stopped");
  const json& own = child(j, "own");
  line.own_code = text(own, "code");
  line.own_desk = text(own, "desk");
  line.own_state = text(own, "state");
  line.own_role = text(own, "role");
  line.members = list(j, "members", member_of);
  line.open_items = list(j, "open_items", open_item_of);
  const json& test = child(j, "test");
  line.test_last_sent = text(test, "last_sent");
  line.test_last_answered = text(test, "last_answered");
  line.test_last_received = text(test, "last_received");
  line.test_unanswered = flag(test, "unanswered");
  line.tests_sent = number(test, "sent");
  line.tests_answered = number(test, "answered");
  line.test_every_s = number(test, "every_s");
  line.amendments = list(j, "amendments", agreement_of);
  line.entries = number(j, "entries");
  line.held_above_gap = number(j, "held_above_gap");
  line.newest_serial = number(child(j, "frontier"), "serial");
  return line;
}

PathView path_of(const json& j) {
  return {text(j, "path"),
          text(j, "remote"),
          text(j, "state"),
          text(j, "since"),
          text(j, "last_heard"),
          decimal(j, "round_trip_ms"),
          decimal(j, "loss").value_or(0),
          number(j, "detection_ms"),
          decimal(j, "declared_rate"),
          decimal(j, "measured_rate"),
          decimal(j, "queue_s"),
          decimal(j, "repeat_budget_used"),
          number(j, "queued_bytes")};
}

PeerView peer_of(const json& j) {
  PeerView peer{text(j, "party"), text(j, "code"), text(j, "name"), number(j, "card_edition"), {}};
  peer.links = list(j, "links", [](const json& l) {
    return LinkView{text(l, "station"),        text(l, "last_heard"),         text(l, "closing"),
                    flag(l, "session"),        flag(l, "courier_key"),        flag(l, "suspect_courier_key"),
                    list(l, "paths", path_of), list(l, "on_the_way", way_of), number(l, "more_on_the_way")};
  });
  return peer;
}

StatusView status_of(const json& j) {
  StatusView status;
  status.code = text(j, "code");
  status.name = text(j, "name");
  status.party = text(j, "party");
  status.software = text(j, "software");
  status.time = text(j, "time");
  status.store_problem = text(child(j, "store"), "problem");
  const json& console = child(j, "console");
  status.console = {text(console, "url"), text(console, "certificate_sha256"), text(console, "problem")};
  status.demo_offset_s = whole_number(child(j, "demo_clock"), "offset_s");
  status.paths = list(j, "paths", [](const json& p) {
    return OwnPathView{text(p, "name"), text(p, "kind"), text(p, "listen"), text(p, "problem"),
                       flag(p, "usable")};
  });
  status.peers = list(j, "peers", peer_of);
  status.lines = list(j, "lines", line_of);
  status.proposals = list(j, "proposals", agreement_of);
  status.attachments = list(j, "attachments", arriving_of);
  return status;
}

CardView card_of(const json& j) {
  CardView card;
  card.card = text(j, "card");
  card.fingerprint = text(j, "fingerprint");
  card.code = text(j, "code");
  card.name = text(j, "name");
  card.note = text(j, "note");
  card.edition = number(j, "edition");
  if (const auto known = whole_number(j, "known_edition"))
    card.known_edition = static_cast<std::uint64_t>(*known);
  card.accepted = flag(j, "accepted");
  card.languages = texts(j, "languages");
  card.stations = list(j, "stations", [](const json& s) {
    CardView::Station station{text(s, "key"), text(s, "name"), flag(s, "revoked"), {}};
    station.addresses = list(s, "addresses", [](const json& a) {
      return text(a, "path") + " " + text(a, "kind") + " " + text(a, "endpoint");
    });
    return station;
  });
  return card;
}

DoneView done_of(const json& j) {
  DoneView done{{}, text(j, "note"), text(j, "hash"), text(j, "line")};
  done.entries =
      list(j, "entries", [](const json& e) { return DoneView::Made{number(e, "serial"), text(e, "id")}; });
  return done;
}

}  // namespace

std::optional<EntryView> read_entry(std::string_view json_text) { return read_object(json_text, entry_of); }
std::optional<LineView> read_line(std::string_view json_text) { return read_object(json_text, line_of); }
std::optional<StatusView> read_status(std::string_view json_text) {
  return read_object(json_text, status_of);
}
std::optional<AgreementView> read_agreement(std::string_view json_text) {
  return read_object(json_text, agreement_of);
}
std::optional<CardView> read_card(std::string_view json_text) { return read_object(json_text, card_of); }
std::optional<DoneView> read_done(std::string_view json_text) { return read_object(json_text, done_of); }
std::optional<AttachedFile> read_attached_file(std::string_view json_text) {
  return read_object(json_text, attached_of);
}

std::optional<RecordView> read_record(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    RecordView record{list(j, "entries", entry_of), {}, flag(j, "more")};
    record.raw = list(j, "entries",
                      [](const json& e) { return e.dump(-1, ' ', false, json::error_handler_t::replace); });
    return record;
  });
}

std::optional<InboxView> read_inbox(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    return InboxView{list(j, "for_us", open_item_of), list(j, "for_them", open_item_of), flag(j, "more")};
  });
}

std::optional<std::vector<AgreementView>> read_agreements(std::string_view json_text) {
  return read_object(json_text, [](const json& j) { return list(j, "agreements", agreement_of); });
}

std::optional<ApiError> read_error(std::string_view json_text) {
  const auto object = object_in(json_text);
  if (!object) return std::nullopt;
  const json& error = child(*object, "error");
  if (text(error, "message").empty()) return std::nullopt;
  const std::uint64_t needs = number(error, "needs");
  return ApiError{text(error, "code"), text(error, "message"), text(error, "field"),
                  needs != 0 ? needs : number(*object, "needs")};
}

bool says_unpeopled(std::string_view json_text) {
  const auto object = object_in(json_text);
  return object && flag(*object, "unpeopled");
}

std::string write_text(const TextToSend& message) {
  json out{{"text", message.text}, {"class", message.entry_class}, {"precedence", message.precedence}};
  if (!message.exercise.empty()) out["exercise"] = message.exercise;
  if (!message.role.empty()) out["role"] = message.role;
  for (const AttachedFile& file : message.attachments) {
    out["attachments"].push_back({{"hash", file.hash}, {"name", file.name}, {"size", file.size}});
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace openline::cli
