// SPDX-License-Identifier: Apache-2.0
#include "cli/matter_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

using nlohmann::json;

// Of a field that is a text; empty for anything else.
std::string word(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? visible_line(at->get<std::string>()) : std::string{};
}
std::string id(const json& object, const char* name) { return word(object, name).substr(0, 8); }
std::int64_t number(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}
const json& part(const json& object, const char* name) {
  static const json kNone = json::object();
  const auto at = object.find(name);
  return at != object.end() && at->is_object() ? *at : kNone;
}
const json& list(const json& object, const char* name) {
  static const json kNone = json::array();
  const auto at = object.find(name);
  return at != object.end() && at->is_array() ? *at : kNone;
}

std::string quoted(const json& words) {
  const std::string text = word(words, "text");
  return text.empty() ? "" : "\"" + text + "\"";
}
// ": "reason" (courtesy en: "...")"
std::string reason(const json& act) {
  std::string out;
  if (const std::string text = quoted(part(act, "reason")); !text.empty()) out += ": " + text;
  const json& courtesy = part(act, "courtesy");
  if (!courtesy.empty())
    out += fmt::format(" (courtesy {}: {})", word(courtesy, "language"), quoted(courtesy));
  if (const std::string until = quoted(part(act, "until")); !until.empty()) out += ", until " + until;
  return out;
}
std::string at(const json& act, const char* name = "at") {
  const std::string time = word(act, name);
  return time.empty() ? "" : " at " + utc_and_local(std::string_view(time));
}
std::string joined(const json& texts, const char* between) {
  std::string out;
  for (const json& one : texts) {
    if (one.is_string()) out += (out.empty() ? "" : between) + visible_line(one.get<std::string>());
  }
  return out;
}
std::string terms(const json& act) {
  return fmt::format("{}, {} to {}", word(act, "place"), word(act, "from"), word(act, "to"));
}
std::string participants(const json& act) {
  std::string out;
  for (const json& one : list(act, "participants"))
    out += fmt::format("{}{} of {}", out.empty() ? ", with " : "; ", word(one, "role"), word(one, "party"));
  return out;
}

std::string unanswered(const json& act) {
  const json& seen = part(act, "observed");
  const std::size_t signed_there = list(act, "signed_there").size();
  return fmt::format(
      "request {} not answered: {}. Own observation: paths up {}, down {}, not observed {}, silent {} times; "
      "{} signed {} of theirs meanwhile",
      id(act, "request"), word(act, "reach"), span_text(Seconds(number(seen, "path_up_s"))),
      span_text(Seconds(number(seen, "path_down_s"))), span_text(Seconds(number(seen, "unobserved_s"))),
      number(seen, "times_silent"), signed_there, signed_there == 1 ? "entry" : "entries");
}

std::string outcomes(const json& act) {
  std::string out;
  for (const json& one : list(act, "outcomes"))
    out += fmt::format("{}goal {}: {}", out.empty() ? "" : "; ", number(one, "goal"), word(one, "outcome"));
  return out;
}

