// SPDX-License-Identifier: Apache-2.0
// openlined DIR: runs the station of a folder until SIGTERM or SIGINT. Exit codes: docs/api.md section 1.
#include <malloc.h>

#include <cstdio>
#include <cstring>
#include <exception>

#include "daemon/daemon.h"

namespace {

using openline::daemon::Daemon;
using openline::daemon::Exit;

constexpr const char* kUsage =
    "usage: openlined DIR\n"
    "Runs the station of folder DIR (made by `openline init`) until SIGTERM or SIGINT.\n";

int end(Exit code) { return static_cast<int>(code); }

int run(const char* folder) {
  auto daemon = Daemon::open(folder);
  if (!daemon) {
    std::fprintf(stderr, "openlined: %s\n", daemon.error().words.c_str());
    return end(daemon.error().code);
  }
  (*daemon)->run();
  return end(Exit::kStopped);
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && (std::strcmp(words[1], "--help") == 0 || std::strcmp(words[1], "-h") == 0)) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (count != 2 || words[1][0] == '-') {
    std::fputs(kUsage, stderr);
    return end(Exit::kUsage);
  }
  // Few threads, little memory: an arena each would cost more than it gives.
  ::mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): before there is another thread
  try {
    return run(words[1]);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "openlined: %s\n", failure.what());
    return end(Exit::kFailure);
  }
}
