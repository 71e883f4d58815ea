// SPDX-License-Identifier: Apache-2.0
// The command line as values. The parser (CLI11) is known to arguments.cc and people_arguments.cc only.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/acts.h"
#include "cli/alarms.h"
#include "cli/attend.h"
#include "cli/card.h"
#include "cli/drafts.h"
#include "cli/history.h"
#include "cli/init.h"
#include "cli/officer.h"
#include "cli/record.h"
#include "cli/search.h"
#include "cli/send.h"
#include "cli/session.h"
#include "cli/verify.h"
#include "cli/watch.h"

namespace openline::cli {

struct StatusCommand {
  bool exit_code = false;
};
struct InboxCommand {
  std::string line;
};
struct AgreeCommand {
  std::string file;
};
struct AmendCommand {
  std::string line, file;
  bool draft = false;
};
struct AgreementCommand {
  std::string line;
};
struct RefuseCommand {
  std::string line, reason;
};
struct ActCommand {
  std::string what, line, reason;
};
struct MattersCommand {
  std::string what, line;
  std::string output;  // visits: iCalendar; readouts: HTML
};
struct FormsCommand {
  std::string form, edition, language = "en";
};
struct PublishCommand {
  std::string line, readout, output;
};
struct ExportCommand {
  std::string line, output;
};
struct AttachmentCommand {
  std::string hash, output;
};
struct RunCommand {};
struct VersionCommand {};
struct HelpCommand {
  std::string text;
};

// Order: those that need no station's folder first (see `needs_station`).
using Command =
    std::variant<HelpCommand, VersionCommand, InitOptions, CourierKeyOptions, VerifyOptions, RunCommand,
                 CardOptions, AcceptOptions, AgreeCommand, AgreementCommand, RefuseCommand, AmendCommand,
                 ActCommand, ActOptions, MattersCommand, FormsCommand, StatusCommand, InboxCommand,
                 SendOptions, AttendOptions, AcknowledgeOptions, RecordOptions, ExportCommand, PublishCommand,
                 AttachmentCommand, EnrolOptions, SignInOptions, SignOutOptions, PasswordOptions,
                 WhoamiCommand, OfficerOptions, AuditOptions, DraftsCommand, DraftOptions, AlarmsCommand,
                 AlarmOptions, WatchCommand, HereCommand, RosterOptions, HandOverOptions, SearchOptions,
                 HistoryOptions, EstimateOptions>;

struct Arguments {
  std::string station;  // -s, or OPENLINE_STATION
  bool json = false;
  Command command;
};

// `words` without the program's name. A failure is kUsage and says what is wrong.
[[nodiscard]] Outcome<Arguments> parse_arguments(std::vector<std::string> words);

}  // namespace openline::cli