std::string summary(const json& act) {
  const std::string kind = word(act, "kind");
  if (kind == "contact request") {
    return fmt::format("{} asks to speak with {}{}: {}", word(act, "from_role"),
                       joined(list(act, "to_roles"), ", else "), at(act, "proposed"),
                       quoted(part(act, "subject")));
  }
  if (kind == "contact answer")
    return fmt::format("request {} {} by {}{}{}", id(act, "request"), word(act, "answer"), word(act, "role"),
                       at(act), reason(act));
  if (kind == "contact change")
    return fmt::format("request {} {} by {}{}{}", id(act, "request"), word(act, "change"), word(act, "role"),
                       at(act), reason(act));
  if (kind == "contact unanswered") return unanswered(act);
  if (kind == "visit")
    return fmt::format("visit {} proposed: {}; goals: {}", word(act, "name"), terms(act),
                       joined(list(act, "goals"), "; "));
  if (kind == "visit act") {
    return fmt::format("visit {} {} by {}{}{}", id(act, "visit"), word(act, "act"), word(act, "role"),
                       word(act, "place").empty() ? "" : ": " + terms(act), reason(act));
  }
  if (kind == "visit outcome") return fmt::format("visit {}: {}", id(act, "visit"), outcomes(act));
  if (kind == "call") return fmt::format("call {}{}{}", word(act, "stage"), at(act), participants(act));
  if (kind == "call act") {
    if (word(act, "act") == "says")
      return fmt::format("call {} {}{}{}", id(act, "call"), word(act, "stage"), at(act), participants(act));
    return fmt::format("call {}: {} statement {}{}", id(act, "call"), word(act, "act"), id(act, "statement"),
                       reason(act));
  }
  if (kind == "readout")
    return fmt::format("{} readout of {}, {}: {}", word(act, "mark"), id(act, "of"), word(act, "language"),
                       quoted(act));
  if (kind == "readout answer") {
    const auto signs = act.find("signs");
    const bool yes = signs != act.end() && signs->is_boolean() && signs->get<bool>();
    return fmt::format("readout {} {}{}", id(act, "readout"), yes ? "signed" : "not signed", reason(act));
  }
  if (kind == "translation") {
    const std::string reviewer = word(act, "reviewer");
    return fmt::format("courtesy translation of {}, {}, {}{}: {}", id(act, "of"), word(act, "stage"),
                       word(act, "language"), reviewer.empty() ? "" : ", reviewed by " + reviewer,
                       quoted(act));
  }
  if (kind == "notice") {
    std::string rows;
    for (const json& row : list(act, "rows"))
      rows += fmt::format("; {}: {}", word(row, "label"), word(row, "value"));
    const std::string about = id(act, "refers");
    return word(act, "title") + (about.empty() ? "" : " " + about) + rows;
  }
  if (kind == "disregard") return fmt::format("DISREGARD {}{}", id(act, "entry"), reason(act));
  return {};
}

std::string act_line(const json& act, const std::string& standing) {
  return fmt::format("     {}  {}  {}{}\n", utc_and_local(std::string_view(word(act, "time"))),
                     word(act, "author"), summary(act), standing.empty() ? "" : "  [" + standing + "]");
}

std::string contact_text(const json& contact) {
  std::string out;
  for (const json& claim : list(contact, "unanswered"))
    out += act_line(claim, "one side's claim, beside " + std::to_string(list(claim, "signed_there").size()) +
                               " signed by the other");
  for (const json& answer : list(contact, "answers")) {
    const auto superseded = answer.find("superseded");
    const bool old = superseded != answer.end() && *superseded == true;
    out += act_line(answer, word(answer, "standing") + (old ? ", superseded" : ""));
  }
  for (const json& change : list(contact, "changes")) out += act_line(change, "");
  return out;
}

std::string visit_text(const json& visit) {
  std::string out = fmt::format("     {}\n", terms(visit));
  std::size_t goal = 0;
  for (const json& one : list(visit, "goals"))
    out += fmt::format("     goal {}: {}\n", ++goal,
                       one.is_string() ? visible_line(one.get<std::string>()) : "");
  for (const json& step : list(visit, "steps"))
    out += act_line(step, step.value("stands", false) ? "stands" : "");
  for (const json& outcome : list(visit, "outcomes"))
    out += act_line(outcome, outcome.value("superseded", false) ? "superseded" : "as its author sees it");
  return out;
}

std::string call_text(const json& call) {
  std::string out;
  for (const json& statement : list(call, "statements")) {
    out += act_line(statement, word(statement, "standing"));
    for (const char* words : {"signed_by", "denied_by"}) {
      for (const json& one : list(statement, words)) out += act_line(one, "");
    }
  }
  return out;
}

std::string readout_text(const json& readout) {
  std::string out;
  for (const char* words : {"signed_by", "refused_by"}) {
    for (const json& one : list(readout, words)) out += act_line(one, "");
  }
  return out;
}

