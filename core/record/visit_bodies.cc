// SPDX-License-Identifier: Apache-2.0
#include "core/record/visit_bodies.h"

#include <algorithm>
#include <charconv>

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

std::optional<std::string> problem_of(const VisitTerms& terms) {
  if (!has_size(terms.place, 1, kMaxPlace)) return "the place has 1 to 128 bytes";
  const auto out = [](Day day) {
    return day.time_since_epoch().count() < 0 || day.time_since_epoch().count() > kLastDay;
  };
  if (out(terms.first) || out(terms.last)) return "a date lies between 1970 and 9999";
  if (terms.last < terms.first) return "the last day comes before the first";
  return std::nullopt;
}

// [place, first, last]
void write_terms(cbor::Encoder& to, const VisitTerms& terms) {
  to.array(3).text(terms.place);
  for (const Day day : {terms.first, terms.last})
    to.number(static_cast<std::uint64_t>(day.time_since_epoch().count()));
}

VisitTerms read_terms(FieldDecoder& decoder) {
  decoder.array_within(3, 3);
  VisitTerms terms;
  terms.place = decoder.text_within(1, kMaxPlace);
  const auto day = [&] {
    return Day{std::chrono::days{static_cast<std::int64_t>(decoder.number(kLastDay))}};
  };
  terms.first = day();
  terms.last = day();
  return terms;
}

bool is_language(const std::string& text) { return has_size(text, 2, 16); }

template <class Body>
Result<Body> checked(FieldDecoder& decoder, Body body) {
  decoder.end_map();
  if (decoder.ok()) {
    if (const auto problem = body.problem()) decoder.refuse(*problem);
  }
  return decoder.result(std::move(body));
}

}  // namespace

std::string day_text(Day day) {
  const std::chrono::year_month_day date(day);
  const auto padded = [](unsigned value, std::size_t width) {
    std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2);
}

std::optional<Day> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  unsigned parts[3] = {};
  const std::string_view fields[3] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  for (std::size_t i = 0; i < 3; ++i) {
    const char* end = fields[i].data() + fields[i].size();
    const auto read = std::from_chars(fields[i].data(), end, parts[i]);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(parts[0])),
                                         std::chrono::month(parts[1]), std::chrono::day(parts[2]));
  if (!date.ok() || parts[0] < 1970) return std::nullopt;
  return Day(date);
}

const char* visit_act_name(VisitAct act) {
  constexpr const char* kNames[] = {"accepted", "countered", "postponed", "cancelled", "held"};
  const auto number = static_cast<std::size_t>(act);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

std::optional<std::string> VisitBody::problem() const {
  if (!has_size(name, 1, 64)) return "the visit's name has 1 to 64 bytes";
  if (!has_size(role, 1, kMaxRole)) return "a role is needed, of at most 64 bytes";
  if (auto wrong = problem_of(terms)) return wrong;
  if (!is_language(language)) return "say the language, as \"en\"";
  const auto is_line = [](const std::string& text) { return has_size(text, 1, kMaxWords); };
  if (goals.empty() || goals.size() > kMaxGoals) return "a visit has 1 to 16 goals";
  if (!std::ranges::all_of(goals, is_line)) return "a goal has 1 to 1,000 bytes";
  if (delegations.size() > kMaxDelegations) return "at most 16 delegations";
  for (const Delegation& one : delegations) {
    if (!is_code(one.party)) return "a delegation names its party's code";
    if (!has_size(one.level, 1, kMaxRole)) return "a delegation's level has 1 to 64 bytes";
  }
  return std::nullopt;
}

Bytes VisitBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).text(name);
  write_role(map.field(2), role);
  write_terms(map.field(3), terms);
  map.field(4).text(language);
  cbor::Encoder& list = map.field(5).array(goals.size());
  for (const std::string& goal : goals) list.text(goal);
  if (!delegations.empty()) {
    cbor::Encoder& levels = map.field(6).array(delegations.size());
    for (const Delegation& one : delegations) levels.array(2).text(one.party).text(one.level);
  }
  return map.take();
}

Result<VisitBody> VisitBody::decode(ByteView body) {
  FieldDecoder decoder(body, "visit");
  VisitBody found;
  decoder.begin_map();
  decoder.key(1, "name");
  found.name = decoder.text_within(1, 64);
  found.role = read_role(decoder, 2);
  decoder.key(3, "terms");
  found.terms = read_terms(decoder);
  decoder.key(4, "language");
  found.language = decoder.text_within(2, 16);
  decoder.key(5, "goals");
  for (auto left = decoder.array_within(1, kMaxGoals); left > 0 && decoder.ok(); --left)
    found.goals.push_back(decoder.text_within(1, kMaxWords));
  if (decoder.optional_key(6, "delegations")) {
    for (auto left = decoder.array_within(1, kMaxDelegations); left > 0 && decoder.ok(); --left) {
      decoder.array_within(2, 2);
      Delegation one;
      one.party = decoder.code();
      one.level = decoder.text_within(1, kMaxRole);
      found.delegations.push_back(std::move(one));
    }
  }
  return checked(decoder, std::move(found));
}

