// SPDX-License-Identifier: Apache-2.0
// A desk's local time: an IANA zone with its rules of past and coming years (ICU's copy of the tz database).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline::daemon {

class TimeZone {
 public:
  // "Europe/Paris", or "UTC". Abbreviations ("CET", "PST") are refused: several zones share one.
  [[nodiscard]] static Result<TimeZone> of(std::string_view name);
  [[nodiscard]] const std::string& name() const { return name_; }
  // "2026-03-29T03:30:00+02:00", in whole seconds.
  [[nodiscard]] std::string text(WallTime time) const;
  // The moment at which clocks there show "2026-03-29T06:00" or "2026-03-29T06:00:30". Refuses a time that is
  // skipped or shown twice when clocks are changed: which was meant only a person knows.
  [[nodiscard]] Result<WallTime> moment(std::string_view local) const;

 private:
  struct Rules;
  TimeZone(std::string name, std::shared_ptr<const Rules> rules)
      : name_(std::move(name)), rules_(std::move(rules)) {}
  [[nodiscard]] Seconds offset_at(WallTime time) const;  // east of Greenwich
  std::string name_;
  std::shared_ptr<const Rules> rules_;
};

// "2026-03-29T06:00", with or without seconds, as if it were UTC; nullopt for any other form or no such day.
[[nodiscard]] std::optional<WallTime> clock_time(std::string_view text);

}  // namespace openline::daemon
