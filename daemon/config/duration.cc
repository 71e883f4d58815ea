// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/duration.h"

#include <array>
#include <charconv>

namespace openline::daemon {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t kLongest = 3650 * kUnits[0].milliseconds;

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const std::string_view unit_name(end, text.data() + text.size());
  for (const Unit& unit : kUnits) {
    if (unit.name != unit_name) continue;
    if (count > kLongest / unit.milliseconds) return std::nullopt;
    return Milliseconds(count * unit.milliseconds);
  }
  return std::nullopt;
}

std::string duration_text(Milliseconds duration) {
  if (duration.count() == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (duration.count() % unit.milliseconds == 0) {
      return std::to_string(duration.count() / unit.milliseconds) + std::string(unit.name);
    }
  }
  return std::to_string(duration.count()) + "ms";
}

}  // namespace openline::daemon
