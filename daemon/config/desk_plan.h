// SPDX-License-Identifier: Apache-2.0
// desk.toml: how this station's desks are run (docs/api.md section 9).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/entry.h"
#include "core/wire/error.h"
#include "core/wire/time.h"
#include "daemon/config/time_zone.h"

namespace openline::daemon {

// What is done while nobody answers an alarm.
struct AlarmStep {
  Seconds after{};                   // since the alarm began
  std::string name;                  // "second bell", "duty officer at home"
  std::vector<std::string> command;  // a program and its arguments, or empty
  std::string desk;                  // at which it rings too from then on, or empty
};

struct DeskPlan {
  struct Desk {
    std::array<std::uint8_t, 4> release{
        1, 1, 1, 1};                 // people needed where the agreement asks for fewer, by Precedence
    std::array<bool, 4> releaser{};  // one of them must be a releaser, also where one is enough
    bool emergency = false;          // one releaser may release alone what needs others, saying why
    std::array<bool, 4> ring{false, false, false, true};  // what rings as soon as it comes
    Seconds silence_after{60};                            // a line that is silent for so long rings
    std::vector<AlarmStep> steps;                         // ascending by `after`
    std::vector<std::string> bell;                        // what rings at the station itself, or empty
    Seconds bell_every{5};
    std::optional<TimeZone> time_zone;     // in which its shifts are shown too
    Seconds confirm_every{30 * 60};        // who is on watch is asked whether they are there
    Seconds confirm_within{2 * 60};        // and attends no more when nothing is answered for so long
    std::optional<Seconds> ring_unmanned;  // a desk that nobody attends for so long rings
    std::vector<std::string> checklist;    // of a hand-over
  };
  std::map<std::string, Desk, std::less<>> desks;  // "*": those that have no table of their own
  Seconds session_idle{8 * 3600}, session_longest{12 * 3600};
  bool keys_required = false;  // at the browsers' door nobody works without a security key

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
