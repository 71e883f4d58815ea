// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;
using namespace std::chrono_literals;

struct Routes {
  struct Route {
    std::string_view method;
    std::vector<std::string_view> path;  // "{}": an argument
    Api::Handler handler;
  };
  static std::span<const Route> all();
};

std::span<const Routes::Route> Routes::all() {
  static const std::vector<Route> kRoutes{
      {"GET", {"v1", "status"}, &Api::get_status},
      {"GET", {"metrics"}, &Api::get_metrics},
      {"GET", {"v1", "card"}, &Api::get_card},
      {"POST", {"v1", "cards"}, &Api::post_card},
      {"POST", {"v1", "demo", "clock"}, &Api::post_clock},
      {"GET", {"v1", "agreements"}, &Api::get_agreements},
      {"POST", {"v1", "agreements"}, &Api::post_agreement},
      {"GET", {"v1", "agreements", "{}"}, &Api::get_agreement},
      {"POST", {"v1", "agreements", "{}", "refuse"}, &Api::refuse_agreement},
      {"GET", {"v1", "lines"}, &Api::get_lines},
      {"GET", {"v1", "lines", "{}"}, &Api::get_line},
      {"GET", {"v1", "lines", "{}", "record"}, &Api::get_record},
      {"GET", {"v1", "lines", "{}", "record", "{}"}, &Api::get_entry},
      {"POST", {"v1", "lines", "{}", "entries"}, &Api::post_entries},
      {"POST", {"v1", "lines", "{}", "ack"}, &Api::acknowledge},
      {"POST", {"v1", "lines", "{}", "shown"}, &Api::shown},
      {"POST", {"v1", "lines", "{}", "test"}, &Api::test},
      {"POST", {"v1", "lines", "{}", "suspend"}, &Api::suspend},
      {"POST", {"v1", "lines", "{}", "resume"}, &Api::resume},
      {"POST", {"v1", "lines", "{}", "go-on"}, &Api::go_on},
      {"POST", {"v1", "lines", "{}", "amend"}, &Api::amend},
      {"GET", {"v1", "lines", "{}", "contacts"}, &Api::get_matters},
      {"POST", {"v1", "lines", "{}", "contacts"}, &Api::request_contact},
      {"POST", {"v1", "lines", "{}", "contacts", "{}", "answer"}, &Api::answer_contact},
      {"POST", {"v1", "lines", "{}", "contacts", "{}", "change"}, &Api::change_contact},
      {"GET", {"v1", "lines", "{}", "visits"}, &Api::get_matters},
      {"POST", {"v1", "lines", "{}", "visits"}, &Api::propose_visit},
      {"POST", {"v1", "lines", "{}", "visits", "{}", "act"}, &Api::act_on_visit},
      {"POST", {"v1", "lines", "{}", "visits", "{}", "outcome"}, &Api::visit_outcome},
      {"GET", {"v1", "lines", "{}", "calls"}, &Api::get_matters},
      {"POST", {"v1", "lines", "{}", "calls"}, &Api::post_call},
      {"POST", {"v1", "lines", "{}", "calls", "{}", "act"}, &Api::act_on_call},
      {"GET", {"v1", "lines", "{}", "readouts"}, &Api::get_matters},
      {"POST", {"v1", "lines", "{}", "readouts"}, &Api::post_readout},
      {"POST", {"v1", "lines", "{}", "readouts", "{}", "answer"}, &Api::answer_readout},
      {"POST", {"v1", "lines", "{}", "translations"}, &Api::post_translation},
      {"POST", {"v1", "lines", "{}", "disregard"}, &Api::post_disregard},
      {"GET", {"v1", "forms"}, &Api::get_forms},
      {"POST", {"v1", "lines", "{}", "notices"}, &Api::post_notice},
      {"GET", {"v1", "lines", "{}", "efforts"}, &Api::get_efforts},
      {"GET", {"v1", "lines", "{}", "attend"}, &Api::attend},
      {"GET", {"v1", "lines", "{}", "export"}, &Api::get_export},
      {"GET", {"v1", "events"}, &Api::get_events},
      {"GET", {"v1", "inbox"}, &Api::get_inbox},
      {"GET", {"v1", "attachments", "{}"}, &Api::get_attachment},
  };
  return kRoutes;
}

namespace {

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path,
             std::vector<std::string>& arguments) {
  if (pattern.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] == "{}") {
      arguments.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

ApiError method_not_allowed(const std::string& allowed) {
  return {405, "method_not_allowed", "this address takes " + allowed, ""};
}

}  // namespace

Api::Api(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, AttachmentPort& attachments)
    : loop_(loop),
      station_(station),
      reads_(reads),
      attachments_(attachments),
      station_key_(station.signing_key().key()),
      events_(loop, station, reads) {}

void Call::answer(int status, const json& body) const {
  HttpResponse response;
  response.status = status;
  response.body = dump(body);
  respond(std::move(response));
}

void Api::handle(HttpRequest request, Respond respond) {
  auto call = std::make_shared<Call>(Call{std::move(request), {}, std::move(respond)});
  std::string allowed;
  for (const Routes::Route& route : Routes::all()) {
    if (!matches(route.path, call->request.path, call->arguments)) continue;
    if (route.method == call->request.method) {
      const Refusal refusal = (this->*route.handler)(call);
      if (refusal) call->fail(*refusal);
      return;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) return call->fail(not_found("there is nothing at this address"));
  HttpResponse response = error_response(method_not_allowed(allowed));
  response.headers.emplace_back("Allow", allowed);
  call->respond(std::move(response));
}

void Api::refresh_names() {
  names_.clear();
  for (const LineStatus& line : station_.status().lines)
    names_.push_back({line.line, line.agreement.agreement.name});
  names_since_ = station_.now().monotonic;
}

// Names are asked anew once a second and when one is not found: lines come and change seldom, requests often.
std::expected<LineId, ApiError> Api::find_line(const std::string& text) {
  const auto found = [&] {
    std::vector<LineId> lines;
    for (const NamedLine& line : names_) {
      if (line.name == text) lines.push_back(line.line);
    }
    if (lines.empty() && is_id_prefix(text)) {
      for (const NamedLine& line : names_) {
        if (line.line.hex().starts_with(text)) lines.push_back(line.line);
      }
    }
    return lines;
  };
  if (names_.empty() || station_.now().monotonic - names_since_ > 1s) refresh_names();
  std::vector<LineId> lines = found();
  if (lines.empty()) {
    refresh_names();
    lines = found();
  }
  if (lines.empty()) return std::unexpected(not_found("no line has the name or id \"" + text + "\""));
  if (lines.size() > 1) {
    return std::unexpected(ApiError{
        409, "ambiguous", fmt::format("{} lines are called \"{}\": give an id", lines.size(), text), ""});
  }
  return lines.front();
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
