// SPDX-License-Identifier: Apache-2.0
// The structured log: one line an event on standard error, `time=… level=… event=… key="value"`. No message's
// content and no secret goes in. A reader that does not read loses lines; it never holds up the station.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/config/station_config.h"

namespace openline::daemon {

class Log {
 public:
  using Field = std::pair<std::string_view, std::string>;
  explicit Log(LogLevel level, int descriptor = 2) : level_(level), descriptor_(descriptor) {}
  void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});
  [[nodiscard]] bool takes(LogLevel level) const { return level <= level_; }

 private:
  LogLevel level_;
  int descriptor_;
  std::uint64_t lost_ = 0;
};

// Quotes, backslashes, line ends and control characters escaped; at most 500 bytes.
[[nodiscard]] std::string quoted_for_log(std::string_view text);

}  // namespace openline::daemon
