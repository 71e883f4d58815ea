// SPDX-License-Identifier: Apache-2.0
// The history of efforts on a line, by who asked and at which level (docs/api.md section 2).
#include <nlohmann/json.hpp>

#include "core/line/efforts.h"
#include "daemon/api/api.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

json seconds_or_null(const std::optional<Milliseconds>& span) {
  return span ? json(std::chrono::floor<Seconds>(*span).count()) : json(nullptr);
}

json effort_view(const std::string& party, const Efforts& efforts) {
  return {{"party", party},
          {"level", efforts.level},
          {"requests", efforts.requests},
          {"accepted", efforts.accepted},
          {"countered", efforts.countered},
          {"deferred", efforts.deferred},
          {"declined", efforts.declined},
          {"unanswered", efforts.unanswered},
          {"waiting", efforts.waiting},
          {"withdrawn", efforts.withdrawn},
          {"late", efforts.late},
          {"crossed", efforts.crossed},
          {"median_to_answer_s", seconds_or_null(efforts.median_to_answer)},
          {"longest_silence_s", seconds_or_null(efforts.longest_silence)}};
}

}  // namespace

Api::Refusal Api::get_efforts(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  std::map<std::string, std::vector<const Matter*>> by_party;
  for (const Matter* matter : station_.matters(*line)) {
    if (matter->kind() == Kind::kContactRequest)
      by_party[context->code_of(matter->root().header.author)].push_back(matter);
  }
  const SameParty same_party = [&](const StationKey& one, const StationKey& other) {
    return context->code_of(one) == context->code_of(other);
  };
  const Seconds ahead = station_.status().clock_offset;  // a demonstration's clock, else none
  json views = json::array();
  for (const auto& [party, contacts] : by_party) {
    for (const Efforts& efforts : efforts_of(contacts, same_party, station_.now().wall + ahead))
      views.push_back(effort_view(party, efforts));
  }
  call->answer(200, {{"line", line->hex()}, {"efforts", std::move(views)}});
  return std::nullopt;
}

}  // namespace openline::daemon
