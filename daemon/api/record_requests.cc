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

// An entry that is there and cannot be trusted is shown as that.
json damaged_view(const DamagedEntry& damaged) {
  return {{"serial", damaged.serial.value},
          {"kind", "damaged"},
          {"labels", {"damaged in the store: " + damaged.words}}};
}

ApiError unreadable(const StoreFailure& failure) {
  return {503, "unavailable", "the store cannot be read: " + failure.words, ""};
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
  if (auto wrong = query.finish()) return wrong;
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
  const bool taken = reads_.submit([call, range,
                                    context = *context](StoreReader& reader) -> ReadWorker::Then {
    const auto page = reader.entries(range);
    if (!page) return [call, failure = page.error()] { call->fail(unreadable(failure)); };
    std::vector<json> entries;
    for (const StoredEntry& entry : page->entries) entries.push_back(stored_view(entry, context, reader));
    for (const DamagedEntry& damaged : page->damaged) entries.push_back(damaged_view(damaged));
    std::ranges::sort(entries, {}, [](const json& entry) { return entry["serial"].get<std::uint64_t>(); });
    HttpResponse response;
    response.body = dump({{"entries", std::move(entries)}, {"more", page->more}});
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
