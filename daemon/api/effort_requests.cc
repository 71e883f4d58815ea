// SPDX-License-Identifier: Apache-2.0
// The history of efforts on a line, by who asked and at which level (docs/api.md section 2).
#include <nlohmann/json.hpp>

#include "core/line/efforts.h"
#include "daemon/api/api.h"
#include "daemon/api/json_input.h"
#include "daemon/api/views.h"

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

// Agreements that were proposed and are not in force: of the line, or of one that is no more than proposed.
json proposals_of(const StationStatus& status, const std::string& name, const std::optional<LineId>& line) {
  json proposals = json::array();
  for (const AgreementStatus& one : status.proposals) {
    if (one.agreement.agreement.name == name || one.hash.hex() == name)
      proposals.push_back(agreement_view(one, AgreementState::kProposed));
  }
  for (const LineStatus& known : status.lines) {
    if (known.line != line) continue;
    for (const AgreementStatus& one : known.amendments)
      proposals.push_back(agreement_view(one, AgreementState::kAmendment));
  }
  return proposals;
}

}  // namespace

Api::Refusal Api::get_efforts(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto line = find_line(call->arguments[0]);
  const StationStatus status = station_.status();
  json proposals = proposals_of(status, call->arguments[0], line ? std::optional(*line) : std::nullopt);
  if (!line) {
    if (proposals.empty()) return line.error();
    call->answer(200, {{"line", nullptr}, {"efforts", json::array()}, {"proposals", std::move(proposals)}});
    return std::nullopt;
  }
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
  const Seconds ahead = status.clock_offset;  // a demonstration's clock, else none
  json views = json::array();
  for (const auto& [party, contacts] : by_party) {
    for (const Efforts& efforts : efforts_of(contacts, same_party, station_.now().wall + ahead))
      views.push_back(effort_view(party, efforts));
  }
  call->answer(200,
               {{"line", line->hex()}, {"efforts", std::move(views)}, {"proposals", std::move(proposals)}});
  return std::nullopt;
}

}  // namespace openline::daemon
