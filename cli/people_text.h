// SPDX-License-Identifier: Apache-2.0
// Officers, changes of people and the log of acts in words.
#pragma once

#include <string>
#include <vector>

#include "cli/people_json.h"

namespace openline::cli {

// "officer, releaser at defense; auditor at every desk"
[[nodiscard]] std::string grants_text(const std::vector<GrantView>& grants);
// "smith, Cdr. J. Smith: officer, releaser at defense"
[[nodiscard]] std::string officer_text(const OfficerView& officer);
// "add jones, Lt. A. Jones: officer at defense, proposed by smith at …"
[[nodiscard]] std::string change_text(const ChangeView& change);
// All officers, and the changes that wait for a second person. Ends with a line end.
[[nodiscard]] std::string people_text(const PeopleView& people);
[[nodiscard]] std::string audit_text(const AuditView& audit);

}  // namespace openline::cli
