// SPDX-License-Identifier: Apache-2.0
// A station's folder: its files' names, its lock, and the reading of what a station starts from (docs/api.md
// section 1).
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "core/station/station.h"
#include "daemon/config/desk_plan.h"
#include "daemon/config/station_config.h"

namespace openline::daemon {

struct StationFiles {
  std::filesystem::path folder;
  [[nodiscard]] std::filesystem::path config() const { return folder / "station.toml"; }
  [[nodiscard]] std::filesystem::path key() const { return folder / "station.key"; }
  [[nodiscard]] std::filesystem::path first_session() const { return folder / "session.key"; }
  [[nodiscard]] std::filesystem::path card() const { return folder / "card.openline"; }
  [[nodiscard]] std::filesystem::path store() const { return folder / "station.db"; }
  [[nodiscard]] std::filesystem::path desk() const { return folder / "desk.db"; }
  [[nodiscard]] std::filesystem::path search() const { return folder / "search.db"; }
  [[nodiscard]] std::filesystem::path desk_plan() const { return folder / "desk.toml"; }
  [[nodiscard]] std::filesystem::path attachments() const { return folder / "attachments"; }
  [[nodiscard]] std::filesystem::path socket() const { return folder / "api.sock"; }
  [[nodiscard]] std::filesystem::path forms() const { return folder / "forms"; }
  [[nodiscard]] std::filesystem::path lock() const { return folder / "lock"; }
};

struct StationSetup {
  StationConfig config;
  DeskPlan desk_plan;
  StationIdentity identity;
};
// Errors begin with the file's name and say what is wrong and what to do.
[[nodiscard]] Result<StationSetup> read_station_folder(const StationFiles& files);

// Held as long as the object lives, and by the kernel no longer than the process: a crash leaves nothing to
// clean up.
class FolderLock {
 public:
  [[nodiscard]] static Result<FolderLock> take(const StationFiles& files);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace openline::daemon