std::string effort_text(const json& one) {
  const auto span = [&](const char* name) {
    const auto found = one.find(name);
    return found != one.end() && found->is_number_integer() ? span_text(Seconds(found->get<std::int64_t>()))
                                                            : std::string("none");
  };
  std::string counts;
  for (const char* name :
       {"accepted", "countered", "deferred", "declined", "unanswered", "waiting", "withdrawn"})
    if (number(one, name) > 0) counts += fmt::format(", {} {}", number(one, name), name);
  for (const char* name : {"late", "crossed"})
    if (number(one, name) > 0) counts += fmt::format(", {} answered {}", number(one, name), name);
  return fmt::format("{} asked for {}: {} request{}{}; median time to answer {}, longest silence {}\n",
                     word(one, "party"), word(one, "level"), number(one, "requests"),
                     number(one, "requests") == 1 ? "" : "s", counts, span("median_to_answer_s"),
                     span("longest_silence_s"));
}

// An agreement that was proposed and is not in force.
std::string proposal_text(const json& one) {
  const std::string waiting = joined(list(one, "waiting_for"), ", ");
  std::string text = fmt::format("{} {} ({}): signed by {}{}\n",
                                 word(one, "state") == "proposed" ? "Proposed line" : "Proposed amendment of",
                                 word(one, "name"), id(one, "hash"), joined(list(one, "signed_by"), ", "),
                                 waiting.empty() ? "" : "; not signed by " + waiting);
  for (const json& refusal : list(one, "refused_by"))
    text += fmt::format("  refused by {}: {}\n", word(refusal, "party"), word(refusal, "reason"));
  return text;
}

}  // namespace

std::string act_summary(std::string_view entry_json) {
  const json entry = json::parse(entry_json, nullptr, false);
  return entry.is_object() ? summary(entry) : std::string{};
}

std::string forms_text(std::string_view text, std::string_view form) {
  const json answer = json::parse(text, nullptr, false);
  std::string out;
  if (!answer.is_object()) return out;
  for (const json& one : list(answer, "forms")) {
    const std::string name = word(one, "form");
    if (form.empty()) {
      out += fmt::format("{:<20}  {}\n", name, word(one, "title"));
      continue;
    }
    if (name != form) continue;
    out += fmt::format("{}: {}{}\n", name, word(one, "title"),
                       one.value("refers", false) ? ", of the entry given with --about" : "");
    for (const json& field : list(one, "fields")) {
      std::string what = word(field, "type");
      if (const std::string inputs = joined(list(field, "inputs"), " and "); !inputs.empty())
        what += ", as " + inputs;
      if (field.contains("least"))
        what += fmt::format(", {} to {}", number(field, "least"), number(field, "most"));
      const char* between = ": ";
      for (const json& choice : list(field, "choices")) {
        what += fmt::format("{}{} ({})", between, word(choice, "name"), word(choice, "text"));
        between = ", ";
      }
      out += fmt::format("  {:<20}{} {}; {}\n", word(field, "name"),
                         field.value("required", false) ? "*" : " ", word(field, "label"), what);
    }
    out += "  * must be filled in\n";
  }
  return out;
}

std::string matters_text(std::string_view what, std::string_view text) {
  const json answer = json::parse(text, nullptr, false);
  if (!answer.is_object()) return {};
  const json& all = list(answer, std::string(what).c_str());
  std::string out;
  if (what == "efforts") {
    for (const json& one : list(answer, "proposals")) out += proposal_text(one);
  }
  if (all.empty()) return out.empty() ? "None on this line.\n" : out;
  for (const json& one : all) {
    if (what == "efforts") {
      out += effort_text(one);
      continue;
    }
    const std::string state = word(one, "state"), standing = word(one, "standing");
    out += fmt::format("{}  {}  {}  {}  {}{}{}\n     {}\n", id(one, "id"),
                       utc_and_local(std::string_view(word(one, "time"))), word(one, "author"),
                       precedence_text(word(one, "precedence"), false),
                       class_text(word(one, "class"), word(one, "exercise"), false),
                       state.empty() ? "" : "  " + state, standing.empty() ? "" : "  [" + standing + "]",
                       summary(one));
    if (what == "contacts") out += contact_text(one);
    if (what == "visits") out += visit_text(one);
    if (what == "calls") out += call_text(one);
    if (what == "readouts") out += readout_text(one);
  }
  return out;
}

}  // namespace openline::cli
