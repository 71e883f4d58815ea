// SPDX-License-Identifier: Apache-2.0
// `openline verify`: checks an exported record, or compares two, with nothing but the files (protocol.md
// section 12).
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/terminal.h"

namespace openline::cli {

struct VerifyOptions {
  // One or two files; fingerprints with or without spaces, so that a word of five digits is part of one.
  std::vector<std::string> files;
  std::vector<std::string> roots;
};

// A failure when anything does not hold, or when two files differ. What was found is printed either way.
[[nodiscard]] Outcome<void> verify_files(Terminal& terminal, const VerifyOptions& options);

}  // namespace openline::cli