std::optional<std::string> VisitActBody::problem() const {
  if (act > VisitAct::kHeld) return "no such act";
  if (!has_size(role, 1, kMaxRole)) return "a role is needed, of at most 64 bytes";
  if ((act == VisitAct::kAccepted) != proposal.has_value())
    return "an acceptance, and nothing else, names the proposal that it accepts";
  if ((act == VisitAct::kCountered) != terms.has_value())
    return "a counter-proposal, and nothing else, says place and dates";
  if (terms) {
    if (auto wrong = problem_of(*terms)) return wrong;
  }
  if (until && act != VisitAct::kPostponed) return "only a postponement says what would allow the visit";
  if (act == VisitAct::kPostponed && !reason) return "a postponement has a reason";
  if (courtesy && !reason) return "a courtesy translation needs the reason that it translates";
  for (const auto* words : {&reason, &courtesy, &until}) {
    if (*words && (!has_size((*words)->text, 1, kMaxWords) || !is_language((*words)->language)))
      return "words have 1 to 1,000 bytes and a language";
  }
  return std::nullopt;
}

Bytes VisitActBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(visit.view());
  map.field(2).number(static_cast<std::uint64_t>(act));
  write_role(map.field(3), role);
  if (proposal) map.field(4).bytes(proposal->view());
  if (terms) write_terms(map.field(5), *terms);
  if (reason) write_words(map.field(6), *reason);
  if (courtesy) write_words(map.field(7), *courtesy);
  if (until) write_words(map.field(8), *until);
  return map.take();
}

Result<VisitActBody> VisitActBody::decode(ByteView body) {
  FieldDecoder decoder(body, "act on a visit");
  VisitActBody found;
  decoder.begin_map();
  found.visit = read_about(decoder, "visit");
  decoder.key(2, "act");
  found.act = static_cast<VisitAct>(decoder.number(4));
  found.role = read_role(decoder, 3);
  if (decoder.optional_key(4, "proposal")) found.proposal = decoder.fixed<EntryId>();
  if (decoder.optional_key(5, "terms")) found.terms = read_terms(decoder);
  found.reason = read_optional_words(decoder, 6, "reason");
  found.courtesy = read_optional_words(decoder, 7, "courtesy translation");
  found.until = read_optional_words(decoder, 8, "until");
  return checked(decoder, std::move(found));
}

std::optional<std::string> VisitOutcomeBody::problem() const {
  if (!has_size(role, 1, kMaxRole)) return "a role is needed, of at most 64 bytes";
  if (!is_language(language)) return "say the language, as \"en\"";
  if (outcomes.empty() || outcomes.size() > kMaxGoals) return "say what became of 1 to 16 goals";
  for (const auto& [goal, outcome] : outcomes) {
    if (goal >= kMaxGoals) return "a goal's number is below 16";
    if (!has_size(outcome, 1, kMaxWords)) return "an outcome has 1 to 1,000 bytes";
  }
  return std::nullopt;
}

Bytes VisitOutcomeBody::encode() const {
  OPENLINE_ASSERT(!problem());
  cbor::MapEncoder map;
  map.field(1).bytes(visit.view());
  write_role(map.field(2), role);
  map.field(3).text(language);
  cbor::MapEncoder list;
  for (const auto& [goal, outcome] : outcomes) list.field(goal).text(outcome);
  map.field(4).raw(list.take());
  return map.take();
}

Result<VisitOutcomeBody> VisitOutcomeBody::decode(ByteView body) {
  FieldDecoder decoder(body, "outcome of a visit");
  VisitOutcomeBody found;
  decoder.begin_map();
  found.visit = read_about(decoder, "visit");
  found.role = read_role(decoder, 2);
  decoder.key(3, "language");
  found.language = decoder.text_within(2, 16);
  decoder.key(4, "outcomes");
  decoder.begin_map();
  for (std::uint64_t goal = 0; goal < kMaxGoals; ++goal) {
    if (decoder.optional_key(goal, "outcome")) found.outcomes[goal] = decoder.text_within(1, kMaxWords);
  }
  decoder.end_map();
  return checked(decoder, std::move(found));
}

}  // namespace openline
