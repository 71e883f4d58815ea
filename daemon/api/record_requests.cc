// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/export_source.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::uint64_t kMaxPage = 1000;
constexpr std::size_t kMaxInbox = 256, kPrefixSearch = 200000;
constexpr std::size_t kMostLookedAt = 2000;  // entries, for one page of a conversation
constexpr std::size_t kLeastLookedAt = 64;   // at once

// An entry that is there and cannot be trusted is shown as that.
json damaged_view(const DamagedEntry& damaged) {
  return {{"serial", damaged.serial.value},
          {"kind", "damaged"},
          {"labels", {"damaged in the store: " + damaged.words}}};
}

ApiError unreadable(const StoreFailure& failure) {
  return {503, "unavailable", "the store cannot be read: " + failure.words, ""};
}

// What a conversation is accompanied by, and what is shown beside or under the entries that it is about.
bool is_book_keeping(Kind kind) {
  switch (kind) {
    case Kind::kShown:
    case Kind::kAcknowledged:
    case Kind::kTest:
    case Kind::kTestAnswer:
    case Kind::kAttendance:
    case Kind::kAmendmentSignature:
      return true;
    default:
      return false;
  }
}

struct RecordPage {
  EntryPage found;
  std::optional<Serial> from, to;  // the lowest and the highest that was looked at, if any was
};

void look_at(RecordPage& page, Serial serial) {
  page.from = std::min(page.from.value_or(serial), serial);
  page.to = std::max(page.to.value_or(serial), serial);
}

Stored<RecordPage> read_whole(StoreReader& reader, const EntryRange& range) {
  auto found = reader.entries(range);
  if (!found) return std::unexpected(std::move(found.error()));
  RecordPage page{std::move(*found), {}, {}};
  for (const StoredEntry& entry : page.found.entries) look_at(page, entry.serial);
  for (const DamagedEntry& damaged : page.found.damaged) look_at(page, damaged.serial);
  return page;
}

// Goes on until there is a page of what is no book-keeping: most of a record may be receipts.
Stored<RecordPage> read_conversation(StoreReader& reader, EntryRange range) {
  RecordPage page;
  std::size_t wanted = range.max_entries, looked_at = 0;
  Serial& next = range.newest_first ? range.before : range.after;
  bool is_full = false;
  do {
    range.max_entries = std::min(std::max(wanted, kLeastLookedAt), kMostLookedAt - looked_at);
    auto part = read_whole(reader, range);
    if (!part) return part;
    page.found.more = part->found.more;
    if (!part->from) break;
    looked_at += part->found.entries.size() + part->found.damaged.size();
    const Serial last = range.newest_first ? *part->from : *part->to;
    next = last;
    for (StoredEntry& entry : part->found.entries) {
      if (is_book_keeping(entry.entry.header.kind)) continue;
      range.max_bytes -= std::min(range.max_bytes, entry.entry.body.size());
      is_full = --wanted == 0 || range.max_bytes == 0;
      if (is_full) next = entry.serial;
      page.found.entries.push_back(std::move(entry));
      if (is_full) break;
    }
    page.found.more = page.found.more || next != last;
    look_at(page, next);
    look_at(page, range.newest_first ? *part->to : *part->from);
    for (DamagedEntry& damaged : part->found.damaged) {
      if (*page.from <= damaged.serial && damaged.serial <= *page.to)
        page.found.damaged.push_back(std::move(damaged));
    }
  } while (page.found.more && !is_full && looked_at < kMostLookedAt);
  return page;
}

}  // namespace

json stored_view(const StoredEntry& entry, const LineContext& line, StoreReader& reader) {
  const auto receipts = reader.receipts(entry.chain, entry.entry.header.sequence);
  const EntryContext context{entry.serial, entry.chain, entry.unconfirmed,
                             receipts ? *receipts : std::vector<StoredReceipt>{}};
  return entry_view(entry.entry, context, line);
}

Api::Refusal Api::get_record(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  const auto after = query.optional_number("after", 0, INT64_MAX),
             before = query.optional_number("before", 0, INT64_MAX),
             limit = query.optional_number("limit", 1, kMaxPage);
  const auto of = query.optional_text("of", 16);
  if (auto wrong = query.finish()) return wrong;
  if (of && *of != "all" && *of != "conversation") return bad_field("of", "must be all or conversation");
  EntryRange range;
  range.line = *line;
  if (after) range.after = Serial{*after};
  if (before) range.before = Serial{*before};
  range.newest_first = before && !after;
  range.max_entries = static_cast<std::size_t>(limit.value_or(100));
  range.max_bytes = 4 << 20;
  auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  context->add_traffic(station_);
  const bool taken = reads_.submit([call, range, conversation = of == "conversation",
                                    context = *context](StoreReader& reader) -> ReadWorker::Then {
    const auto page = conversation ? read_conversation(reader, range) : read_whole(reader, range);
    if (!page) return [call, failure = page.error()] { call->fail(unreadable(failure)); };
    std::vector<json> entries;
    for (const StoredEntry& entry : page->found.entries)
      entries.push_back(stored_view(entry, context, reader));
    for (const DamagedEntry& damaged : page->found.damaged) entries.push_back(damaged_view(damaged));
    std::ranges::sort(entries, {}, [](const json& entry) { return entry["serial"].get<std::uint64_t>(); });
    HttpResponse response;
    json body{{"entries", std::move(entries)}, {"more", page->found.more}};
    if (page->from) body.update({{"from", page->from->value}, {"to", page->to->value}});
    response.body = dump(body);
    return [call, response = std::move(response)] { call->respond(response); };
  });
  if (!taken) return busy("too many requests wait for the store");
  return std::nullopt;
}

