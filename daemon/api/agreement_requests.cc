// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/config/agreement_toml.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

// Every agreement that is proposed, in force or proposed as an amendment, with its hash.
struct Shown {
  Hash hash;
  json view;
};
std::vector<Shown> all_agreements(const StationStatus& status) {
  std::vector<Shown> result;
  for (const AgreementStatus& proposal : status.proposals) {
    result.push_back({proposal.hash, agreement_view(proposal, AgreementState::kProposed)});
  }
  for (const LineStatus& line : status.lines) {
    for (const AgreementStatus& amendment : line.amendments) {
      result.push_back({amendment.hash, agreement_view(amendment, AgreementState::kAmendment)});
    }
    result.push_back({line.agreement_hash, agreement_in_force_view(line)});
  }
  return result;
}

std::expected<Shown, ApiError> find_agreement(const StationStatus& status, const std::string& hash) {
  std::vector<Shown> found;
  for (Shown& shown : all_agreements(status)) {
    if (is_id_prefix(hash) && shown.hash.hex().starts_with(hash)) found.push_back(std::move(shown));
  }
  if (found.empty()) return std::unexpected(not_found("no agreement has the hash \"" + hash + "\""));
  if (found.size() > 1)
    return std::unexpected(ApiError{409, "ambiguous", "several agreements begin with \"" + hash + "\"", ""});
  return std::move(found.front());
}

std::expected<Agreement, ApiError> read_agreement(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return std::unexpected(body.error());
  JsonReader reader(*body);
  const std::string toml = reader.text("toml", 64 << 10);
  if (const auto wrong = reader.finish()) return std::unexpected(*wrong);
  auto agreement = parse_agreement(toml);
  if (!agreement)
    return std::unexpected(ApiError{422, "refused", "agreement: " + agreement.error().text(), "toml"});
  return std::move(*agreement);
}

}  // namespace

Api::Refusal Api::get_agreements(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  json list = json::array();
  for (Shown& shown : all_agreements(station_.status())) list.push_back(std::move(shown.view));
  call->answer(200, {{"agreements", std::move(list)}});
  return std::nullopt;
}

Api::Refusal Api::get_agreement(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const StationStatus status = station_.status();
  const auto line = find_line(call->arguments[0]);
  for (const LineStatus& candidate : status.lines) {
    if (!line || candidate.line != *line) continue;
    call->answer(200, agreement_in_force_view(candidate));
    return std::nullopt;
  }
  const auto found = find_agreement(status, call->arguments[0]);
  if (!found) return found.error();
  call->answer(200, found->view);
  return std::nullopt;
}

namespace {

// A new line is no way around the people that the desk's other lines take: that is changed by amending them.
std::optional<ApiError> lower_release(const Agreement& agreement, const std::string& desk,
                                      const StationStatus& status, const DeskPlan::Desk& plan) {
  for (std::size_t i = 0; i < agreement.release.size(); ++i) {
    std::uint8_t most = plan.release[i];
    for (const LineStatus& line : status.lines) {
      if (line.own_desk == desk) most = std::max(most, line.agreement.agreement.release[i]);
    }
    if (agreement.release[i] >= most) continue;
    return ApiError{
        422, "refused",
        fmt::format("release: {} takes {} people at the desk \"{}\", and this agreement asks for {}",
                    precedence_name(static_cast<Precedence>(i)), most, desk, agreement.release[i]),
        "toml"};
  }
  return std::nullopt;
}

}  // namespace

Api::Refusal Api::post_agreement(const CallPtr& call) {
  auto agreement = read_agreement(call);
  if (!agreement) return agreement.error();
  const Member* own = agreement->member(station_.own_card().cards.fingerprint());
  if (own != nullptr) {
    if (auto lower = lower_release(*agreement, own->desk, station_.status(), office_.plan().at(own->desk)))
      return lower;
  }
  if (call->standing && own != nullptr &&
      !roles_at(call->standing->officer.grants, own->desk).has(Role::kSupervisor)) {
    return role_needed({Role::kSupervisor}, own->desk);
  }
  run(call, ProposeAgreement{std::move(*agreement)});
  return std::nullopt;
}

Api::Refusal Api::refuse_agreement(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string reason = reader.text("reason", 1000);
  if (auto wrong = reader.finish()) return wrong;
  const auto found = find_agreement(station_.status(), call->arguments[0]);
  if (!found) return found.error();
  run(call, RefuseAgreement{found->hash, reason});
  return std::nullopt;
}

Api::Refusal Api::amend(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto agreement = read_agreement(call);
  if (!agreement) return agreement.error();
  ProposeAmendment command{*line, std::move(*agreement)};
  if (call->weighed) {
    const auto content = weigh(command);
    if (!content) return not_found("the line is gone");
    call->weighed(*content);
    return std::nullopt;
  }
  if (auto held = hold_back(*call, command)) return held;
  run(call, std::move(command));
  return std::nullopt;
}

}  // namespace openline::daemon
