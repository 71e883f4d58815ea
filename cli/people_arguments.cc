// SPDX-License-Identifier: Apache-2.0
#include "cli/people_arguments.h"

#include <charconv>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace openline::cli {
namespace {

constexpr const char *kWatch = "For the officer on watch", *kReleaser = "For the releaser",
                     *kSupervisor = "For the supervisor", *kAuditor = "For the auditor";

template <class Options>
std::function<Outcome<Command>()> as_given(Options& options) {
  return [&options]() -> Outcome<Command> { return Command(std::move(options)); };
}

}  // namespace

std::optional<std::uint64_t> draft_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

void PeopleArguments::add_commands() {
  session_commands();
  officer_command();
  draft_commands();
  alarm_commands();
  watch_commands();
  CLI::App* audit = add_("audit", kAuditor, as_given(audit_));
  audit->add_option("--after", audit_.after);
  audit->add_option("--limit", audit_.limit);
}

void PeopleArguments::session_commands() {
  CLI::App* enrol = add_("enrol", kWatch, as_given(enrol_));
  enrol->add_option("NAME", enrol_.name)->required();
  enrol->add_option("--code", enrol_.code);
  enrol->add_option("--password-file", enrol_.password_file);
  CLI::App* sign_in = add_("sign-in", kWatch, as_given(sign_in_));
  sign_in->add_option("NAME", sign_in_.name)->required();
  sign_in->add_option("--password-file", sign_in_.password_file);
  add_("sign-out", kWatch, as_given(sign_out_))->add_flag("--everywhere", sign_out_.everywhere);
  CLI::App* password = add_("password", kWatch, as_given(password_));
  password->add_option("--old-password-file", password_.old_file);
  password->add_option("--password-file", password_.new_file);
  add_("whoami", kWatch, [] { return Outcome<Command>(WhoamiCommand{}); });
}

void PeopleArguments::officer_command() {
  CLI::App* officer = add_("officer", kSupervisor, [this]() -> Outcome<Command> {
    if (auto wrong = check_officer_options(officer_); !wrong) return failed(wrong.error());
    return Command(std::move(officer_));
  });
  officer->add_option("ACTION", officer_.action)->required();
  officer->add_option("NAME", officer_.name);
  officer->add_option("--title", officer_.title);
  officer->add_option("--role", officer_.roles)->expected(1)->take_all();
  officer->add_option("--root-key", officer_.root_key);
  officer->add_option("--password-file", officer_.password_file);
}

void PeopleArguments::draft_commands() {
  add_("drafts", kWatch, as_given(drafts_))->add_option("LINE", drafts_.line);
  for (const char* name : {"draft", "release", "return", "submit"}) draft_command(name);
}

void PeopleArguments::draft_command(const char* name) {
  const std::string_view what = name;
  const char* group = what == "release" || what == "return" ? kReleaser : kWatch;
  CLI::App* sub = add_(name, group, [this, name]() -> Outcome<Command> {
    const auto number = draft_number(draft_number_);
    if (!number)
      return failed(ExitCode::kUsage, std::string(name) + ": NUMBER is that of a draft, such as 7");
    draft_.what = name;
    draft_.number = *number;
    return Command(std::move(draft_));
  });
  sub->add_option("NUMBER", draft_number_)->required();
  if (what == "return") sub->add_option("--reason", draft_.reason)->required();
  if (what != "release") return;
  sub->add_option("--confirm", draft_.confirm);
  sub->add_option("--emergency", draft_.emergency);
}

void PeopleArguments::alarm_commands() {
  add_("alarms", kWatch, [] { return Outcome<Command>(AlarmsCommand{}); });
  CLI::App* alarm = add_("alarm", kWatch, [this]() -> Outcome<Command> {
    const auto number = draft_number(alarm_of_);
    if (alarm_.action == "answer" && number) {
      alarm_.number = *number;
    } else if (alarm_.action == "test") {
      alarm_.line = alarm_of_;
    } else {
      return failed(ExitCode::kUsage, "alarm: it is answer NUMBER, such as answer 7, or test LINE");
    }
    return Command(std::move(alarm_));
  });
  alarm->add_option("ACTION", alarm_.action)->required();
  alarm->add_option("NUMBER_OR_LINE", alarm_of_)->required();
}

void PeopleArguments::watch_commands() {
  add_("watch", kWatch, as_given(watch_))->add_option("DESK", watch_.desk);
  add_("here", kWatch, as_given(here_))->add_option("DESK", here_.desk);
  roster_command();
  hand_over_command();
}

void PeopleArguments::roster_command() {
  CLI::App* roster = add_("roster", kWatch, [this]() -> Outcome<Command> {
    if (auto wrong = check_roster_options(roster_); !wrong) return failed(wrong.error());
    return Command(std::move(roster_));
  });
  roster->add_option("ACTION", roster_.action)->required();
  roster->add_option("DESK", roster_.desk)->required();
  roster->add_option("FILE", roster_.file);
  roster->add_option("--officer", roster_.officers)->expected(1)->take_all();
  roster->add_option("--from", roster_.from);
  roster->add_option("--to", roster_.to);
}

void PeopleArguments::hand_over_command() {
  CLI::App* hand_over = add_("hand-over", kWatch, [this]() -> Outcome<Command> {
    if (hand_over_.action == "open" || hand_over_.action == "list") {
      hand_over_.desk = hand_over_of_;
    } else {
      hand_over_.number = draft_number(hand_over_of_).value_or(0);
    }
    if (auto wrong = check_hand_over_options(hand_over_); !wrong) return failed(wrong.error());
    return Command(std::move(hand_over_));
  });
  hand_over->add_option("ACTION", hand_over_.action)->required();
  hand_over->add_option("NUMBER_OR_DESK", hand_over_of_)->required();
  hand_over->add_option("ITEM", hand_over_.item);
  hand_over->add_option("--to", hand_over_.to);
  hand_over->add_option("--remarks", hand_over_.remarks);
  hand_over->add_option("--remark", hand_over_.remark);
  hand_over->add_flag("--not-done", hand_over_.not_done);
  hand_over->add_option("--version", hand_over_.version);
  hand_over->add_option("--limit", hand_over_.limit);
}

}  // namespace openline::cli
