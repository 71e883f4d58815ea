// SPDX-License-Identifier: Apache-2.0
// `openline record`, `export` and `attachment`: what is on record, on the screen and in files.
#pragma once

#include <string>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct RecordOptions {
  std::string line;
  std::size_t limit = 50;  // the newest so many; 0: all
  bool follow = false;     // then what comes, until interrupted
};
[[nodiscard]] Outcome<void> show_record(Terminal& terminal, const StationApi& api,
                                        const RecordOptions& options);

[[nodiscard]] Outcome<void> export_line(Terminal& terminal, const StationApi& api, const std::string& line,
                                        const std::string& output);
// Kept only if its content has this hash.
[[nodiscard]] Outcome<void> fetch_attachment(Terminal& terminal, const StationApi& api,
                                             const std::string& hash, const std::string& output);

}  // namespace openline::cli
