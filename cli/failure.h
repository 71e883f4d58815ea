// SPDX-License-Identifier: Apache-2.0
// Why a command did not do what was asked, and the exit code that says so (docs/cli.md).
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace openline::cli {

enum class ExitCode : int {
  kOk = 0,
  kRefused = 1,           // refused, or a problem was found
  kUsage = 2,             // the command line is wrong
  kUnreachable = 3,       // no station answers
  kNotFound = 4,          // no such line, entry, agreement, file
  kConflict = 5,          // contradicts what is on record or what is there already
  kStoreUnavailable = 6,  // the station cannot put it on record now; nothing was lost
  // `status --exit-code` only: the worst lamp.
  kUnattended = 10,
  kDegraded = 11,
  kSilent = 12,
};

struct Failure {
  ExitCode code = ExitCode::kRefused;
  std::string message;  // what was wrong and where, for a person
};

template <class T>
using Outcome = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> failed(ExitCode code, std::string message) {
  return std::unexpected(Failure{code, std::move(message)});
}
[[nodiscard]] inline std::unexpected<Failure> failed(Failure failure) {
  return std::unexpected(std::move(failure));
}

}  // namespace openline::cli
