// SPDX-License-Identifier: Apache-2.0
#include "cli/visit_calendar.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/record/visit_bodies.h"

namespace openline::cli {
namespace {

using nlohmann::json;

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Calendar = std::unique_ptr<icalcomponent, FreeComponent>;

icaltimetype date_of(Day day) {
  const std::chrono::year_month_day date(day);
  icaltimetype time = icaltime_null_date();
  time.year = static_cast<int>(date.year());
  time.month = static_cast<int>(static_cast<unsigned>(date.month()));
  time.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return time;
}

std::string word(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

icalproperty_status status_of(const std::string& state) {
  if (state == "accepted" || state == "held") return ICAL_STATUS_CONFIRMED;
  if (state == "cancelled" || state == "postponed") return ICAL_STATUS_CANCELLED;
  return ICAL_STATUS_TENTATIVE;
}

// What a calendar has no field for.
std::string description_of(const json& visit) {
  std::string text = "State on the line: " + word(visit, "state");
  if (const auto crossed = visit.find("crossed"); crossed != visit.end() && *crossed == true)
    text += " (acts that contradict each other crossed)";
  text += "\n";
  std::size_t number = 0;
  for (const json& goal : visit.value("goals", json::array()))
    text += fmt::format("Goal {}: {}\n", ++number, goal.is_string() ? goal.get<std::string>() : "");
  for (const json& one : visit.value("delegations", json::array()))
    text += fmt::format("{}: {}\n", word(one, "party"), word(one, "level"));
  return text + "The record of the line is authoritative, not this entry.";
}

void add_event(icalcomponent* calendar, std::string_view line, const json& visit, WallTime now) {
  const auto first = day_of(word(visit, "from")), last = day_of(word(visit, "to"));
  if (!first || !last) return;
  std::string summary = word(visit, "name");
  if (const std::string exercise = word(visit, "exercise"); !exercise.empty())
    summary = "EXERCISE " + exercise + ": " + summary;
  const auto steps = visit.find("steps");
  const auto stamp = std::chrono::floor<Seconds>(now.time_since_epoch()).count();
  icalcomponent* event = icalcomponent_vanew(
      ICAL_VEVENT_COMPONENT, icalproperty_new_uid((word(visit, "id") + "@openline").c_str()),
      icalproperty_new_dtstamp(icaltime_from_timet_with_zone(stamp, 0, icaltimezone_get_utc_timezone())),
      icalproperty_new_dtstart(date_of(*first)),
      icalproperty_new_dtend(date_of(*last + std::chrono::days(1))),  // the day after: section 3.6.1
      icalproperty_new_summary(summary.c_str()), icalproperty_new_location(word(visit, "place").c_str()),
      icalproperty_new_description(description_of(visit).c_str()),
      icalproperty_new_status(status_of(word(visit, "state"))),
      icalproperty_new_categories(std::string(line).c_str()),
      icalproperty_new_sequence(steps != visit.end() ? static_cast<int>(steps->size()) : 0), nullptr);
  icalcomponent_add_component(calendar, event);
}

}  // namespace

std::optional<std::string> visit_calendar(std::string_view line, std::string_view visits_json, WallTime now) {
  const json answer = json::parse(visits_json, nullptr, false);
  if (!answer.is_object() || !answer.contains("visits")) return std::nullopt;
  const Calendar calendar(icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                                              icalproperty_new_prodid("-//Openline//visits//EN"), nullptr));
  for (const json& visit : answer["visits"]) add_event(calendar.get(), line, visit, now);
  const std::unique_ptr<char, void (*)(void*)> text(icalcomponent_as_ical_string_r(calendar.get()),
                                                    icalmemory_free_buffer);
  return std::string(text.get());
}

}  // namespace openline::cli
