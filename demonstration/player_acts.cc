// SPDX-License-Identifier: Apache-2.0
// The desks' acts: requests for contact, visits, calls, readouts, translations.
#include <fmt/format.h>

#include <algorithm>

#include "cli/acts.h"
#include "cli/entry_view.h"
#include "cli/matter_text.h"
#include "demonstration/player.h"

namespace openline::demonstration {
namespace {

const std::string& word(const ScenarioStep& step, const std::string& key) {
  static const std::string kNone;
  const auto found = step.words.find(key);
  return found == step.words.end() ? kNone : found->second;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;
const Pairs& table(const ScenarioStep& step, const std::string& key) {
  static const Pairs kNone;
  const auto found = step.tables.find(key);
  return found == step.tables.end() ? kNone : found->second;
}

// "en=The proper atmosphere ..."
std::string courtesy(const ScenarioStep& step) {
  std::string language, text;
  for (const auto& [name, value] : table(step, "courtesy")) (name == "lang" ? language : text) = value;
  return text.empty() ? "" : language + "=" + text;
}

}  // namespace

std::string Player::put(std::size_t side, cli::ActOptions options) {
  options.entry_class = scenario_.entry_class;
  options.exercise = scenario_.exercise;
  const auto request = sure(cli::act_request(options, cli::default_role(stage_.line(side, options.line))));
  const auto done =
      sure(stage_.api(side).put(options.line, request.address, request.body, cli::new_request_key(), {}));
  const std::string id = done.value.entries.front().id;
  if (stage_.any_path()) {
    stage_.await("the act is stored at the far end",
                 [&] { return !sure(stage_.api(side).entry(options.line, id)).value.stored.empty(); });
    if (cli::is_for_officer(sure(stage_.api(side).entry(options.line, id)).value))
      acknowledge(1 - side, options.line, id);
  }
  return id;
}

void Player::contact(const ScenarioStep& step) {
  const std::size_t side = stage_.side_of(step.party);
  cli::ActOptions options;
  options.line = step.line;
  if (step.what == "request-contact") {
    options.command = "request";
    options.precedence = word(step, "precedence");
    options.from_role = word(step, "from_role");
    options.to_roles = {word(step, "to_role")};
    options.text = word(step, "subject");
    last_["request " + step.line] = put(side, options);
    if (word(step, "expect").starts_with("unanswered"))
      unanswered_[last_["request " + step.line]] = step.line;
    return show(fmt::format("{}  {} requests contact on {}", utc(step.at), step.party, step.line));
  }
  options.command = "answer";
  options.id = last_.at("request " + step.line);
  options.action = step.what == "decline" ? "decline" : "accept";
  options.at = word(step, "propose");
  options.reason = word(step, "reason");
  options.courtesy = courtesy(step);
  put(side, options);
  show(fmt::format("{}  {} {}s the request for contact on {}", utc(step.at), step.party, options.action,
                   step.line));
}

void Player::visit(const ScenarioStep& step) {
  cli::ActOptions options;
  options.command = "visit";
  options.line = step.line;
  options.id = word(step, "visit");
  options.action = step.what.substr(0, step.what.find('-'));
  if (step.what == "propose-visit") {
    options.place = word(step, "place");
    options.first_day = word(step, "from");
    options.last_day = word(step, "to");
    options.goals = step.lists.at("goals");
    goals_[options.id] = options.goals;
  } else if (step.what == "visit-outcome") {
    options.action = "outcome";
    const std::vector<std::string>& goals = goals_.at(options.id);
    for (const auto& [goal, outcome] : table(step, "outcomes")) {
      const auto at = std::ranges::find(goals, goal) - goals.begin();
      options.outcomes.push_back(fmt::format("{}={}", at + 1, outcome));
    }
  }
  options.reason = word(step, "reason");
  options.until = word(step, "until");
  put(stage_.side_of(step.party), options);
  show(fmt::format("{}  {}: {} '{}'", utc(step.at), step.party, step.what, options.id));
}

void Player::notice(const ScenarioStep& step) {
  cli::ActOptions options;
  options.command = "notice";
  options.line = step.line;
  options.action = word(step, "form");
  options.precedence = word(step, "precedence");
  for (const auto& [field, value] : table(step, "fields")) options.fields.push_back(field + "=" + value);
  put(stage_.side_of(step.party), options);
  show(fmt::format("{}  {} gives notice: {}", utc(step.at), step.party, options.action));
}

// One side says that the call started, and ended; the other signs each.
void Player::call(const ScenarioStep& step) {
  const auto request = last_.find("request " + step.line);
  cli::ActOptions options;
  options.command = "call";
  options.line = step.line;
  options.action = "start";
  options.at = utc_of_api(step.at);
  for (const auto& [party, role] : table(step, "participants"))
    options.participants.push_back(party + "=" + role);
  if (request != last_.end()) options.request = request->second;
  const std::string id = put(0, options);
  last_["call " + step.line] = id;
  const auto sign = [&] {
    cli::ActOptions signing;
    signing.command = "call";
    signing.line = step.line;
    signing.action = "sign";
    signing.id = id;
    put(1, signing);
  };
  sign();
  const WallTime end = step.at + std::chrono::minutes(std::stoi(word(step, "minutes")));
  move_clock(end);
  options.action = "end";
  options.id = id;
  options.at = utc_of_api(end);
  options.request.clear();
  put(0, options);
  sign();
  show(fmt::format("{}  a call of {} minutes on {}, signed by both", utc(step.at), word(step, "minutes"),
                   step.line));
}

void Player::readout(const ScenarioStep& step) {
  cli::ActOptions options;
  options.command = "readout";
  options.line = step.line;
  options.action = "write";
  options.mark = "national";
  options.id = last_.at("call " + step.line);
  options.text = word(step, "text");
  readouts_[step.line + " " + step.party] = put(stage_.side_of(step.party), options);
  show(fmt::format("{}  {} gives its readout of the call", utc(step.at), step.party));
}

void Player::translation(const ScenarioStep& step) {
  const std::size_t side = stage_.side_of(step.party);
  cli::ActOptions options;
  options.command = "translate";
  options.line = step.line;
  options.id = readouts_.at(step.line + " " + scenario_.parties[1 - side].code);
  options.stage = word(step, "stage");
  options.language = scenario_.parties[side].language;
  options.text = word(step, "text");
  put(side, options);
  show(fmt::format("{}  {} shares a {} translation of {}", utc(step.at), step.party, options.stage,
                   word(step, "of")));
}

// A request that reached an empty desk: both ends say so, with the requester's evidence.
void Player::check_expected() {
  for (const auto& [id, line] : std::exchange(unanswered_, {})) {
    for (std::size_t side = 0; side < 2; ++side) {
      stage_.await("the request is said to have reached an empty desk", [&] {
        return sure(stage_.api(side).get_json(line, "/contacts")).find("reached an empty desk") !=
               std::string::npos;
      });
    }
    fmt::print("\n{}  nobody answered: {} says of its requests on {}\n{}", utc(clock_),
               scenario_.parties[0].code, line,
               cli::matters_text("contacts", sure(stage_.api(0).get_json(line, "/contacts"))));
  }
}

// What the record says at the end, and that both ends say the same.
void Player::show_matters() {
  for (const ScenarioLine& line : scenario_.lines) {
    for (const char* what : {"contacts", "visits", "calls", "readouts", "efforts"}) {
      std::array<std::string, 2> texts;
      for (std::size_t side = 0; side < 2; ++side)
        texts[side] =
            cli::matters_text(what, sure(stage_.api(side).get_json(line.name, std::string("/") + what)));
      fmt::print("\n{} of {}{}\n{}", what, line.name, texts[0] == texts[1] ? ", the same at both ends:" : ":",
                 texts[0]);
      if (texts[0] != texts[1]) fmt::print("at the other end:\n{}", texts[1]);
    }
  }
}

}  // namespace openline::demonstration