Api::Refusal Api::get_entry(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const std::string& prefix = call->arguments[1];
  if (!is_id_prefix(prefix)) return bad_field("id", "must be 4 to 64 lower-case hexadecimal digits");
  auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  context->add_traffic(station_);
  const bool taken = reads_.submit([call, line = *line, prefix,
                                    context = *context](StoreReader& reader) -> ReadWorker::Then {
    const auto page = reader.entries_with_prefix(line, prefix, kPrefixSearch);
    if (!page) return [call, failure = page.error()] { call->fail(unreadable(failure)); };
    if (page->entries.size() > 1) {
      return [call] {
        call->fail({409, "ambiguous", "several entries begin with these digits: give more", ""});
      };
    }
    if (page->entries.empty())
      return [call] { call->fail(not_found("no entry of this line begins with these digits")); };
    return [call, view = stored_view(page->entries.front(), context, reader)] { call->answer(200, view); };
  });
  if (!taken) return busy("too many requests wait for the store");
  return std::nullopt;
}

namespace {

struct InboxItem {
  OpenItem item;
  LineId line;
};

// The most urgent first, then the oldest.
std::vector<InboxItem> inbox_items(const StationStatus& status, const std::optional<LineId>& only, bool own,
                                   bool& more) {
  std::vector<InboxItem> items;
  for (const LineStatus& line : status.lines) {
    if (only && *only != line.line) continue;
    for (const OpenItem& item : line.open_items) {
      if (item.own == own) items.push_back({item, line.line});
    }
  }
  std::ranges::sort(items, [](const InboxItem& a, const InboxItem& b) {
    if (a.item.precedence != b.item.precedence) return a.item.precedence > b.item.precedence;
    return a.item.serial < b.item.serial;
  });
  more = more || items.size() > kMaxInbox;
  if (items.size() > kMaxInbox) items.resize(kMaxInbox);
  return items;
}

json inbox_view(const std::vector<InboxItem>& items, const std::map<LineId, LineContext>& lines,
                StoreReader& reader) {
  json result = json::array();
  for (const InboxItem& open : items) {
    const auto line = lines.find(open.line);
    if (line == lines.end()) continue;
    json view = open_item_view(open.item);
    view["line"] = open.line.hex();
    view["line_name"] = line->second.name;
    const auto entry = reader.entry(open.item.serial);
    view["entry"] = entry && *entry ? stored_view(**entry, line->second, reader) : json(nullptr);
    result.push_back(std::move(view));
  }
  return result;
}

}  // namespace

Api::Refusal Api::get_inbox(const CallPtr& call) {
  QueryReader query(call->request);
  const auto name = query.optional_text("line", 100);
  if (auto wrong = query.finish()) return wrong;
  const auto only = find_line_if(name);
  if (!only) return only.error();
  StationStatus status = station_.status();
  if (const auto may_read = reader_of(*call))
    std::erase_if(status.lines, [&](const LineStatus& line) { return !may_read(line.line); });
  bool more = false;
  auto for_us = inbox_items(status, *only, false, more), for_them = inbox_items(status, *only, true, more);
  std::map<LineId, LineContext> lines;
  for (const LineStatus& line : status.lines) {
    auto context = LineContext::of(line.line, station_);
    if (!context) continue;
    context->add_traffic(station_);
    lines.emplace(line.line, std::move(*context));
  }
  const bool taken = reads_.submit([=, for_us = std::move(for_us), for_them = std::move(for_them),
                                    lines = std::move(lines)](StoreReader& reader) -> ReadWorker::Then {
    const json view{{"for_us", inbox_view(for_us, lines, reader)},
                    {"for_them", inbox_view(for_them, lines, reader)},
                    {"more", more}};
    return [call, view] { call->answer(200, view); };
  });
  if (!taken) return busy("too many requests wait for the store");
  return std::nullopt;
}

Api::Refusal Api::get_export(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  auto source = ExportSource::of(*line, station_, reads_);
  if (!source) return not_found("the line is gone");
  HttpResponse response;
  response.type = "application/cbor";
  response.source = std::move(source);
  call->respond(std::move(response));
  return std::nullopt;
}

}  // namespace openline::daemon
