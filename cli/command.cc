// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <ostream>

#include "cli/arguments.h"
#include "cli/json_text.h"
#include "cli/run.h"
#include "cli/station_folder.h"

#ifndef OPENLINE_VERSION
#define OPENLINE_VERSION "0.1.0"
#endif

namespace openline::cli {
namespace {

// Does a command. Those that speak to a station get it from `folder`.
struct Doer {
  Terminal& terminal;
  const StationFolder& folder;
  const StationApi::Session& session;
  [[nodiscard]] StationApi api() const { return StationApi(folder.socket().string(), session); }

  Outcome<void> operator()(const HelpCommand& help) const {
    terminal.out << (terminal.json ? json_object({{"help", help.text}}) + "\n" : help.text);
    return {};
  }
  Outcome<void> operator()(const VersionCommand&) const {
    terminal.out << (terminal.json ? json_object({{"version", OPENLINE_VERSION}}) + "\n"
                                   : "openline " OPENLINE_VERSION "\n");
    return {};
  }
  Outcome<void> operator()(const InitOptions& options) const { return init(terminal, options); }
  Outcome<void> operator()(const CourierKeyOptions& options) const { return courier_key(terminal, options); }
  Outcome<void> operator()(const VerifyOptions& options) const { return verify_files(terminal, options); }
  Outcome<void> operator()(const RunCommand&) const { return run(folder); }
  Outcome<void> operator()(const CardOptions& options) const {
    return card(terminal, folder, api(), options);
  }
  Outcome<void> operator()(const AcceptOptions& options) const { return accept(terminal, api(), options); }
  Outcome<void> operator()(const AgreeCommand& c) const { return agree(terminal, api(), c.file); }
  Outcome<void> operator()(const AgreementCommand& c) const {
    return show_agreement(terminal, api(), c.line);
  }
  Outcome<void> operator()(const RefuseCommand& c) const { return refuse(terminal, api(), c.line, c.reason); }
  Outcome<void> operator()(const AmendCommand& c) const {
    return amend(terminal, api(), c.line, c.file, c.draft);
  }
  Outcome<void> operator()(const ActCommand& c) const {
    return act(terminal, api(), c.what, c.line, c.reason);
  }
  Outcome<void> operator()(const ActOptions& options) const { return put_act(terminal, api(), options); }
  Outcome<void> operator()(const MattersCommand& c) const {
    return c.output.empty() ? show_matters(terminal, api(), c.what, c.line)
                            : write_matters(terminal, api(), c.what, c.line, c.output);
  }
  Outcome<void> operator()(const FormsCommand& c) const {
    return show_forms(terminal, api(), c.form, c.edition, c.language);
  }
  Outcome<void> operator()(const StatusCommand& c) const { return show_status(terminal, api(), c.exit_code); }
  Outcome<void> operator()(const InboxCommand& c) const { return show_inbox(terminal, api(), c.line); }
  Outcome<void> operator()(const SendOptions& options) const { return send(terminal, api(), options); }
  Outcome<void> operator()(const AttendOptions& options) const { return attend(terminal, api(), options); }
  Outcome<void> operator()(const AcknowledgeOptions& options) const {
    return acknowledge(terminal, api(), options);
  }
  Outcome<void> operator()(const RecordOptions& options) const {
    return show_record(terminal, api(), options);
  }
  Outcome<void> operator()(const SearchOptions& options) const { return search(terminal, api(), options); }
  Outcome<void> operator()(const HistoryOptions& options) const {
    return show_history(terminal, api(), options);
  }
  Outcome<void> operator()(const EstimateOptions& options) const {
    return show_estimate(terminal, api(), options);
  }
  Outcome<void> operator()(const ExportCommand& c) const {
    return export_line(terminal, api(), c.line, c.output);
  }
  Outcome<void> operator()(const PublishCommand& c) const {
    return publish(terminal, api(), c.line, c.readout, c.output);
  }
  Outcome<void> operator()(const AttachmentCommand& c) const {
    return fetch_attachment(terminal, api(), c.hash, c.output);
  }
  Outcome<void> operator()(const EnrolOptions& options) const { return enrol(terminal, api(), options); }
  Outcome<void> operator()(const SignInOptions& options) const {
    return sign_in(terminal, api(), session_file(folder.path), options);
  }
  Outcome<void> operator()(const SignOutOptions& options) const {
    return sign_out(terminal, folder.socket().string(), session_file(folder.path), options);
  }
  Outcome<void> operator()(const PasswordOptions& options) const {
    return change_password(terminal, api(), options);
  }
  Outcome<void> operator()(const WhoamiCommand&) const { return whoami(terminal, api()); }
  Outcome<void> operator()(const OfficerOptions& options) const { return officer(terminal, api(), options); }
  Outcome<void> operator()(const AuditOptions& options) const { return audit(terminal, api(), options); }
  Outcome<void> operator()(const DraftsCommand& c) const { return show_drafts(terminal, api(), c.line); }
  Outcome<void> operator()(const DraftOptions& options) const { return draft(terminal, api(), options); }
  Outcome<void> operator()(const AlarmsCommand&) const { return show_alarms(terminal, api()); }
  Outcome<void> operator()(const AlarmOptions& options) const { return alarm(terminal, api(), options); }
  Outcome<void> operator()(const WatchCommand& c) const { return show_watch(terminal, api(), c.desk); }
  Outcome<void> operator()(const HereCommand& c) const { return here(terminal, api(), c.desk); }
  Outcome<void> operator()(const RosterOptions& options) const { return roster(terminal, api(), options); }
  Outcome<void> operator()(const HandOverOptions& options) const {
    return hand_over(terminal, api(), options);
  }
};

bool needs_station(const Command& command) {
  return !std::holds_alternative<HelpCommand>(command) && !std::holds_alternative<VersionCommand>(command) &&
         !std::holds_alternative<InitOptions>(command) &&
         !std::holds_alternative<CourierKeyOptions>(command) &&
         !std::holds_alternative<VerifyOptions>(command);
}

// Those that begin or end a session do without one that may be broken, and `run` speaks to no station.
bool needs_session(const Command& command) {
  return needs_station(command) && !std::holds_alternative<RunCommand>(command) &&
         !std::holds_alternative<EnrolOptions>(command) && !std::holds_alternative<SignInOptions>(command) &&
         !std::holds_alternative<SignOutOptions>(command);
}

Outcome<void> execute(Terminal& terminal, const Arguments& arguments) {
  StationFolder folder;
  if (needs_station(arguments.command)) {
    auto found = find_station(arguments.station);
    if (!found) return failed(found.error());
    folder = std::move(*found);
  }
  StationApi::Session session;
  if (needs_session(arguments.command)) {
    auto kept = read_session(session_file(folder.path));
    if (!kept) return failed(kept.error());
    if (*kept) session = std::make_shared<const SessionToken>(std::move(**kept));
  }
  return std::visit(Doer{terminal, folder, session}, arguments.command);
}

}  // namespace

ExitCode run_command_line(Terminal& terminal, std::vector<std::string> words) {
  const auto arguments = parse_arguments(std::move(words));
  Outcome<void> done;
  if (arguments) {
    terminal.json = arguments->json;
    if (terminal.json) terminal.colour = false;
    done = execute(terminal, *arguments);
  } else {
    done = failed(arguments.error());
  }
  terminal.out << std::flush;
  if (done && !terminal.out) done = failed(ExitCode::kRefused, "standard output did not take all of it");
  if (done) return ExitCode::kOk;
  if (!done.error().message.empty()) terminal.err << "openline: " << done.error().message << "\n";
  return done.error().code;
}

}  // namespace openline::cli
