// SPDX-License-Identifier: Apache-2.0
#include "daemon/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>

namespace openline::daemon {
namespace {

constexpr std::size_t kMaxValue = 500, kMaxLine = 4096;  // a pipe takes a line of up to 4096 bytes whole
constexpr const char* kNames[] = {"error", "warning", "info", "debug"};

}  // namespace

std::string quoted_for_log(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, kMaxValue)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + (text.size() > kMaxValue ? "…\"" : "\"");
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!takes(level)) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::string line =
      fmt::format("time={:%Y-%m-%dT%H:%M:%S}.{:03}Z level={} event={}",
                  fmt::gmtime(std::chrono::floor<std::chrono::seconds>(now)),
                  now.time_since_epoch().count() % 1000, kNames[static_cast<std::size_t>(level)], event);
  for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, quoted_for_log(value));
  if (lost_ > 0) line += fmt::format(" lines_lost={}", lost_);
  if (line.size() >= kMaxLine) line.resize(kMaxLine - 1);
  line += '\n';
  pollfd ready{descriptor_, POLLOUT, 0};
  const bool writable = ::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
  if (writable && ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size())) {
    lost_ = 0;
  } else {
    ++lost_;
  }
}

}  // namespace openline::daemon
