// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/time_zone.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unicode/timezone.h>

#include <charconv>
#include <vector>

namespace openline::daemon {
namespace {

constexpr std::size_t kMaxName = 64;

bool has_form(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() != 16 && text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !is_digit : text[i] != kForm[i]) return false;
  }
  return true;
}

}  // namespace

struct TimeZone::Rules {
  std::unique_ptr<icu::TimeZone> zone;
};

std::optional<WallTime> clock_time(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + count, value);
    return value;
  };
  const std::chrono::year_month_day day(std::chrono::year(part(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2))));
  const int hour = part(11, 2), minute = part(14, 2), second = text.size() > 16 ? part(17, 2) : 0;
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto since = std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour) +
                     std::chrono::minutes(minute) + Seconds(second);
  return WallTime(std::chrono::duration_cast<Milliseconds>(since));
}

Result<TimeZone> TimeZone::of(std::string_view name) {
  const auto wrong = [&] {
    return fail(
        fmt::format("\"{}\" is no time zone by its IANA name, such as "
                    "\"Europe/Paris\" or \"UTC\"",
                    name.substr(0, kMaxName)));
  };
  const bool is_name = name == "UTC" || name.find('/') != std::string_view::npos;
  if (!is_name || name.size() > kMaxName) return wrong();
  const auto id = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int>(name.size())));
  icu::UnicodeString canonical;
  UBool is_known = false;
  UErrorCode status = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(id, canonical, is_known, status);
  if (U_FAILURE(status) != 0 || is_known == 0) return wrong();
  auto rules = std::make_shared<Rules>();
  rules->zone.reset(icu::TimeZone::createTimeZone(id));
  if (rules->zone == nullptr || *rules->zone == icu::TimeZone::getUnknown()) return wrong();
  return TimeZone(std::string(name), std::move(rules));
}

Seconds TimeZone::offset_at(WallTime time) const {
  std::int32_t raw = 0, saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  rules_->zone->getOffset(static_cast<UDate>(time.time_since_epoch().count()), 0, raw, saving, status);
  return Seconds((raw + saving) / 1000);
}

std::string TimeZone::text(WallTime time) const {
  const Seconds offset = offset_at(time);
  const auto local = std::chrono::floor<Seconds>(time + offset);
  const auto minutes = std::chrono::abs(std::chrono::duration_cast<std::chrono::minutes>(offset)).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}{}{:02}:{:02}",
                     fmt::gmtime(static_cast<std::time_t>(local.time_since_epoch().count())),
                     offset < Seconds{0} ? '-' : '+', minutes / 60, minutes % 60);
}

Result<WallTime> TimeZone::moment(std::string_view local) const {
  const auto shown = clock_time(local);
  if (!shown) return fail("must be a local time without a zone, such as \"2026-03-29T06:00\"");
  // Clocks are not changed twice within two days: these are the offsets before and after a change near by.
  std::vector<WallTime> found;
  for (const Seconds offset :
       {offset_at(*shown - std::chrono::hours(24)), offset_at(*shown + std::chrono::hours(24))}) {
    const WallTime moment = *shown - offset;
    if (offset_at(moment) == offset && (found.empty() || found.front() != moment)) found.push_back(moment);
  }
  if (found.size() == 1) return found.front();
  return fail(
      found.empty()
          ? fmt::format("clocks in {} skip {} when they are changed: say it in UTC", name_, local)
          : fmt::format("clocks in {} show {} twice when they are changed: say it in UTC", name_, local));
}

}  // namespace openline::daemon
