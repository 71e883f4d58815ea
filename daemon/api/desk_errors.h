// SPDX-License-Identifier: Apache-2.0
// The desk's refusals as the API's errors, and its words.
#pragma once

#include <string>
#include <string_view>

#include "daemon/api/http.h"
#include "daemon/desk/refusal.h"
#include "daemon/desk/roles.h"
#include "daemon/store/store.h"

namespace openline::daemon {

[[nodiscard]] ApiError error_of_desk(const DeskRefusal& refusal);
// What an officer lacks; `desk` empty: at any.
[[nodiscard]] ApiError role_needed(Roles roles, const std::string& desk);
[[nodiscard]] ApiError error_of_desk_store(const StoreFailure& failure);
// Who speaks, as the far end is shown it: "Cdr. J. Smith, defense officer", at most 64 bytes. What is too
// long loses the end of the title, then of the desk's name.
[[nodiscard]] std::string speaker_text(std::string_view title, std::string_view desk, std::string_view role,
                                       std::string_view suffix);

}  // namespace openline::daemon
