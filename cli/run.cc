// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace openline::cli {

Outcome<void> run(const StationFolder& folder) {
  std::error_code problem;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
  const std::string path = folder.path.string();
  if (!problem) {
    const std::string beside = (self.parent_path() / "openlined").string();
    ::execl(beside.c_str(), "openlined", path.c_str(), static_cast<char*>(nullptr));
    if (errno != ENOENT) {
      return failed(ExitCode::kRefused,
                    fmt::format("{}: {}", beside, std::generic_category().message(errno)));
    }
  }
  ::execlp("openlined", "openlined", path.c_str(), static_cast<char*>(nullptr));
  return failed(ExitCode::kNotFound, fmt::format("openlined is neither beside this program nor in PATH: {}",
                                                 std::generic_category().message(errno)));
}

}  // namespace openline::cli
