// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/station_config.h"

#include <algorithm>

#include "daemon/config/toml_document.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxPaths = 8, kMaxAddresses = 8, kMaxConsoleNames = 8;

void read_link(const TomlTable& table, LinkOptions& options, std::optional<Error>& problem) {
  TomlReader reader(table, "link", problem);
  const auto seconds = [&](std::string_view key, Seconds& value) {
    if (const auto given = reader.optional_duration(key, 1s, 24h)) {
      if (*given % 1s != 0ms) reader.refuse(key, "must be whole seconds");
      value = std::chrono::floor<Seconds>(*given);
    }
  };
  const auto count = [&](std::string_view key, std::size_t& value) {
    if (const auto given = reader.optional_number(key, 1, 100)) value = static_cast<std::size_t>(*given);
  };
  seconds("heartbeat_idle", options.heartbeat_idle);
  seconds("heartbeat_busy", options.heartbeat_busy);
  seconds("handshake_repeat_max", options.handshake_repeat_max);
  count("min_missed", options.min_missed);
  count("max_missed", options.max_missed);
  if (options.heartbeat_busy > options.heartbeat_idle) {
    reader.refuse("heartbeat_busy", "must not be longer than heartbeat_idle");
  }
  if (options.min_missed > options.max_missed)
    reader.refuse("min_missed", "must not be more than max_missed");
  reader.finish();
}

void read_line(const TomlTable& table, StationOptions& options, std::optional<Error>& problem) {
  TomlReader reader(table, "line", problem);
  if (const auto lease = reader.optional_duration("presence_lease", 4s, 1h)) {
    options.presence_lease = std::chrono::floor<Seconds>(*lease);
  }
  if (const auto delay = reader.optional_duration("relay_delay", 10ms, 1h)) options.relay_delay = *delay;
  if (const auto again = reader.optional_duration("resend_after", 1s, 1h)) {
    options.resend_after = std::chrono::floor<Seconds>(*again);
  }
  reader.finish();
}

std::optional<Endpoint> read_metrics(TomlReader& reader) {
  const auto given = reader.optional_text("metrics", 64);
  if (!given) return std::nullopt;
  const auto endpoint = Endpoint::parse(*given);
  if (!endpoint || !endpoint->is_loopback()) {
    reader.refuse("metrics",
                  "must be an address of this machine alone, as \"127.0.0.1:9464\" or \"[::1]:9464\"");
  }
  return endpoint;
}

bool is_host_name(const std::string& name) {  // RFC 1123 section 2.1
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  return name.find_first_not_of(kAllowed) == std::string::npos && !name.starts_with('.') &&
         !name.ends_with('.');
}

ConsoleConfig read_console(const TomlTable& table, std::optional<Error>& problem) {
  TomlReader reader(table, "console", problem);
  ConsoleConfig console;
  const auto endpoint = Endpoint::parse(reader.text("listen", 64));
  if (endpoint) {
    console.listen = *endpoint;
  } else {
    reader.refuse("listen", "must be an address and a port, as \"127.0.0.1:4780\" or \"[::1]:4780\"");
  }
  const bool is_local = endpoint && endpoint->is_loopback();
  console.tls = reader.optional_flag("tls").value_or(!is_local);
  console.names = reader.optional_texts("names", kMaxConsoleNames, 253);
  for (const std::string& name : console.names) {
    if (!is_host_name(name)) reader.refuse("names", "has \"" + name + "\", which is no host name");
  }
  if (endpoint && !is_local && !console.tls)
    reader.refuse("tls",
                  "may be left out on a loopback address only: passwords would cross a network in clear");
  if (endpoint && endpoint->is_wildcard() && console.names.empty())
    reader.refuse("listen", "takes every address of the machine: say in names what browsers will call it");
  reader.finish();
  return console;
}

void check_paths(TomlReader& reader, const StationConfig& config) {
  for (std::size_t i = 0; i < config.paths.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (config.paths[i].name == config.paths[j].name) {
        reader.refuse("path", "has two of the name \"" + config.paths[i].name + "\"");
      }
      if (!config.paths[i].device.empty() && config.paths[i].device == config.paths[j].device) {
        reader.refuse("path", "has two on " + config.paths[i].device);
      }
    }
  }
  if (config.addresses().size() > kMaxAddresses) reader.refuse("path", "announces more than 8 addresses");
}

}  // namespace

Result<StationConfig> StationConfig::parse(std::string_view toml) {
  const auto document = parse_toml(toml);
  if (!document) return fail(document.error());
  std::optional<Error> problem;
  TomlReader reader(*document, "", problem);
  StationConfig config;
  config.options.link.gather = 300ms;
  config.party = reader.text("party", 12);
  config.station = reader.text("station", 64);
  config.metrics = read_metrics(reader);
  config.options.demo_clock = reader.optional_flag("demo_clock").value_or(false);
  if (const auto start = reader.optional_number("demo_start", 0, 4'102'444'800)) {
    if (!config.options.demo_clock) reader.refuse("demo_start", "is for a demonstration's clock only");
    config.options.demo_start = WallTime{Seconds{*start}};
  }
  for (const TomlTable* table : reader.tables("path", 1, kMaxPaths)) {
    config.paths.push_back(read_path(*table, problem));
  }
  check_paths(reader, config);
  if (const auto* link = reader.optional_table("link")) read_link(*link, config.options.link, problem);
  if (const auto* line = reader.optional_table("line")) read_line(*line, config.options, problem);
  if (const auto* console = reader.optional_table("console"))
    config.console = read_console(*console, problem);
  if (const auto* log = reader.optional_table("log")) {
    TomlReader log_reader(*log, "log", problem);
    const auto level = log_reader.optional_word("level", {"error", "warning", "info", "debug"});
    if (level) config.log_level = static_cast<LogLevel>(*level);
    log_reader.finish();
  }
  reader.finish();
  if (problem) return fail(*problem);
  return config;
}

std::vector<LocatorAddress> StationConfig::addresses() const {
  std::vector<LocatorAddress> result;
  for (const PathConfig& path : paths) {
    for (const std::string& endpoint : path.announce)
      result.push_back({path.name, path.kind_name(), endpoint});
  }
  return result;
}

}  // namespace openline::daemon
