// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm_json.h"

#include "cli/json_fields.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using namespace json_fields;

AlarmView alarm_of(const json& j) {
  AlarmView alarm;
  alarm.number = number(j, "number");
  alarm.draft = number(j, "draft");
  alarm.rings = flag(j, "rings");
  for (const auto& [field, name] : {std::pair{&alarm.kind, "kind"},
                                    {&alarm.line, "line"},
                                    {&alarm.line_name, "line_name"},
                                    {&alarm.desk, "desk"},
                                    {&alarm.entry, "entry"},
                                    {&alarm.precedence, "precedence"},
                                    {&alarm.entry_class, "class"},
                                    {&alarm.exercise, "exercise"},
                                    {&alarm.words, "words"},
                                    {&alarm.since, "since"},
                                    {&alarm.step, "step"},
                                    {&alarm.answered_by, "answered_by"},
                                    {&alarm.answered, "answered"}}) {
    *field = text(j, name);
  }
  alarm.also_at = texts(j, "also_at");
  alarm.next_step = text(child(j, "next_step"), "name");
  alarm.next_at = text(child(j, "next_step"), "at");
  alarm.json = j.dump(-1, ' ', false, json::error_handler_t::replace);
  return alarm;
}

bool is_alarm(const AlarmView& alarm) { return alarm.number != 0 && !alarm.kind.empty(); }

}  // namespace

std::optional<AlarmView> read_alarm(std::string_view json_text) {
  auto alarm = read_object(json_text, alarm_of);
  if (alarm && !is_alarm(*alarm)) return std::nullopt;
  return alarm;
}

std::optional<AlarmsView> read_alarms(std::string_view json_text) {
  return read_object(
      json_text, [](const json& j) { return AlarmsView{list(j, "alarms", alarm_of), number(j, "ringing")}; });
}

std::optional<AlarmEventView> read_alarm_event(std::string_view json_text) {
  auto event = read_object(json_text, [](const json& j) {
    return AlarmEventView{text(j, "change"), alarm_of(child(j, "alarm"))};
  });
  if (event && (event->change.empty() || !is_alarm(event->alarm))) return std::nullopt;
  return event;
}

}  // namespace openline::cli
