// SPDX-License-Identifier: Apache-2.0
// For tests: a terminal of strings, a temporary folder, and a fixed time zone.
#pragma once

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/terminal.h"

namespace openline::cli::test {

struct StringTerminal {
  std::istringstream in;
  std::ostringstream out, err;
  Terminal terminal{in, out, err, false, false};
  explicit StringTerminal(const std::string& typed = "") : in(typed) {}
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "openline-cli-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Local time in these tests: an hour ahead of UTC, named CET, all year.
struct FixedZone {
  FixedZone() {
    ::setenv("TZ", "CET-1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    ::tzset();
  }
  ~FixedZone() {
    ::unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe)
    ::tzset();
  }
};

struct Ended {
  ExitCode code;
  std::string out, err;
};
inline Ended run(std::vector<std::string> words, const std::string& typed = "") {
  StringTerminal strings(typed);
  const ExitCode code = run_command_line(strings.terminal, std::move(words));
  return {code, strings.out.str(), strings.err.str()};
}

}  // namespace openline::cli::test
