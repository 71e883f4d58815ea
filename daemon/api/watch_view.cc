// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/watch_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/api/views.h"

namespace openline::daemon {

using nlohmann::json;

json shift_view(const Shift& shift, const std::optional<TimeZone>& zone) {
  json view{{"shift", shift.number},
            {"officers", shift.officers},
            {"from", utc_text(shift.span.from)},
            {"to", utc_text(shift.span.to)},
            {"planned_by", shift.planned_by}};
  if (zone) {
    view["from_local"] = zone->text(shift.span.from);
    view["to_local"] = zone->text(shift.span.to);
  }
  return view;
}

namespace {

json checklist_view(const HandOver& hand_over, bool reads_content) {
  json list = json::array();
  for (const CheckItem& item : hand_over.checklist) {
    json one{{"item", list.size() + 1}, {"text", item.text}, {"done", item.done}};
    if (!item.by.empty()) one["by"] = item.by;
    if (reads_content && !item.remark.empty()) one["remark"] = item.remark;
    list.push_back(std::move(one));
  }
  return list;
}

json may_view(const HandOver& hand_over, const HandOverReader& reader) {
  json may = json::array();
  if (hand_over.state != HandOverState::kOpen) return may;
  const bool is_settled = std::ranges::all_of(hand_over.checklist, &CheckItem::is_settled);
  const bool is_theirs = !reader.officer.empty() && hand_over.is_for(reader.officer);
  if (is_theirs && hand_over.signatures.empty() && !hand_over.checklist.empty()) may.push_back("check");
  if (is_theirs && is_settled && !hand_over.is_signed_by(reader.officer)) may.push_back("sign");
  if (is_theirs || reader.is_supervisor) may.push_back("withdraw");
  return may;
}

// What is collected of one desk.
class Report {
 public:
  Report(const std::string& desk, const StationStatus& status, const DeskPlan& plan)
      : desk_(desk), status_(status), plan_(plan) {
    for (const char* part : {"open_items", "drafts", "alarms", "lines", "paths", "keys"})
      view_[part] = json::array();
  }
  void add_lines() {
    for (const LineStatus& line : status_.lines) {
      if (line.own_desk != desk_) continue;
      const Agreement& agreement = line.agreement.agreement;
      const std::string lamp = lamp_name(line.lamp);
      const std::vector<std::string> conditions = conditions_of(line, status_, plan_);
      add("lines",
          {{"line", line.line.hex()},
           {"line_name", agreement.name},
           {"lamp", lamp},
           {"reason", line.reason},
           {"conditions", conditions},
           {"expires", agreement.expires.empty() ? json(nullptr) : json(agreement.expires)}},
          lamp == "open-attended" ? "" : fmt::format("lamp {} {}", line.line.hex(), lamp));
      for (const std::string& condition : conditions)
        marks_.push_back(fmt::format("condition {} {}", line.line.hex(), one_line(condition)));
      for (const MemberStatus& member : line.members) parties_.insert(member.code);
      add_open_items(line);
    }
  }
  void add_drafts(const Drafts& drafts) {
    for (const Draft* draft : drafts.all()) {
      if (draft->desk != desk_ || draft->is_over()) continue;
      add("drafts",
          {{"draft", draft->number},
           {"version", draft->version},
           {"line", draft->line.hex()},
           {"state", draft_state_name(draft->state)},
           {"author", draft->author},
           {"confirm", draft->confirmation()}},
          fmt::format("draft {} {} {}", draft->number, draft->version, draft_state_name(draft->state)));
    }
  }
  // But for tests: one rings when the watch passes.
  void add_alarms(const Alarms& alarms) {
    for (const Alarm* alarm : alarms.all()) {
      const AlarmCause& cause = alarm->cause;
      if (cause.desk != desk_ || cause.kind == AlarmKind::kTest) continue;
      add("alarms",
          {{"number", alarm->number},
           {"kind", alarm_kind_name(cause.kind)},
           {"line_name", cause.line_name},
           {"words", cause.words},
           {"since", utc_text(alarm->since)},
           {"rings", alarm->rings()},
           {"answered_by", alarm->answered_by.empty() ? json(nullptr) : json(alarm->answered_by)}},
          fmt::format("alarm {}", alarm->number));
    }
  }
  void add_paths(const std::vector<PathView>& paths) {
    for (const PathView& path : paths) {
      json up = json::array(), down = json::array();
      std::string mark = path.problem.empty() ? "" : fmt::format("path {}", path.name);
      for (const PeerStatus& peer : status_.peers) {
        const bool is_up = heard_by(peer, path.name);
        if (parties_.contains(peer.code)) (is_up ? up : down).push_back(peer.code);
      }
      add("paths",
          {{"path", path.name},
           {"kind", path.kind},
           {"usable", path.problem.empty()},
           {"problem", path.problem.empty() ? json(nullptr) : json(path.problem)},
           {"up", std::move(up)},
           {"down", std::move(down)}},
          mark);
    }
  }
  void add_keys() {
    for (const PeerStatus& peer : status_.peers) {
      if (!parties_.contains(peer.code)) continue;
      const bool is_suspect = std::ranges::any_of(peer.links, &LinkStatus::suspect_courier_key);
      const bool has_key = !peer.links.empty() && std::ranges::all_of(peer.links, &LinkStatus::courier_key);
      add("keys",
          {{"party", peer.code},
           {"card_edition", peer.card_edition},
           {"courier_key", has_key},
           {"suspect_courier_key", is_suspect}},
          is_suspect ? fmt::format("key {}", peer.code) : "");
    }
  }
  HandOvers::Report take() {
    for (const auto& [part, count] : more_) view_["more_" + part] = count;
    std::ranges::sort(marks_);
    return {dump(view_), std::move(marks_)};
  }

