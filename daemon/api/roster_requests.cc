// SPDX-License-Identifier: Apache-2.0
// Who is to be on watch when (docs/api.md, "The watch").
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/watch_view.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::chrono::hours kBefore{24}, kAhead{24 * 14};  // what is shown where nothing else is asked
constexpr std::chrono::hours kWidest{24 * 400};
constexpr std::size_t kMaxListed = 64;  // names that are read of one shift, before it is judged

// "from" in UTC, or "from_local" as the clocks of the desk show it.
WallTime read_moment(JsonReader& reader, const std::string& name, const std::string& desk,
                     const std::optional<TimeZone>& zone) {
  const auto utc = reader.optional_time(name);
  const auto local = reader.optional_text(name + "_local", 32);
  if (utc && local) reader.refuse(name, "is given twice, in UTC and in local time");
  if (utc || !local) {
    if (!utc) reader.refuse(name, fmt::format("is missing: in UTC, or as {}_local", name));
    return utc.value_or(WallTime{});
  }
  if (!zone) {
    reader.refuse(name + "_local",
                  fmt::format("the desk \"{}\" has no time_zone in its plan: say it in UTC", desk));
    return {};
  }
  const auto moment = zone->moment(*local);
  if (!moment) reader.refuse(name + "_local", moment.error().message);
  return moment.value_or(WallTime{});
}

Span read_span(JsonReader& reader, const std::string& desk, const std::optional<TimeZone>& zone) {
  const WallTime from = read_moment(reader, "from", desk, zone);
  return {from, read_moment(reader, "to", desk, zone)};
}

std::string numbers_of(const std::vector<Shift>& shifts) {
  std::string text;
  for (const Shift& shift : shifts) text += fmt::format("{}{}", text.empty() ? "" : ", ", shift.number);
  return text.empty() ? "none" : text;
}

}  // namespace

Api::Refusal Api::get_roster(const CallPtr& call) {
  QueryReader query(call->request);
  const auto from = query.optional_time("from"), to = query.optional_time("to");
  if (auto wrong = query.finish()) return wrong;
  const std::string& desk = call->arguments[0];
  if (lines_of(desk).empty()) return not_found("no line is at a desk \"" + desk + "\"");
  const WallTime now = station_.now().wall;
  Span span;
  span.from = from ? *from : (to ? std::min(*to, now) : now) - kBefore;
  span.to = to ? *to : std::max(span.from, now) + kAhead;
  if (span.to <= span.from) return bad_field("to", "must be after \"from\"");
  if (span.to - span.from > kWidest) return bad_field("to", "must be within 400 days of \"from\"");
  const auto& zone = office_.plan().at(desk).time_zone;
  json shifts = json::array();
  for (const Shift* shift : office_.roster().between(desk, span)) shifts.push_back(shift_view(*shift, zone));
  call->answer(200, {{"shifts", std::move(shifts)},
                     {"from", utc_text(span.from)},
                     {"to", utc_text(span.to)},
                     {"time_zone", zone ? json(zone->name()) : json(nullptr)}});
  return std::nullopt;
}

Api::Refusal Api::post_roster(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  const std::string& desk = call->arguments[0];
  if (lines_of(desk).empty()) return not_found("no line is at a desk \"" + desk + "\"");
  const auto& zone = office_.plan().at(desk).time_zone;
  JsonReader reader(*body);
  std::vector<Roster::Plan> shifts;
  const json* list = reader.optional_array("shifts", office_.roster().limits().shifts_at_once);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    JsonReader one((*list)[i], fmt::format("shifts[{}]", i));
    Roster::Plan shift;
    shift.officers = one.texts("officers", 1, kMaxListed, 64);
    shift.span = read_span(one, desk, zone);
    reader.adopt(one.finish());
    shifts.push_back(std::move(shift));
  }
  std::optional<Span> instead_of;
  if (const json* given = reader.optional_object("instead_of")) {
    JsonReader one(*given, "instead_of");
    instead_of = read_span(one, desk, zone);
    reader.adopt(one.finish());
  }
  if (auto wrong = reader.finish()) return wrong;
  if (!call->standing)
    return ApiError{
        409, "conflict",
        "a roster is of officers, and this station has none: the first is added with openline officer add",
        ""};
  const auto planned = office_.roster().plan(desk, shifts, instead_of, office_.accounts(),
                                             call->standing->officer.name, station_.now().wall);
  if (!planned) return error_of_desk(planned.error());
  json added = json::array(), removed = json::array();
  for (const Shift& shift : planned->added) added.push_back(shift_view(shift, zone));
  for (const Shift& shift : planned->removed) removed.push_back(shift_view(shift, zone));
  call->note =
      fmt::format("shifts {} in the place of {}", numbers_of(planned->added), numbers_of(planned->removed));
  tell_desk(desk);
  answer_durable(call, 201, {{"shifts", std::move(added)}, {"removed", std::move(removed)}});
  return std::nullopt;
}

}  // namespace openline::daemon
