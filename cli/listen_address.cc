// SPDX-License-Identifier: Apache-2.0
#include "cli/listen_address.h"

#include <fmt/format.h>

#include <algorithm>

namespace openline::cli {
namespace {

struct Parts {
  std::string name;  // may be empty
  std::string kind;
  std::string_view rest;  // of the text that it was split from
};

std::unexpected<Failure> wrong(std::string_view option, std::string_view text, std::string_view rule) {
  return failed(ExitCode::kUsage, fmt::format("{} {}: {}", option, text, rule));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// "NAME=KIND:REST". An equals sign behind the colon belongs to the rest.
Outcome<Parts> split(std::string_view option, std::string_view text) {
  Parts parts;
  const std::size_t colon = text.find(':');
  std::string_view head = text.substr(0, colon);
  if (const std::size_t equals = head.find('='); equals != std::string_view::npos) {
    parts.name = head.substr(0, equals);
    head.remove_prefix(equals + 1);
    if (!is_name(parts.name)) return wrong(option, text, "a path's name has 1 to 32 of a-z 0-9 - _");
  }
  parts.kind = head;
  if (!is_path_kind(parts.kind)) {
    return wrong(option, text,
                 "begins with udp:, tcp:, serial: or exec:, after a name if there is one, as in "
                 "fibre=udp:0.0.0.0:4700");
  }
  parts.rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
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

Outcome<void> add(std::vector<ListenPath>& paths, const std::string& text) {
  const auto parts = split("--listen", text);
  if (!parts) return failed(parts.error());
  ListenPath added;
  added.kind = parts->kind;
  if (const auto rule = read_place(added, parts->rest)) return wrong("--listen", text, *rule);
  for (const ListenPath& path : paths) {
    if (path.name == parts->name) return wrong("--listen", text, "there is a path of this name already");
    if (path.kind != added.kind) continue;
    if (!path.listen.empty() && path.listen != "none" && path.listen == added.listen)
      return wrong("--listen", text, "this address is taken by another path");
    if (!path.device.empty() && path.device == added.device)
      return wrong("--listen", text, "this device is taken by another path");
  }
  added.name = parts->name.empty() ? free_name(paths, parts->kind) : parts->name;
  paths.push_back(std::move(added));
  return {};
}

Outcome<void> put(std::vector<ListenPath>& paths, const std::string& text) {
  const auto parts = split("--announce", text);
  if (!parts) return failed(parts.error());
  ListenPath* found = nullptr;
  for (ListenPath& path : paths) {
    const bool fits = path.kind == parts->kind && (parts->name.empty() || parts->name == path.name);
    if (fits && found != nullptr)
      return wrong("--announce", text,
                   fmt::format("which path? Write its name, as in {}={}:…", path.name, path.kind));
    if (fits) found = &path;
  }
  if (found == nullptr) return wrong("--announce", text, "there is no --listen of this name and kind");
  if (const auto rule = read_announced(*found, parts->rest)) return wrong("--announce", text, *rule);
  return {};
}

void announce_itself(ListenPath& path) {
  if (path.kind == "serial") {
    path.announce = {path.name};
  } else if (path.announce.empty() && !path.listen.empty() && path.listen != "none" && !path.wildcard()) {
    path.announce = {path.listen};
  }
}

}  // namespace

Outcome<std::vector<ListenPath>> parse_paths(const std::vector<std::string>& listen,
                                             const std::vector<std::string>& announce) {
  std::vector<ListenPath> paths;
  for (const std::string& text : listen) {
    if (auto done = add(paths, text); !done) return failed(done.error());
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
    announce_itself(path);
    addresses += path.announce.size();
  }
  if (addresses > kMaxPaths) {
    return failed(ExitCode::kUsage,
                  fmt::format("--announce: a station announces at most {} addresses", kMaxPaths));
  }
  return paths;
}

}  // namespace openline::cli