 private:
  void add(const std::string& part, json one, const std::string& mark) {
    if (!mark.empty()) marks_.push_back(mark);
    if (view_[part].size() >= kMaxReported) {
      ++more_[part];
    } else {
      view_[part].push_back(std::move(one));
    }
  }
  void add_open_items(const LineStatus& line) {
    for (const OpenItem& item : line.open_items) {
      json one = open_item_view(item);
      one["line"] = line.line.hex();
      one["line_name"] = line.agreement.agreement.name;
      const bool is_urgent = item.precedence > Precedence::kPriority;
      const std::string_view mark = item.left <= Seconds{0} ? "late "
                                    : is_urgent             ? "urgent "
                                                            : HandOvers::kQuietMark;
      add("open_items", std::move(one), std::string(mark) + item.id.hex());
    }
  }
  static bool heard_by(const PeerStatus& peer, const std::string& path) {
    return std::ranges::any_of(peer.links, [&](const LinkStatus& link) {
      return std::ranges::any_of(
          link.paths, [&](const PathStatus& one) { return one.name == path && one.state == PathState::kUp; });
    });
  }
  static std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
  }
  const std::string& desk_;
  const StationStatus& status_;
  const DeskPlan& plan_;
  std::set<std::string> parties_;
  json view_ = json::object();
  std::map<std::string, std::size_t> more_;
  std::vector<std::string> marks_;
};

}  // namespace

HandOvers::Report hand_over_report(const std::string& desk, const StationStatus& status,
                                   const std::vector<PathView>& paths, const Drafts& drafts,
                                   const Alarms& alarms, const DeskPlan& plan) {
  Report report(desk, status, plan);
  report.add_lines();
  report.add_drafts(drafts);
  report.add_alarms(alarms);
  report.add_paths(paths);
  report.add_keys();
  return report.take();
}

json hand_over_view(const HandOver& one, const HandOverReader& reader) {
  json signatures = json::array();
  for (const HandOver::Signature& by : one.signatures)
    signatures.push_back({{"officer", by.officer}, {"time", utc_text(by.time)}, {"version", by.version}});
  json view{{"hand_over", one.number},
            {"desk", one.desk},
            {"from", one.from},
            {"to", one.to},
            {"state", hand_over_state_name(one.state)},
            {"time", utc_text(one.time)},
            {"version", one.version},
            {"checklist", checklist_view(one, reader.reads_content)},
            {"signed_by", std::move(signatures)},
            {"may", may_view(one, reader)}};
  if (one.state != HandOverState::kOpen) {
    view["closed"] = utc_text(one.closed);
    view["closed_by"] = one.closed_by;
  }
  if (!reader.reads_content) return view;
  view["remarks"] = one.remarks;
  if (!reader.wants_report) return view;
  view["report"] = json::parse(one.report, nullptr, false);
  if (reader.wants_opened) view["opened_report"] = json::parse(one.opened_report, nullptr, false);
  return view;
}

}  // namespace openline::daemon
