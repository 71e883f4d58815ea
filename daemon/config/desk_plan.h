// SPDX-License-Identifier: Apache-2.0
// desk.toml: how this station's desks are run (docs/api.md section 9).
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "core/record/entry.h"
#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline::daemon {

struct DeskPlan {
  struct Desk {
    std::array<std::uint8_t, 4> release{
        1, 1, 1, 1};                 // people needed where the agreement asks for fewer, by Precedence
    std::array<bool, 4> releaser{};  // one of them must be a releaser, also where one is enough
    bool emergency = false;          // one releaser may release alone what needs others, saying why
  };
  std::map<std::string, Desk, std::less<>> desks;  // "*": those that have no table of their own
  Seconds session_idle{8 * 3600}, session_longest{12 * 3600};

  [[nodiscard]] const Desk& at(std::string_view desk) const;
  [[nodiscard]] static Result<DeskPlan> parse(std::string_view toml);
};

// How many people must stand behind what goes out, and whether a releaser must be among them (docs/api.md,
// "Drafts and release").
struct ReleaseNeed {
  std::uint8_t people = 1;
  bool releaser = false;
};
[[nodiscard]] ReleaseNeed release_need(const std::array<std::uint8_t, 4>& agreement,
                                       const DeskPlan::Desk& desk, Precedence precedence);

}  // namespace openline::daemon
