// SPDX-License-Identifier: Apache-2.0
#include "cli/act_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/station_api.h"

namespace openline::cli {
namespace {

using nlohmann::json;

std::unexpected<Failure> usage(const ActOptions& options, const std::string& what) {
  return failed(ExitCode::kUsage,
                fmt::format("{}: {}. `openline help {}` says how", options.command, what, options.command));
}

void put(json& body, const char* name, const std::string& value) {
  if (!value.empty()) body[name] = value;
}

// "LANG=TEXT"
Outcome<json> courtesy_of(const ActOptions& options) {
  const std::size_t at = options.courtesy.find('=');
  if (at == std::string::npos || at < 2)
    return usage(options, "--courtesy is LANG=TEXT, such as en=\"Not now\"");
  return json{{"language", options.courtesy.substr(0, at)}, {"text", options.courtesy.substr(at + 1)}};
}

// "PARTY=WORDS", each
Outcome<json> pairs_of(const ActOptions& options, const std::vector<std::string>& given, const char* option,
                       const char* second) {
  json list = json::array();
  for (const std::string& one : given) {
    const std::size_t at = one.find('=');
    if (at == std::string::npos) return usage(options, fmt::format("{} is PARTY=WORDS", option));
    list.push_back({{"party", one.substr(0, at)}, {second, one.substr(at + 1)}});
  }
  return list;
}

// "1=met", each
Outcome<json> outcomes_of(const ActOptions& options) {
  json list = json::array();
  for (const std::string& one : options.outcomes) {
    const std::size_t at = one.find('=');
    unsigned goal = 0;
    const auto read = std::from_chars(one.data(), one.data() + std::min(at, one.size()), goal);
    if (at == std::string::npos || read.ec != std::errc{} || read.ptr != one.data() + at)
      return usage(options, "--outcome is NUMBER=WORDS, the goal's number first");
    list.push_back({{"goal", goal}, {"outcome", one.substr(at + 1)}});
  }
  return list;
}

Outcome<void> add_class(const ActOptions& options, json& body) {
  if (options.entry_class.empty())
    return usage(options, "say the class: --live, --exercise NAME, --test or --service");
  body["class"] = options.entry_class;
  put(body, "exercise", options.exercise);
  return {};
}

Outcome<void> add_reason(const ActOptions& options, json& body) {
  put(body, "reason", options.reason);
  put(body, "language", options.language);
  if (options.courtesy.empty()) return {};
  auto courtesy = courtesy_of(options);
  if (!courtesy) return failed(courtesy.error());
  body["courtesy"] = std::move(*courtesy);
  return {};
}

ActRequest made(std::string address, const json& body, std::string said) {
  return {std::move(address), body.dump(-1, ' ', false, json::error_handler_t::replace), std::move(said)};
}

std::string at_matter(const char* kind, const std::string& id, const char* what) {
  return fmt::format("/{}/{}/{}", kind, encoded(id), what);
}

Outcome<ActRequest> contact(const ActOptions& options, json body) {
  if (options.command == "request") {
    if (auto wrong = add_class(options, body); !wrong) return failed(wrong.error());
    body.erase("role");
    put(body, "from_role", options.from_role);
    body["to_roles"] = options.to_roles;
    put(body, "subject", options.text);
    put(body, "language", options.language);
    put(body, "proposed", options.at);
    put(body, "repeats", options.id);
    return made("/contacts", body, "The request is on record and goes out as paths allow.");
  }
  if (auto wrong = add_reason(options, body); !wrong) return failed(wrong.error());
  put(body, "at", options.at);
  if (options.command != "answer") {
    body["change"] = options.command == "withdraw"     ? "withdrawn"
                     : options.command == "reschedule" ? "rescheduled"
                                                       : "time agreed";
    return made(at_matter("contacts", options.id, "change"), body, "On record.");
  }
  const std::pair<const char*, const char*> answers[] = {
      {"accept", "accepted"}, {"decline", "declined"}, {"defer", "deferred"}, {"counter", "countered"}};
  const auto* const found =
      std::ranges::find(answers, options.action, [](const auto& one) { return std::string(one.first); });
  if (found == std::end(answers)) return usage(options, "ANSWER is accept, decline, defer or counter");
  body["answer"] = found->second;
  return made(at_matter("contacts", options.id, "answer"), body,
              fmt::format("Answered on record: {}.", found->second));
}

Outcome<ActRequest> visit(const ActOptions& options, json body) {
  const auto terms = [&] {
    put(body, "place", options.place);
    put(body, "from", options.first_day);
    put(body, "to", options.last_day);
  };
  if (options.action == "propose") {
    if (auto wrong = add_class(options, body); !wrong) return failed(wrong.error());
    body["name"] = options.id;
    body["goals"] = options.goals;
    put(body, "language", options.language);
    terms();
    auto levels = pairs_of(options, options.delegations, "--level", "level");
    if (!levels) return failed(levels.error());
    body["delegations"] = std::move(*levels);
    return made("/visits", body, "The visit is proposed.");
  }
  if (options.action == "outcome") {
    auto outcomes = outcomes_of(options);
    if (!outcomes) return failed(outcomes.error());
    body["outcomes"] = std::move(*outcomes);
    put(body, "language", options.language);
    return made(at_matter("visits", options.id, "outcome"), body, "Each goal's outcome is on record.");
  }
  const std::pair<const char*, const char*> acts[] = {{"accept", "accepted"},
                                                      {"counter", "countered"},
                                                      {"postpone", "postponed"},
                                                      {"cancel", "cancelled"},
                                                      {"held", "held"}};
  const auto* const found =
      std::ranges::find(acts, options.action, [](const auto& one) { return std::string(one.first); });
  if (found == std::end(acts))
    return usage(options, "ACTION is propose, accept, counter, postpone, cancel, held or outcome");
  if (auto wrong = add_reason(options, body); !wrong) return failed(wrong.error());
  body["act"] = found->second;
  if (options.action == "counter") terms();
  put(body, "until", options.until);
  return made(at_matter("visits", options.id, "act"), body, fmt::format("On record: {}.", found->second));
}

Outcome<ActRequest> call(const ActOptions& options, json body) {
  auto participants = pairs_of(options, options.participants, "--with", "role");
  if (!participants) return failed(participants.error());
  const bool opens = (options.action == "agree" || options.action == "start") && options.id.empty();
  put(body, "at", options.at);
  if (opens) {
    if (options.request.empty()) {
      if (auto wrong = add_class(options, body); !wrong) return failed(wrong.error());
    }
    body["stage"] = options.action == "agree" ? "agreed" : "started";
    body["participants"] = std::move(*participants);
    put(body, "request", options.request);
    put(body, "subject", options.text);
    put(body, "language", options.language);
    return made("/calls", body, "The call is on record, as our statement until the other side signs it.");
  }
  if (options.id.empty()) return usage(options, "say which call, by the beginning of its id");
  const std::pair<const char*, const char*> acts[] = {
      {"start", "started"}, {"end", "ended"}, {"sign", "signs"}, {"deny", "denies"}};
  const auto* const found =
      std::ranges::find(acts, options.action, [](const auto& one) { return std::string(one.first); });
  if (found == std::end(acts)) return usage(options, "ACTION is agree, start, end, sign or deny");
  body["act"] = found->second;
  if (options.action == "start" || options.action == "end") body["participants"] = std::move(*participants);
  put(body, "statement", options.statement);
  put(body, "reason", options.reason);
  put(body, "language", options.language);
  return made(at_matter("calls", options.id, "act"), body, "On record.");
}

Outcome<ActRequest> readout(const ActOptions& options, json body) {
  put(body, "language", options.language);
  if (options.action == "write") {
    put(body, "of", options.id);
    body["mark"] = options.mark;
    put(body, "text", options.text);
    return made("/readouts", body, "The readout is on record.");
  }
  if (options.action != "sign" && options.action != "refuse")
    return usage(options, "ACTION is write, sign or refuse");
  body["answer"] = options.action == "sign" ? "signs" : "refuses";
  put(body, "reason", options.reason);
  return made(at_matter("readouts", options.id, "answer"), body, "On record.");
}

Outcome<ActRequest> notice(const ActOptions& options, json body) {
  if (options.id.empty()) {
    if (auto wrong = add_class(options, body); !wrong) return failed(wrong.error());
  }
  body.erase("role");  // a notice is its desk's
  body["form"] = options.action;
  body["fields"] = json::object();
  for (const std::string& one : options.fields) {
    const std::size_t at = one.find('=');
    if (at == std::string::npos) return usage(options, "a field is NAME=VALUE");
    body["fields"][one.substr(0, at)] = one.substr(at + 1);
  }
  put(body, "refers", options.id);
  return made("/notices", body, "The notice is on record and goes out as paths allow.");
}

}  // namespace

Outcome<ActRequest> act_request(const ActOptions& options, const std::string& role) {
  json body = json::object();
  put(body, "role", options.role.empty() ? role : options.role);
  put(body, "precedence", options.precedence);
  if (options.command == "visit") return visit(options, std::move(body));
  if (options.command == "call") return call(options, std::move(body));
  if (options.command == "readout") return readout(options, std::move(body));
  if (options.command == "notice") return notice(options, std::move(body));
  if (options.command == "translate") {
    put(body, "of", options.id);
    put(body, "stage", options.stage);
    put(body, "language", options.language);
    put(body, "text", options.text);
    put(body, "reviewer", options.reviewer);
    return made("/translations", body, "The translation is on record, as a courtesy; the original stands.");
  }
  if (options.command == "disregard") {
    put(body, "id", options.id);
    put(body, "reason", options.reason);
    put(body, "language", options.language);
    return made("/disregard", body, "DISREGARD is on record and goes out as FLASH.");
  }
  return contact(options, std::move(body));
}

}  // namespace openline::cli
