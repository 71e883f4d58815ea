// SPDX-License-Identifier: Apache-2.0
#include "cli/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace openline::cli {
namespace {

struct Parts {
  std::string name;  // may be empty
  std::string kind;
  std::string endpoint;
};

std::unexpected<Failure> wrong(std::string_view option, std::string_view text, std::string_view rule) {
  return failed(ExitCode::kUsage, fmt::format("{} {}: {}", option, text, rule));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// An address and port in numbers: no name server is ever asked.
bool is_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string host(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (problem != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65535)
    return false;
  in6_addr address{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
  }
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

Outcome<Parts> split(std::string_view option, std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  if (const std::size_t equals = rest.find('='); equals != std::string_view::npos) {
    parts.name = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
    if (!is_name(parts.name)) return wrong(option, text, "a path's name has 1 to 32 of a-z 0-9 - _");
  }
  const std::size_t colon = rest.find(':');
  parts.kind = rest.substr(0, colon);
  if (parts.kind != "udp" && parts.kind != "tcp") {
    return wrong(option, text,
                 "begins with udp: or tcp:, after a name if there is one, as in fibre=udp:0.0.0.0:4700");
  }
  parts.endpoint = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  const bool calls_only = option == "--listen" && parts.kind == "tcp" && parts.endpoint == "none";
  if (!calls_only && !is_endpoint(parts.endpoint)) {
    return wrong(option, text,
                 "needs an address in numbers and a port, as in 192.0.2.1:4700 or [2001:db8::1]:4700");
  }
  return parts;
}

std::string free_name(const std::vector<ListenPath>& paths, const std::string& kind) {
  std::string name = kind;
  for (int number = 2; std::ranges::any_of(paths, [&](const ListenPath& p) { return p.name == name; });
       ++number) {
    name = fmt::format("{}{}", kind, number);
  }
  return name;
}

Outcome<void> put(std::vector<ListenPath>& paths, const std::string& text) {
  const auto parts = split("--announce", text);
  if (!parts) return failed(parts.error());
  ListenPath* found = nullptr;
  for (ListenPath& path : paths) {
    const bool fits = path.kind == parts->kind && (parts->name.empty() || parts->name == path.name);
    if (fits && found != nullptr)
      return wrong("--announce", text, "which path? Write its name, as in fibre=udp:…");
    if (fits) found = &path;
  }
  if (found == nullptr) return wrong("--announce", text, "there is no --listen of this name and kind");
  const ListenPath address{"", parts->kind, parts->endpoint, {}};
  if (address.wildcard()) return wrong("--announce", text, "nobody can call a wildcard address");
  found->announce.push_back(parts->endpoint);
  return {};
}

}  // namespace

bool ListenPath::wildcard() const { return listen.starts_with("0.0.0.0:") || listen.starts_with("[::]:"); }

Outcome<std::vector<ListenPath>> parse_paths(const std::vector<std::string>& listen,
                                             const std::vector<std::string>& announce) {
  std::vector<ListenPath> paths;
  for (const std::string& text : listen) {
    const auto parts = split("--listen", text);
    if (!parts) return failed(parts.error());
    for (const ListenPath& path : paths) {
      if (path.name == parts->name) return wrong("--listen", text, "there is a path of this name already");
      if (path.kind == parts->kind && path.listen == parts->endpoint && path.listen != "none") {
        return wrong("--listen", text, "this address is taken by another path");
      }
    }
    paths.push_back({parts->name.empty() ? free_name(paths, parts->kind) : parts->name,
                     parts->kind,
                     parts->endpoint,
                     {}});
  }
  if (paths.empty()) return failed(ExitCode::kUsage, "--listen: a station needs at least one path");
  if (paths.size() > kMaxPaths) {
    return failed(ExitCode::kUsage, fmt::format("--listen: a station has at most {} paths", kMaxPaths));
  }
  for (const std::string& text : announce) {
    if (auto done = put(paths, text); !done) return failed(done.error());
  }
  std::size_t addresses = 0;
  for (ListenPath& path : paths) {
    if (path.announce.empty() && path.listen != "none" && !path.wildcard()) path.announce = {path.listen};
    addresses += path.announce.size();
  }
  if (addresses > kMaxPaths) {
    return failed(ExitCode::kUsage,
                  fmt::format("--announce: a station announces at most {} addresses", kMaxPaths));
  }
  return paths;
}

}  // namespace openline::cli
