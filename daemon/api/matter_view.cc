// SPDX-License-Identifier: Apache-2.0
// What the record says of a matter, set out with its evidence: whose claim, and what stands beside it.
#include "core/line/calls.h"
#include "core/line/contacts.h"
#include "core/line/visits.h"
#include "daemon/api/act_view.h"
#include "daemon/api/text_flags.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

// An act as in the record, with its author, and what in its own words may deceive.
json act_view(const Act& act, const LineContext& line) {
  std::vector<std::string> labels;
  json view{{"id", act.id.hex()},
            {"author", line.code_of(act.header.author)},
            {"time", utc_text(act.header.time)},
            {"kind", kind_name(act.header.kind)}};
  show_act({act.header, act.id, act.body, {}}, view, labels);
  add_text_flags(view, view);
  return view;
}

json act_views(const std::vector<const Act*>& acts, const LineContext& line) {
  json views = json::array();
  for (const Act* act : acts) views.push_back(act_view(*act, line));
  return views;
}

void show_contact(const ContactStatus& status, const LineContext& line, json& view) {
  json answers = json::array(), changes = json::array(), unanswered = json::array();
  for (const ContactStatus::Answer& answer : status.answers) {
    json one = act_view(*answer.act, line);
    one["standing"] = answer_standing_name(answer.standing);
    one["superseded"] = answer.superseded;
    answers.push_back(std::move(one));
  }
  for (const ContactStatus::Change& change : status.changes) changes.push_back(act_view(*change.act, line));
  for (const ContactStatus::Unanswered& claim : status.unanswered)
    unanswered.push_back(act_view(*claim.act, line));
  view["state"] = contact_state_name(status.state);
  view["when"] = time_or_null(status.time);
  view["answers"] = std::move(answers);
  view["changes"] = std::move(changes);
  view["unanswered"] = std::move(unanswered);
}

void show_visit(const VisitStatus& status, const LineContext& line, json& view) {
  json steps = json::array(), outcomes = json::array();
  for (const VisitStatus::Step& step : status.steps) {
    json one = act_view(*step.act, line);
    one["stands"] = step.stands;
    steps.push_back(std::move(one));
  }
  for (const VisitStatus::Outcome& outcome : status.outcomes) {
    json one = act_view(*outcome.act, line);
    one["superseded"] = outcome.superseded;
    outcomes.push_back(std::move(one));
  }
  view["state"] = visit_state_name(status.state);
  view["crossed"] = status.crossed;
  view["place"] = status.terms.place;
  view["from"] = day_text(status.terms.first);
  view["to"] = day_text(status.terms.last);
  view["steps"] = std::move(steps);
  view["outcomes"] = std::move(outcomes);
}

void show_call(const CallStatus& status, const LineContext& line, json& view) {
  json statements = json::array();
  for (const CallStatus::Statement& statement : status.statements) {
    json one = act_view(*statement.act, line);
    one["standing"] = standing_name(statement.standing);
    one["signed_by"] = act_views(statement.signed_by, line);
    one["denied_by"] = act_views(statement.denied_by, line);
    statements.push_back(std::move(one));
  }
  view["state"] = call_stage_name(status.stage);
  view["standing"] = standing_name(status.standing);
  view["statements"] = std::move(statements);
}

void show_readout(const ReadoutStatus& status, const LineContext& line, json& view) {
  view["standing"] = standing_name(status.standing);
  view["signed_by"] = act_views(status.signed_by, line);
  view["refused_by"] = act_views(status.refused_by, line);
}

}  // namespace

json matter_view(const Matter& matter, const LineContext& line) {
  const SameParty same_party = [&](const StationKey& one, const StationKey& other) {
    return line.code_of(one) == line.code_of(other);
  };
  json view = act_view(matter.root(), line);
  const Header& header = matter.root().header;
  view["serial"] = matter.serial;
  view["precedence"] = precedence_name(header.precedence);
  view["class"] = class_name(header.entry_class);
  view["exercise"] = header.exercise.empty() ? json(nullptr) : json(header.exercise);
  view["own"] = line.code_of(header.author) == line.own_code;
  if (matter.kind() == Kind::kContactRequest) show_contact(status_of(matter, same_party), line, view);
  if (matter.kind() == Kind::kVisit) show_visit(visit_status_of(matter, same_party), line, view);
  if (matter.kind() == Kind::kCall) show_call(call_status_of(matter, same_party), line, view);
  if (matter.kind() == Kind::kReadout) show_readout(readout_status_of(matter, same_party), line, view);
  return view;
}

}  // namespace openline::daemon
