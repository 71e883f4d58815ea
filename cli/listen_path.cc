// SPDX-License-Identifier: Apache-2.0
#include "cli/listen_path.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace openline::cli {
namespace {

// What station.toml takes (docs/api.md section 6).
constexpr std::size_t kMaxDevice = 255, kMaxWords = 32, kMaxWord = 1024, kMaxAddress = 64;
// The speeds that termios has.
constexpr std::array<std::uint32_t, 30> kBauds = {
    50,     75,     110,     134,     150,     200,     300,     600,     1200,    1800,
    2400,   4800,   9600,    19200,   38400,   57600,   115200,  230400,  460800,  500000,
    576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000};

constexpr const char* kNeedsAddress =
    "needs an address in numbers and a port, as in 192.0.2.1:4700 or [2001:db8::1]:4700";

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// An address and port in numbers: no name server is ever asked.
bool is_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string host(text.substr(0, colon));
  if (number_in<std::uint16_t>(text.substr(colon + 1)).value_or(0) == 0) return false;
  in6_addr address{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
  }
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t end = text.find(at);
    words.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::string> read_serial(ListenPath& path, std::string_view text) {
  const auto parts = split(text, ',');
  path.device = parts[0];
  if (!path.device.starts_with('/') || path.device.size() > kMaxDevice)
    return "needs a device and its speed in bit/s, as in serial:/dev/ttyUSB0,2400";
  if (parts.size() < 2)
    return fmt::format("needs the speed of the line in bit/s, as in serial:{},2400", text);
  const auto baud = number_in<std::uint32_t>(parts[1]);
  if (!baud || std::ranges::find(kBauds, *baud) == kBauds.end()) {
    return fmt::format("\"{}\" is no speed that serial lines have, such as 75, 1200, 2400 or 9600 bit/s",
                       parts[1]);
  }
  path.baud = *baud;
  path.hardware_flow = parts.size() > 2 && parts[2] == "hardware";
  if (parts.size() > 3 || (parts.size() == 3 && !path.hardware_flow && parts[2] != "none"))
    return "after the speed comes the flow control, if any: none or hardware";
  return std::nullopt;
}

std::optional<std::string> read_exec(ListenPath& path, std::string_view text) {
  for (std::string& word : split(text, ' ')) {
    if (!word.empty()) path.command.push_back(std::move(word));
  }
  if (path.command.empty() || !path.command[0].starts_with('/'))
    return "needs a program by its whole path, and its arguments, as in exec:/usr/lib/openline/helper -v";
  const bool is_long =
      std::ranges::any_of(path.command, [](const std::string& word) { return word.size() > kMaxWord; });
  if (is_long || path.command.size() > kMaxWords)
    return fmt::format("has at most {} words of {} bytes", kMaxWords, kMaxWord);
  return std::nullopt;
}

}  // namespace

bool ListenPath::wildcard() const { return listen.starts_with("0.0.0.0:") || listen.starts_with("[::]:"); }

bool is_path_kind(std::string_view kind) {
  return kind == "udp" || kind == "tcp" || kind == "serial" || kind == "exec";
}

std::optional<std::string> read_place(ListenPath& path, std::string_view text) {
  if (path.kind == "serial") return read_serial(path, text);
  if (path.kind == "exec") return read_exec(path, text);
  path.listen = text;
  const bool calls_only = path.kind == "tcp" && text == "none";
  if (!calls_only && !is_endpoint(text)) return kNeedsAddress;
  return std::nullopt;
}

std::optional<std::string> read_announced(ListenPath& path, std::string_view text) {
  if (path.kind == "serial") return "both ends call a serial line by its path's name: give both the same";
  if (path.kind == "exec") {
    const bool is_address = !text.empty() && text.size() <= kMaxAddress &&
                            std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_address) return "an address for a helper is 1 to 64 printable ASCII characters without spaces";
  } else {
    if (!is_endpoint(text)) return kNeedsAddress;
    ListenPath address;
    address.listen = text;
    if (address.wildcard()) return "nobody can call a wildcard address";
  }
  path.announce.emplace_back(text);
  return std::nullopt;
}

}  // namespace openline::cli
