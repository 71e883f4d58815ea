// SPDX-License-Identifier: Apache-2.0
// How grants are written in desk.db: one desk a line, "defense: officer, releaser".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/desk/roles.h"

namespace openline::daemon {

[[nodiscard]] std::string grants_text(const Grants& grants);
[[nodiscard]] std::optional<Grants> grants_of(std::string_view text);

}  // namespace openline::daemon
