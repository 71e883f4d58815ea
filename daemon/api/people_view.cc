// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/people_view.h"

#include <algorithm>

#include "daemon/api/views.h"
#include "daemon/desk/password.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxGrants = 32, kMaxDesk = 64;

json grants_view(const Grants& grants) {
  json list = json::array();
  for (const Grant& grant : grants) list.push_back({{"desk", grant.desk}, {"roles", grant.roles.names()}});
  return list;
}

}  // namespace

json officer_view(const Officer& officer, const Office& office, WallTime now) {
  json view{{"name", officer.name},
            {"title", officer.title},
            {"state", account_state_name(officer.state)},
            {"grants", grants_view(officer.grants)},
            {"sessions", office.accounts().sessions_of(officer.name)},
            {"security_keys", office.security_keys().of(officer.name).size()}};
  const WallTime locked_until = std::max(officer.locked_until, officer.network_locked_until);
  view["locked_until"] = locked_until > now ? json(utc_text(locked_until)) : json(nullptr);
  return view;
}

json change_view(const PeopleChange& change) {
  json view{{"number", change.number},       {"kind", change_name(change.kind)},
            {"officer", change.officer},     {"proposed_by", change.proposed_by},
            {"time", utc_text(change.time)}, {"state", change_state_name(change.state)}};
  if (!change.title.empty()) view["title"] = change.title;
  if (!change.grants.empty()) view["grants"] = grants_view(change.grants);
  if (!change.decided_by.empty()) view["decided_by"] = change.decided_by;
  return view;
}

json audit_view(const AuditRow& row) {
  json view{{"number", row.number},
            {"time", utc_text(row.time)},
            {"act", row.act},
            {"on", row.on},
            {"status", row.status}};
  view["officer"] = row.officer.empty() ? json(nullptr) : json(row.officer);
  if (!row.note.empty()) view["note"] = row.note;
  return view;
}

std::string read_officer_name(JsonReader& reader) {
  std::string name = reader.text("name", 64);
  if (const auto problem = name_problem(name)) reader.refuse("name", *problem);
  return name;
}

std::string read_title(JsonReader& reader) {
  std::string title = reader.text("title", 256);
  if (const auto problem = title_problem(title)) reader.refuse("title", *problem);
  return title;
}

Grants read_grants(JsonReader& reader) {
  Grants grants;
  const json* list = reader.optional_array("grants", kMaxGrants);
  if (list == nullptr || list->empty()) {
    reader.refuse("grants", "must be a list of desks with their roles");
    return grants;
  }
  for (const json& item : *list) {
    JsonReader inner(item, "grants");
    Grant grant{inner.text("desk", kMaxDesk), {}};
    if (std::ranges::any_of(grant.desk, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
      inner.refuse("desk", "must have no control characters");
    for (const std::string& word : inner.texts("roles", 1, kRoles, 16)) {
      const auto role = role_of(word);
      if (!role)
        inner.refuse("roles", "must be some of: officer, releaser, supervisor, linguist, engineer, auditor");
      if (role) grant.roles = grant.roles | Roles{*role};
    }
    reader.adopt(inner.finish());
    grants.push_back(std::move(grant));
  }
  std::ranges::sort(grants, {}, &Grant::desk);
  if (std::ranges::adjacent_find(grants, {}, &Grant::desk) != grants.end())
    reader.refuse("grants", "a desk is there twice");
  return grants;
}

std::string read_new_password(JsonReader& reader, std::string_view field) {
  std::string password = reader.text(field, 1024, 0);
  if (const auto problem = password_problem(password)) reader.refuse(field, *problem);
  return password;
}

}  // namespace openline::daemon
