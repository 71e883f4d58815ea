// SPDX-License-Identifier: Apache-2.0
// After the play the desks are given people: two at each station, who see it in a browser.
#pragma once

#include <string>
#include <vector>

#include "demonstration/stage.h"

namespace openline::demonstration {

struct DeskAccount {
  std::size_t side;
  std::string name, title, roles, password;
};

// Restarts both stations with a plan by which two release a FLASH, and makes the accounts as an engineer
// would type it.
[[nodiscard]] std::vector<DeskAccount> man_desks(Stage& stage);
// Where the consoles are, and with what names and passwords one signs in.
void show_desks(const Stage& stage, const std::vector<DeskAccount>& accounts);

}  // namespace openline::demonstration
