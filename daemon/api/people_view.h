// SPDX-License-Identifier: Apache-2.0
// Officers and changes of people as JSON, and the parts of requests about them (docs/api.md, "People").
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/api/json_input.h"
#include "daemon/desk/office.h"

namespace openline::daemon {

[[nodiscard]] nlohmann::json officer_view(const Officer& officer, const Office& office, WallTime now);
[[nodiscard]] nlohmann::json change_view(const PeopleChange& change);
[[nodiscard]] nlohmann::json audit_view(const AuditRow& row);

[[nodiscard]] std::string read_officer_name(JsonReader& reader);
[[nodiscard]] std::string read_title(JsonReader& reader);
[[nodiscard]] Grants read_grants(JsonReader& reader);
[[nodiscard]] std::string read_new_password(JsonReader& reader, std::string_view field);

}  // namespace openline::daemon
