// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "daemon/api/views.h"
#include "daemon/config/agreement_toml.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

const char* state_name(AgreementState state) {
  switch (state) {
    case AgreementState::kProposed:
      return "proposed";
    case AgreementState::kInForce:
      return "in_force";
    case AgreementState::kAmendment:
      break;
  }
  return "amendment";
}

template <class Value, class Shown>
json by_precedence(const std::array<Value, 4>& values, Shown shown) {
  json view = json::object();
  for (std::size_t i = 0; i < 4; ++i) view[precedence_name(static_cast<Precedence>(i))] = shown(values[i]);
  return view;
}

json terms_view(const Agreement& agreement) {
  json members = json::array(), languages = json::object();
  for (const Member& member : agreement.members) {
    members.push_back({{"party", member.code}, {"root", member.party.text()}, {"desk", member.desk}});
  }
  for (const auto& [code, language] : agreement.languages) languages[code] = language;
  json view{{"name", agreement.name},
            {"members", std::move(members)},
            {"record", agreement.record == RecordMode::kAttested ? "attested" : "deniable"},
            {"languages", std::move(languages)},
            {"test_every_s", agreement.test_every.count()},
            {"answer_within_s",
             by_precedence(agreement.answer_within, [](Seconds value) { return value.count(); })},
            {"release", by_precedence(agreement.release, [](std::uint8_t value) { return value; })},
            {"identify", agreement.identify == Identify::kRole ? "role" : "name"},
            {"tests_answered_by", agreement.officer_answers_tests ? "officer" : "station"},
            {"toml", agreement_toml(agreement)}};
  view["expires"] = agreement.expires.empty() ? json(nullptr) : json(agreement.expires);
  view["forms"] = agreement.forms ? json(agreement.forms->hex()) : json(nullptr);
  view["amends"] = agreement.predecessor ? json(agreement.predecessor->hex()) : json(nullptr);
  return view;
}

}  // namespace

json agreement_view(const AgreementStatus& status, AgreementState state) {
  json view = terms_view(status.agreement.agreement);
  json refusals = json::array();
  for (const auto& [party, reason] : status.refused_by)
    refusals.push_back({{"party", party}, {"reason", reason}});
  view["hash"] = status.hash.hex();
  view["state"] = state_name(state);
  view["line"] = status.line ? json(status.line->hex()) : json(nullptr);
  view["signed_by"] = status.signed_by;
  view["waiting_for"] = status.waiting_for;
  view["refused_by"] = std::move(refusals);
  return view;
}

json agreement_in_force_view(const LineStatus& line) {
  AgreementStatus status{line.agreement, line.agreement_hash, line.line, {}, {}, {}};
  for (const Member& member : line.agreement.agreement.members) status.signed_by.push_back(member.code);
  return agreement_view(status, AgreementState::kInForce);
}

}  // namespace openline::daemon
