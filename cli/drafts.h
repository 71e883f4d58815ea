// SPDX-License-Identifier: Apache-2.0
// What must be released by others before it goes out: `openline drafts`, `draft`, `release`, `return`,
// `withdraw`, `submit`, and --draft of everything that is sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct DraftsCommand {
  std::string line;  // empty: of all lines
};
struct DraftOptions {
  std::string what;  // "draft" (show it), "release", "return", "withdraw", "submit"
  std::uint64_t number = 0;
  std::string reason;                    // of return
  std::optional<std::string> confirm;    // of release; none: the person at the terminal types it
  std::optional<std::string> emergency;  // of release: why alone
};

[[nodiscard]] Outcome<void> show_drafts(Terminal& terminal, const StationApi& api, const std::string& line);
[[nodiscard]] Outcome<void> draft(Terminal& terminal, const StationApi& api, const DraftOptions& options);

// Makes a draft of what would be sent to `address`, which comes after the line's ("/contacts"), and says what
// must happen to it.
[[nodiscard]] Outcome<void> make_draft(Terminal& terminal, const StationApi& api, const std::string& line,
                                       std::string_view address, const std::string& body);

// At an attended desk: a draft waits for somebody. `json` is the data of the event `draft`.
void show_draft_that_waits(Terminal& terminal, std::string_view json);
// Loudly: one person did what takes several. `json` is the event's data.
void show_emergency(Terminal& terminal, std::string_view json);

}  // namespace openline::cli
