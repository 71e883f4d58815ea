// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;
using namespace std::chrono_literals;

Api::Api(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, AttachmentPort& attachments,
         Office& office, SearchThread& search)
    : loop_(loop),
      station_(station),
      reads_(reads),
      attachments_(attachments),
      office_(office),
      search_(search),
      sessions_timer_(loop),
      alarms_timer_(loop),
      look_timer_(loop),
      station_key_(station.signing_key().key()),
      events_(loop, station, reads, hooks()),
      history_(station.now().wall) {
  watch_sessions();
  watch_alarms();
  ask_for_released();
}

void Call::answer(int status, const json& body) const {
  HttpResponse response;
  response.status = status;
  response.body = dump(body);
  respond(std::move(response));
}

void Api::refresh_lines() {
  lines_.clear();
  for (const LineStatus& line : station_.status().lines) {
    const Agreement& agreement = line.agreement.agreement;
    lines_.push_back({line.line, agreement.name, line.own_desk, agreement.release, agreement.identify});
  }
  lines_since_ = station_.now().monotonic;
}

const Api::KnownLine* Api::known_line(const LineId& line) {
  const auto find = [&] { return std::ranges::find(lines_, line, &KnownLine::line); };
  if (station_.now().monotonic - lines_since_ > 1s || find() == lines_.end()) refresh_lines();
  const auto found = find();
  return found == lines_.end() ? nullptr : &*found;
}

std::string Api::desk_of(const LineId& line) {
  const KnownLine* known = known_line(line);
  return known == nullptr ? "" : known->desk;
}

std::string Api::line_name(const LineId& line) {
  const KnownLine* known = known_line(line);
  return known == nullptr ? "" : known->name;
}

void Api::entry_added(const EntryAdded& entry) {
  // What an amendment changes holds from then on.
  const Kind kind = entry.entry.header.kind;
  if (kind == Kind::kAmendment || kind == Kind::kAmendmentSignature) lines_.clear();
  search_.entries_came();
  events_.entry_added(entry);
  look_soon();  // it may ring
}

// Names are asked anew once a second and when one is not found: lines come and change seldom, requests often.
std::expected<LineId, ApiError> Api::find_line(const std::string& text) {
  const auto found = [&] {
    std::vector<LineId> lines;
    for (const KnownLine& line : lines_) {
      if (line.name == text) lines.push_back(line.line);
    }
    if (lines.empty() && is_id_prefix(text)) {
      for (const KnownLine& line : lines_) {
        if (line.line.hex().starts_with(text)) lines.push_back(line.line);
      }
    }
    return lines;
  };
  if (lines_.empty() || station_.now().monotonic - lines_since_ > 1s) refresh_lines();
  std::vector<LineId> lines = found();
  if (lines.empty()) {
    refresh_lines();
    lines = found();
  }
  if (lines.empty()) return std::unexpected(not_found("no line has the name or id \"" + text + "\""));
  if (lines.size() > 1) {
    return std::unexpected(ApiError{
        409, "ambiguous", fmt::format("{} lines are called \"{}\": give an id", lines.size(), text), ""});
  }
  return lines.front();
}

std::expected<std::optional<LineId>, ApiError> Api::find_line_if(const std::optional<std::string>& text) {
  if (!text) return std::optional<LineId>();
  const auto line = find_line(*text);
  if (!line) return std::unexpected(line.error());
  return std::optional(*line);
}

ApiError Api::error_of(const CommandError& error) const {
  switch (error.why) {
    case Refused::kBadRequest:
      return {422, "refused", error.message, ""};
    case Refused::kNotFound:
      return {404, "not_found", error.message, ""};
    case Refused::kConflict:
      return {409, "conflict", error.message, ""};
    case Refused::kForbidden:
      return {403, "forbidden", error.message, ""};
    case Refused::kStopped:
      return {409, "stopped", error.message, ""};
    case Refused::kUnavailable:
      break;
  }
  if (station_.store_is_full()) return {507, "store_full", error.message, ""};
  return {503, "unavailable", error.message, ""};
}

json done_view(const Done& done) {
  json view = json::object(), entries = json::array();
  for (const EntryMade& entry : done.entries)
    entries.push_back({{"serial", entry.serial.value}, {"id", entry.id.hex()}});
  view["entries"] = std::move(entries);
  if (!done.note.empty()) view["note"] = done.note;
  if (done.agreement) view["hash"] = done.agreement->hex();
  if (done.line) view["line"] = done.line->hex();
  return view;
}

void Api::run(const CallPtr& call, Command command) {
  station_.command(std::move(command), [this, call](const auto& result) {
    if (!result) return call->fail(error_of(result.error()));
    call->answer(201, done_view(*result));
  });
}

}  // namespace openline::daemon
