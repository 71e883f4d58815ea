// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_json.h"

#include <fmt/format.h>

#include "cli/json_fields.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using namespace json_fields;
using Lines = std::vector<std::string>;

PresentView present_of(const json& j) {
  return {text(j, "officer"),   text(j, "title"),      text(j, "since"),
          text(j, "confirmed"), text(j, "confirm_by"), flag(j, "asked")};
}

ShiftView shift_of(const json& j) {
  return {number(j, "shift"),    texts(j, "officers"), text(j, "from"),      text(j, "to"),
          text(j, "from_local"), text(j, "to_local"),  text(j, "planned_by")};
}

std::string joined(const Lines& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all.empty() ? "nobody" : all;
}

std::string open_item_line(const json& j) {
  const std::int64_t left = whole_number(j, "left_s").value_or(0);
  return fmt::format("{} {} from {} on {}, {}, {}", text(j, "class"), text(j, "precedence"),
                     text(j, "author"), text(j, "line_name"), text(j, "id").substr(0, 8),
                     flag(j, "own") ? "waits for them"
                     : left < 0     ? "waits for us, OVERDUE"
                                    : "waits for us");
}
std::string draft_line(const json& j) {
  return fmt::format("draft {} version {} by {}: {}, {}", number(j, "draft"), number(j, "version"),
                     text(j, "author"), text(j, "confirm"), text(j, "state"));
}
std::string alarm_line(const json& j) {
  const std::string answered = text(j, "answered_by");
  return fmt::format("alarm {}, {}: {}", number(j, "number"),
                     answered.empty() ? "rings" : "answered by " + answered, text(j, "words"));
}
std::string line_line(const json& j) {
  std::string out = fmt::format("{}: {}, {}", text(j, "line_name"), text(j, "lamp"), text(j, "reason"));
  for (const std::string& condition : texts(j, "conditions")) out += "; " + condition;
  const std::string expires = text(j, "expires");
  return expires.empty() ? out : out + "; the agreement expires " + expires;
}
std::string path_line(const json& j) {
  const std::string problem = text(j, "problem");
  return fmt::format("{} ({}): {}up to {}, down to {}", text(j, "path"), text(j, "kind"),
                     problem.empty() ? "" : problem + "; ", joined(texts(j, "up")), joined(texts(j, "down")));
}
std::string key_line(const json& j) {
  return fmt::format("{}: card edition {}, {}", text(j, "party"), number(j, "card_edition"),
                     flag(j, "suspect_courier_key") ? "THE COURIER KEY IS SUSPECT"
                     : flag(j, "courier_key")       ? "with a courier key"
                                                    : "no courier key");
}

std::vector<std::pair<std::string, Lines>> report_of(const json& j) {
  std::vector<std::pair<std::string, Lines>> report;
  if (j.empty()) return report;
  using Read = std::string (*)(const json&);
  for (const auto& [heading, name, read] :
       {std::tuple<const char*, const char*, Read>{"Open", "open_items", open_item_line},
        {"Drafts", "drafts", draft_line},
        {"Alarms", "alarms", alarm_line},
        {"Lines", "lines", line_line},
        {"Paths", "paths", path_line},
        {"Keys", "keys", key_line}}) {
    Lines lines = list(j, name, read);
    const std::uint64_t more = number(j, ("more_" + std::string(name)).c_str());
    if (more != 0) lines.push_back(fmt::format("and {} more", more));
    report.emplace_back(heading, std::move(lines));
  }
  return report;
}

HandOverView hand_over_of(const json& j) {
  HandOverView view;
  view.number = number(j, "hand_over");
  view.version = number(j, "version");
  for (const auto& [field, name] : {std::pair{&view.desk, "desk"},
                                    {&view.from, "from"},
                                    {&view.to, "to"},
                                    {&view.state, "state"},
                                    {&view.time, "time"},
                                    {&view.remarks, "remarks"},
                                    {&view.closed, "closed"},
                                    {&view.closed_by, "closed_by"}}) {
    *field = text(j, name);
  }
  view.report = report_of(child(j, "report"));
  view.checklist = list(j, "checklist", [](const json& one) {
    return CheckItemView{number(one, "item"), text(one, "text"), text(one, "by"), text(one, "remark"),
                         flag(one, "done")};
  });
  view.signed_by = list(j, "signed_by", [](const json& one) {
    return SignatureView{text(one, "officer"), text(one, "time"), number(one, "version")};
  });
  view.may = texts(j, "may");
  return view;
}

}  // namespace

std::optional<std::vector<std::string>> read_desks(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    return list(j, "desks", [](const json& one) { return text(one, "desk"); });
  });
}

std::optional<WatchView> read_watch(std::string_view json_text) {
  auto watch = read_object(json_text, [](const json& j) {
    return WatchView{text(j, "desk"),
                     text(j, "mine"),
                     text(j, "unmanned_since"),
                     text(j, "alarm_tested"),
                     text(j, "time_zone"),
                     list(j, "on_watch", present_of),
                     list(j, "lapsed", present_of),
                     shift_of(child(j, "shift")),
                     shift_of(child(j, "next_shift")),
                     hand_over_of(child(j, "hand_over")),
                     hand_over_of(child(j, "last_hand_over"))};
  });
  if (watch && watch->desk.empty()) return std::nullopt;
  return watch;
}

std::optional<RosterView> read_roster(std::string_view json_text) {
  auto roster = object_in(json_text);
  if (!roster || !roster->contains("shifts")) return std::nullopt;
  return RosterView{list(*roster, "shifts", shift_of), list(*roster, "removed", shift_of),
                    text(*roster, "time_zone")};
}

std::optional<HandOverView> read_hand_over(std::string_view json_text) {
  auto view = read_object(json_text, hand_over_of);
  if (view && (view->number == 0 || view->version == 0)) return std::nullopt;
  return view;
}

std::optional<std::vector<HandOverView>> read_hand_overs(std::string_view json_text) {
  return read_object(json_text, [](const json& j) { return list(j, "hand_overs", hand_over_of); });
}

std::optional<StillThereView> read_still_there(std::string_view json_text) {
  auto view = read_object(json_text, [](const json& j) {
    return StillThereView{text(j, "desk"), text(j, "by"), flag(j, "lapsed")};
  });
  if (view && view->desk.empty()) return std::nullopt;
  return view;
}

std::string read_next(std::string_view json_text) {
  return read_object(json_text, [](const json& j) { return text(j, "next"); }).value_or("");
}

}  // namespace openline::cli
