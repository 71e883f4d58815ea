// SPDX-License-Identifier: Apache-2.0
// What the API needs of the loop and its station. All of it is asked and answered on the loop's thread.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/station/station.h"
#include "daemon/api/commit_times.h"
#include "notices/editions.h"

namespace openline::daemon {

struct PathView {
  std::string name;
  std::string kind;
  std::string listening_on;  // empty: calls out only, or not now
  std::string problem;       // empty: usable
};

struct ConsoleView {
  std::string url;          // empty: it is not offered, and `problem` says why
  std::string certificate;  // SHA-256, "3F:A0:…"; empty: plain HTTP
  std::string problem;
};

class StationPort {
 public:
  using Answer = std::function<void(std::expected<Done, CommandError>)>;
  virtual ~StationPort() = default;
  // Answered once what it says is durable, or refused.
  virtual void command(Command command, Answer answer) = 0;
  [[nodiscard]] virtual StationStatus status() const = 0;
  [[nodiscard]] virtual std::optional<LineForExport> for_export(const LineId& line) const = 0;
  [[nodiscard]] virtual std::vector<MemberCoverage> coverage(const LineId& line) const = 0;
  [[nodiscard]] virtual std::vector<MemberTraffic> traffic(const LineId& line) const = 0;
  [[nodiscard]] virtual std::vector<openline::AttachmentProgress> arriving() const = 0;
  [[nodiscard]] virtual CommitTimes commit_times() const = 0;
  [[nodiscard]] virtual std::vector<const Matter*> matters(const LineId& line) const = 0;
  [[nodiscard]] virtual CardFile own_card() const = 0;
  [[nodiscard]] virtual const StationKeyPair& signing_key() const = 0;
  [[nodiscard]] virtual std::vector<PathView> paths() const = 0;
  [[nodiscard]] virtual std::optional<ConsoleView> console() const {
    return std::nullopt;
  }  // nullopt: none is set
  [[nodiscard]] virtual Now now() const = 0;
  [[nodiscard]] virtual Seconds presence_lease() const = 0;
  [[nodiscard]] virtual bool store_is_full() const = 0;
  // Of a desk's plan; `done` is told how it ended, later.
  virtual void run_command(const std::vector<std::string>& command, const std::string& input,
                           std::function<void(const std::string&)> done) = 0;
  [[nodiscard]] virtual const notices::Editions& editions() const = 0;  // lives as long as the station
};

}  // namespace openline::daemon
