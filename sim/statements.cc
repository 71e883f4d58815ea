// SPDX-License-Identifier: Apache-2.0
#include "sim/statements.h"

#include <fmt/format.h>

#include <map>

#include "core/line/calls.h"
#include "core/line/contacts.h"
#include "core/line/visits.h"
#include "core/record/entry_graph.h"

namespace openline::sim {
namespace {

bool one_station_each(const StationKey& one, const StationKey& other) { return one == other; }

std::string short_id(const Act& act) { return act.id.hex().substr(0, 12); }

std::string contact_text(const Matter& matter) {
  const ContactStatus status = status_of(matter, one_station_each);
  std::string text = contact_state_name(status.state);
  if (status.time) text += fmt::format(" at {}", status.time->time_since_epoch().count());
  for (const auto& answer : status.answers) {
    text += fmt::format("\n  {} {} {}{}", short_id(*answer.act), contact_answer_name(answer.body.answer),
                        answer_standing_name(answer.standing), answer.superseded ? ", superseded" : "");
  }
  for (const auto& change : status.changes) {
    text += fmt::format("\n  {} {}", short_id(*change.act), contact_change_name(change.body.change));
  }
  for (const auto& claim : status.unanswered) {
    text += fmt::format("\n  {} unanswered: {}", short_id(*claim.act), contact_reach_name(claim.body.reach));
  }
  return text;
}

std::string visit_text(const Matter& matter) {
  const VisitStatus status = visit_status_of(matter, one_station_each);
  std::string text =
      fmt::format("{}{} {} {}", visit_state_name(status.state), status.crossed ? " crossed" : "",
                  status.terms.place, day_text(status.terms.first));
  for (const auto& step : status.steps) {
    text += fmt::format("\n  {} {}{}", short_id(*step.act), visit_act_name(step.body.act),
                        step.stands ? "" : ", superseded");
  }
  for (const auto& outcome : status.outcomes) {
    text += fmt::format("\n  {} outcome{}", short_id(*outcome.act), outcome.superseded ? ", superseded" : "");
  }
  return text;
}

std::string call_text(const Matter& matter) {
  const CallStatus status = call_status_of(matter, one_station_each);
  std::string text = fmt::format("{} {}", call_stage_name(status.stage), standing_name(status.standing));
  for (const auto& said : status.statements) {
    text += fmt::format("\n  {} {} {}", short_id(*said.act), call_stage_name(said.said.stage),
                        standing_name(said.standing));
    for (const Act* act : said.signed_by) text += " +" + short_id(*act);
    for (const Act* act : said.denied_by) text += " -" + short_id(*act);
  }
  return text;
}

std::string readout_text(const Matter& matter) {
  const ReadoutStatus status = readout_status_of(matter, one_station_each);
  std::string text =
      fmt::format("{} {}", readout_mark_name(status.body.mark), standing_name(status.standing));
  for (const Act* act : status.signed_by) text += " +" + short_id(*act);
  for (const Act* act : status.refused_by) text += " -" + short_id(*act);
  return text;
}

std::string said_of(const Matter& matter) {
  switch (matter.kind()) {
    case Kind::kContactRequest:
      return contact_text(matter);
    case Kind::kVisit:
      return visit_text(matter);
    case Kind::kCall:
      return call_text(matter);
    default:
      return readout_text(matter);
  }
}

}  // namespace

Statements statements_of(const std::vector<const Matter*>& matters) {
  Statements all;
  for (const Matter* matter : matters) all[matter->root().id] = said_of(*matter);
  return all;
}

std::string text_of(const Statements& statements) {
  std::string text;
  for (const auto& [id, said] : statements) text += id.hex().substr(0, 12) + " " + said + "\n";
  return text;
}

std::vector<EntryId> differing(const Statements& one, const Statements& other) {
  std::vector<EntryId> found;
  for (const auto& [id, said] : one) {
    const auto there = other.find(id);
    if (there == other.end() || there->second != said) found.push_back(id);
  }
  for (const auto& [id, said] : other) {
    if (!one.contains(id)) found.push_back(id);
  }
  return found;
}

Statements statements_of(World& world, std::size_t station) {
  return statements_of(world.station(station).matters(world.line()));
}

Statements statements_of_reader(const Store& store, const LineId& line) {
  std::vector<const Entry*> entries;
  for (const auto& [serial, stored] : store.entries()) {
    if (stored.entry.header.line == line) entries.push_back(&stored.entry);
  }
  const EntryGraph graph(entries);
  JointRecord record{JointRecordOptions{}};
  Matters matters{entries.size() + 1};
  std::uint32_t chain = 1;
  std::uint64_t serial = 0;
  for (const std::size_t index : canonical_order(graph)) {
    const Offered offered = record.offer(Run{{graph.entry(index)}}, chain);
    for (const PlacedEntry& placed : offered.placed) matters.place(placed, record, ++serial);
  }
  std::vector<const Matter*> all;
  for (const auto& [number, matter] : matters.all()) all.push_back(&matter);
  return statements_of(all);
}

std::vector<StationKey> denied_what_they_knew(const std::vector<const Matter*>& matters) {
  std::vector<StationKey> found;
  for (const Matter* matter : matters) {
    if (matter->kind() != Kind::kContactRequest) continue;
    for (const auto& answer : status_of(*matter, one_station_each).answers) {
      if (answer.standing == AnswerStanding::kDenied) found.push_back(matter->root().header.author);
    }
  }
  return found;
}

}  // namespace openline::sim
