// SPDX-License-Identifier: Apache-2.0
#include "cli/people_json.h"

#include "cli/json_fields.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using namespace json_fields;

std::vector<GrantView> grants_of(const json& object) {
  return list(object, "grants",
              [](const json& one) { return GrantView{text(one, "desk"), texts(one, "roles")}; });
}

OfficerView officer_of(const json& j) {
  return {text(j, "name"), text(j, "title"),      text(j, "state"),          text(j, "locked_until"),
          grants_of(j),    number(j, "sessions"), number(j, "security_keys")};
}

ChangeView change_of(const json& j) {
  return {number(j, "number"), text(j, "kind"),        text(j, "officer"),
          text(j, "title"),    text(j, "proposed_by"), text(j, "time"),
          text(j, "state"),    text(j, "decided_by"),  grants_of(j)};
}

std::optional<OfficerView> officer_in(const json& object) {
  const json& officer = child(object, "officer");
  if (officer.empty()) return std::nullopt;
  return officer_of(officer);
}

AuditedAct act_of(const json& j) {
  return {number(j, "number"), number(j, "status"), text(j, "time"), text(j, "officer"),
          text(j, "act"),      text(j, "on"),       text(j, "note")};
}

}  // namespace

std::optional<PeopleView> read_people(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    return PeopleView{list(j, "officers", officer_of), list(j, "changes", change_of)};
  });
}

std::optional<MeView> read_me(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    return MeView{officer_in(j), flag(j, "unpeopled"), text(j, "expires"), number(j, "idle_s")};
  });
}

std::optional<SignedInView> read_signed_in(std::string_view json_text) {
  auto object = object_in(json_text);
  if (!object) return std::nullopt;
  SignedInView view{text(*object, "token"), text(*object, "expires"),
                    officer_in(*object).value_or(OfficerView{}), number(*object, "idle_s"), ""};
  if (view.token.empty()) return std::nullopt;
  object->erase("token");
  view.json_without_token = object->dump(-1, ' ', false, json::error_handler_t::replace);
  return view;
}

std::optional<PeopleDoneView> read_people_done(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    PeopleDoneView done{officer_in(j), std::nullopt, text(j, "code_half"), text(j, "code")};
    if (const json& change = child(j, "change"); !change.empty()) done.change = change_of(change);
    return done;
  });
}

std::optional<AuditView> read_audit(std::string_view json_text) {
  return read_object(json_text,
                     [](const json& j) { return AuditView{list(j, "acts", act_of), flag(j, "more")}; });
}

std::optional<RootChallengeView> read_root_challenge(std::string_view json_text) {
  return read_object(
      json_text, [](const json& j) { return RootChallengeView{text(j, "challenge"), text(j, "station")}; });
}

}  // namespace openline::cli
