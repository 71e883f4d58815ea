// SPDX-License-Identifier: Apache-2.0
// Commands that ask the station for one thing: status, inbox, agreements, acts on a line.
#pragma once

#include <string>

#include "cli/act_options.h"
#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

// `exit_code`: a failure with the code of the worst lamp and no message.
[[nodiscard]] Outcome<void> show_status(Terminal& terminal, const StationApi& api, bool exit_code);
[[nodiscard]] Outcome<void> show_inbox(Terminal& terminal, const StationApi& api, const std::string& line);

[[nodiscard]] Outcome<void> agree(Terminal& terminal, const StationApi& api, const std::string& file);
// `as_draft`: it is not proposed, but kept for others to release.
[[nodiscard]] Outcome<void> amend(Terminal& terminal, const StationApi& api, const std::string& line,
                                  const std::string& file, bool as_draft);
// Empty: all agreements. Else those in force and proposed of that line.
[[nodiscard]] Outcome<void> show_agreement(Terminal& terminal, const StationApi& api,
                                           const std::string& line);
// Refuses what is proposed on a line, or for a line that does not exist yet. Several proposals: name the
// hash.
[[nodiscard]] Outcome<void> refuse(Terminal& terminal, const StationApi& api, const std::string& line_or_hash,
                                   const std::string& reason);
// "suspend", "resume", "go-on", "test"
[[nodiscard]] Outcome<void> act(Terminal& terminal, const StationApi& api, const std::string& what,
                                const std::string& line, const std::string& reason);

[[nodiscard]] Outcome<void> put_act(Terminal& terminal, const StationApi& api, const ActOptions& options);
// "contacts", "visits", "calls", "readouts", "efforts"
[[nodiscard]] Outcome<void> show_matters(Terminal& terminal, const StationApi& api, const std::string& what,
                                         const std::string& line);
// "visits" as iCalendar, "readouts" as a page, in a file.
[[nodiscard]] Outcome<void> write_matters(Terminal& terminal, const StationApi& api, const std::string& what,
                                          const std::string& line, const std::string& output);

// What may be filled in, of one form or of all.
[[nodiscard]] Outcome<void> show_forms(Terminal& terminal, const StationApi& api, const std::string& form,
                                       const std::string& edition, const std::string& language);
// The readout with what proves it, in a file for publication.
[[nodiscard]] Outcome<void> publish(Terminal& terminal, const StationApi& api, const std::string& line,
                                    const std::string& readout, const std::string& output);

struct AcknowledgeOptions {
  std::string id;    // the beginning of one, at least 4 digits
  std::string line;  // empty: found by the id
  std::string role;  // empty: the officer who is signed in; else who attends, or the desk's name
  std::string key;   // idempotency; empty: made
};
[[nodiscard]] Outcome<void> acknowledge(Terminal& terminal, const StationApi& api,
                                        const AcknowledgeOptions& options);

// Who attends the line here, or else its desk's name.
[[nodiscard]] std::string default_role(const LineView& line);
// How a repeat after a broken connection is told to the person waiting.
[[nodiscard]] RetryPlan told_retries(Terminal& terminal);

}  // namespace openline::cli
