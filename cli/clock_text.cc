// SPDX-License-Identifier: Apache-2.0
#include "cli/clock_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  const char* first = text.data() + at;
  const auto [end, problem] = std::from_chars(first, first + digits, value);
  if (problem != std::errc{} || end != first + digits || *first == '-') return std::nullopt;
  return value;
}

std::string formatted(const std::tm& time, const char* format) {
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &time)};
}

}  // namespace

std::optional<WallTime> parse_utc(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (kForm[at] == '0' ? !digit : text[at] != kForm[at]) return std::nullopt;
  }
  std::tm time{};
  time.tm_year = *number_at(text, 0, 4) - 1900;
  time.tm_mon = *number_at(text, 5, 2) - 1;
  time.tm_mday = *number_at(text, 8, 2);
  time.tm_hour = *number_at(text, 11, 2);
  time.tm_min = *number_at(text, 14, 2);
  time.tm_sec = *number_at(text, 17, 2);
  const std::time_t seconds = ::timegm(&time);
  return WallTime(Milliseconds(std::int64_t{seconds} * 1000 + *number_at(text, 20, 3)));
}

std::string utc_and_local(WallTime time) {
  const auto whole = std::chrono::floor<Seconds>(time.time_since_epoch());
  const auto seconds = static_cast<std::time_t>(whole.count());
  std::tm utc{}, local{};
  if (::gmtime_r(&seconds, &utc) == nullptr || ::localtime_r(&seconds, &local) == nullptr)
    return "a time out of range";
  const bool same_day = utc.tm_mday == local.tm_mday;
  return fmt::format("{} ({})", formatted(utc, "%Y-%m-%d %H:%M:%SZ"),
                     formatted(local, same_day ? "%H:%M:%S %Z" : "%Y-%m-%d %H:%M:%S %Z"));
}

std::string utc_and_local(std::string_view api_time) {
  const auto time = parse_utc(api_time);
  return time ? utc_and_local(*time) : visible_line(api_time);
}

std::string span_text(Seconds span) {
  const std::int64_t s = span.count();
  if (s < 120) return fmt::format("{} s", s);
  if (s < 7200) return fmt::format("{} min", s / 60);
  if (s < 48 * 3600) return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
  return fmt::format("{} d {} h", s / 86400, s % 86400 / 3600);
}

}  // namespace openline::cli
