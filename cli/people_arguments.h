// SPDX-License-Identifier: Apache-2.0
// The commands of people, drafts, alarms, the watch and the log of acts, for the parser of arguments.cc.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "cli/arguments.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the parser's
class App;
}

namespace openline::cli {

class PeopleArguments {
 public:
  // Adds a command to the parser. `finish`: what it is, once its options are read.
  using Add =
      std::function<CLI::App*(const char* name, const char* group, std::function<Outcome<Command>()> finish)>;
  explicit PeopleArguments(Add add) : add_(std::move(add)) {}
  PeopleArguments(const PeopleArguments&) = delete;  // the parser points into it
  PeopleArguments& operator=(const PeopleArguments&) = delete;
  void add_commands();

 private:
  void session_commands();
  void officer_command();
  void draft_commands();
  void alarm_commands();
  void watch_commands();
  void roster_command();
  void hand_over_command();
  void draft_command(const char* name);

  Add add_;
  EnrolOptions enrol_;
  SignInOptions sign_in_;
  SignOutOptions sign_out_;
  PasswordOptions password_;
  OfficerOptions officer_;
  AuditOptions audit_;
  DraftsCommand drafts_;
  DraftOptions draft_;
  std::string draft_number_;
  AlarmOptions alarm_;
  std::string alarm_of_;
  WatchCommand watch_;
  HereCommand here_;
  RosterOptions roster_;
  HandOverOptions hand_over_;
  std::string hand_over_of_;
};

// "7"; nullopt for what is no number of a draft.
[[nodiscard]] std::optional<std::uint64_t> draft_number(std::string_view text);

}  // namespace openline::cli
