// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <algorithm>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/help.h"
#include "cli/people_arguments.h"

namespace openline::cli {
namespace {

constexpr const char *kOfficer = "For the officer on watch", *kReleaser = "For the releaser",
                     *kSupervisor = "For the supervisor", *kEngineer = "For the engineer",
                     *kAuditor = "For the auditor";

// The parser with what it fills in. Each command's callback sets `chosen`.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(0, 1);
    app_.set_help_flag();  // ours: `help`, --help, -h
    app_.add_option("-s,--station", arguments_.station)->envname("OPENLINE_STATION");
    add_flags(app_);
    officer_commands();
    engineer_commands();
    auditor_commands();
    people_.add_commands();
  }

  Outcome<Arguments> parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // as the parser takes them
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      if (help_) return help();
      return failed(ExitCode::kUsage, explain(error));
    }
    if (help_ || !chosen_) return help();
    if (auto wrong = chosen_(); !wrong) return failed(wrong.error());
    return std::move(arguments_);
  }

 private:
  void add_flags(CLI::App& app) {
    app.add_flag("--json", arguments_.json);
    app.add_flag("-h,--help", help_);
  }

  // One command. `finish` turns its options into the command, or says what is wrong with them together.
  CLI::App* finished_command(const char* name, const char* group, std::function<Outcome<Command>()> finish) {
    CLI::App* sub = app_.add_subcommand(name)->group(group);
    sub->set_help_flag();
    add_flags(*sub);
    sub->add_option("-s,--station", arguments_.station);
    sub->callback([this, name, finish = std::move(finish)] {
      name_ = name;
      chosen_ = [this, finish]() -> Outcome<void> {
        auto made = finish();
        if (!made) return failed(made.error());
        arguments_.command = std::move(*made);
        return {};
      };
    });
    return sub;
  }

  // One command, which is its options as they were given.
  template <class Options>
  CLI::App* command(const char* name, const char* group, Options& options) {
    return finished_command(name, group,
                            [&options]() -> Outcome<Command> { return Command(std::move(options)); });
  }

  void add_class(CLI::App* sub) {
    std::vector<CLI::Option*> all{sub->add_flag("--live", live_), sub->add_option("--exercise", exercise_),
                                  sub->add_flag("--test", test_), sub->add_flag("--service", service_)};
    for (CLI::Option* one : all) {
      for (CLI::Option* other : all) {
        if (one != other) one->excludes(other);
      }
    }
  }
  // What the class's options said; empty where none was given.
  Outcome<void> take_class(std::string& entry_class, std::string& exercise) {
    if (exercise_ && exercise_->empty())
      return failed(ExitCode::kUsage, "--exercise: the exercise needs a name");
    entry_class = live_ ? "live" : exercise_ ? "exercise" : test_ ? "test" : service_ ? "service" : "";
    exercise = exercise_.value_or("");
    return {};
  }

  CLI::App* act(const char* name, const char* group = kOfficer) {
    CLI::App* sub = command(name, group, put_);
    sub->add_option("LINE", put_.line)->required();
    sub->add_option("--role", put_.role);
    // A draft is not asked for twice by itself, so no key goes with it.
    sub->add_flag("--draft", put_.draft)->excludes(sub->add_option("--key", put_.key));
    sub->add_option("--language", put_.language);
    sub->callback([this, name] {
      name_ = name;
      chosen_ = [this, name]() -> Outcome<void> {
        if (auto wrong = take_class(put_.entry_class, put_.exercise); !wrong) return wrong;
        put_.command = name;
        if (put_.command == "withdraw" && put_.id.empty()) return take_draft_to_withdraw();
        arguments_.command = std::move(put_);
        return {};
      };
    });
    return sub;
  }
  void add_precedence(CLI::App* sub) {
    sub->add_option("-p,--precedence", put_.precedence)
        ->check(CLI::IsMember({"flash", "immediate", "priority", "routine"}));
  }

  // `withdraw 7`: a draft, which has nothing of what a request for contact may have.
  Outcome<void> take_draft_to_withdraw() {
    const auto number = draft_number(put_.line);
    const bool is_more = put_.draft || !(put_.reason + put_.role + put_.key + put_.language).empty();
    if (!number || is_more) {
      return failed(
          ExitCode::kUsage,
          "withdraw: LINE ID is a request for contact, NUMBER alone a draft. `openline help withdraw` "
          "says how");
    }
    arguments_.command = DraftOptions{"withdraw", *number, "", std::nullopt, std::nullopt};
    return {};
  }

  void contact_commands() {
    CLI::App* request = act("request");
    request->add_option("SUBJECT", put_.text)->required();
    request->add_option("--from", put_.from_role);
    request->add_option("--to", put_.to_roles)->required()->expected(1)->take_all();
    request->add_option("--at", put_.at);
    request->add_option("--repeats", put_.id);
    add_class(request);
    add_precedence(request);
    CLI::App* answer = act("answer");
    answer->add_option("ID", put_.id)->required();
    answer->add_option("ANSWER", put_.action)->required();
    answer->add_option("--at", put_.at);
    answer->add_option("--reason", put_.reason);
    answer->add_option("--courtesy", put_.courtesy);
    CLI::App* withdraw = act("withdraw");
    withdraw->add_option("ID", put_.id);  // none: LINE is the number of a draft
    withdraw->add_option("--reason", put_.reason);
    CLI::App* reschedule = act("reschedule");
    reschedule->add_option("ID", put_.id)->required();
    reschedule->add_option("--at", put_.at)->required();
    reschedule->add_option("--reason", put_.reason);
    CLI::App* agree = act("agree-time");
    agree->add_option("ID", put_.id)->required();
    agree->add_option("--at", put_.at);
  }

  void act_commands() {
    contact_commands();
    CLI::App* visit = act("visit");
    visit->add_option("ACTION", put_.action)->required();
    visit->add_option("VISIT", put_.id)->required();
    visit->add_option("--place", put_.place);
    visit->add_option("--from", put_.first_day);
    visit->add_option("--to", put_.last_day);
    visit->add_option("--goal", put_.goals)->expected(1)->take_all();
    visit->add_option("--level", put_.delegations)->expected(1)->take_all();
    visit->add_option("--outcome", put_.outcomes)->expected(1)->take_all();
    visit->add_option("--reason", put_.reason);
    visit->add_option("--courtesy", put_.courtesy);
    visit->add_option("--until", put_.until);
    add_class(visit);
    add_precedence(visit);
    CLI::App* call = act("call");
    call->add_option("ACTION", put_.action)->required();
    call->add_option("CALL", put_.id);
    call->add_option("--at", put_.at);
    call->add_option("--with", put_.participants)->expected(1)->take_all();
    call->add_option("--request", put_.request);
    call->add_option("--subject", put_.text);
    call->add_option("--statement", put_.statement);
    call->add_option("--reason", put_.reason);
    add_class(call);
    add_precedence(call);
    CLI::App* readout = act("readout");
    readout->add_option("ACTION", put_.action)->required();
    readout->add_option("ID", put_.id)->required();
    readout->add_option("TEXT", put_.text);
    readout->add_option("--mark", put_.mark)->default_val("national");
    readout->add_option("--reason", put_.reason);
    CLI::App* notice = act("notice");
    notice->add_option("FORM", put_.action)->required();
    notice->add_option("FIELDS", put_.fields)->expected(0, 64);
    notice->add_option("--about", put_.id);
    add_class(notice);
    add_precedence(notice);
    CLI::App* forms = command("forms", kOfficer, forms_);
    forms->add_option("FORM", forms_.form);
    forms->add_option("--language", forms_.language);
    forms->add_option("--edition", forms_.edition);
    CLI::App* translate = act("translate");
    translate->add_option("ID", put_.id)->required();
    translate->add_option("TEXT", put_.text)->required();
    translate->add_option("--stage", put_.stage)->required();
    translate->add_option("--reviewer", put_.reviewer);
    CLI::App* disregard = act("disregard", kReleaser);
    disregard->add_option("ID", put_.id)->required();
    disregard->add_option("--reason", put_.reason);
    for (const char* what : {"contacts", "visits", "calls", "readouts", "efforts"}) {
      CLI::App* sub = command(what, kOfficer, matters_);
      sub->add_option("LINE", matters_.line)->required();
      if (std::string_view(what) == "visits" || std::string_view(what) == "readouts")
        sub->add_option("-o,--output", matters_.output);
      sub->callback([this, what] {
        name_ = what;
        chosen_ = [this, what]() -> Outcome<void> {
          matters_.what = what;
          arguments_.command = std::move(matters_);
          return {};
        };
      });
    }
  }

  void officer_commands() {
    act_commands();
    command("status", kOfficer, status_)->add_flag("--exit-code", status_.exit_code);
    command("inbox", kOfficer, inbox_)->add_option("LINE", inbox_.line);

    CLI::App* send = command("send", kOfficer, send_);
    send->add_option("LINE", send_.line)->required();
    send->add_option("TEXT", send_.text)->required();
    add_class(send);
    send->add_option("-p,--precedence", send_.precedence)
        ->check(CLI::IsMember({"flash", "immediate", "priority", "routine"}));
    send->add_option("--attach", send_.files)->expected(1)->take_all();
    send->add_option("--role", send_.role);
    send->add_flag("--draft", send_.draft)->excludes(send->add_option("--key", send_.key));
    send->callback([this] {
      name_ = "send";
      chosen_ = [this]() -> Outcome<void> {
        if (auto wrong = take_class(send_.entry_class, send_.exercise); !wrong) return wrong;
        if (send_.entry_class.empty()) return failed(ExitCode::kUsage, std::string("send: ") + kClassMissing);
        arguments_.command = std::move(send_);
        return {};
      };
    });

    CLI::App* attend = command("attend", kOfficer, attend_);
    attend->add_option("LINE", attend_.line)->required();
    attend->add_option("--role", attend_.role);

    CLI::App* ack = command("ack", kOfficer, ack_);
    ack->add_option("ID", ack_words_)->required()->expected(1, 2);
    ack->add_option("--line", ack_.line);
    ack->add_option("--role", ack_.role);
    ack->add_option("--key", ack_.key);
    ack->callback([this] {
      name_ = "ack";
      chosen_ = [this]() -> Outcome<void> {
        if (ack_words_.size() == 2) ack_.line = ack_words_.front();
        ack_.id = ack_words_.back();
        arguments_.command = std::move(ack_);
        return {};
      };
    });

    CLI::App* record = command("record", kOfficer, record_);
    record->add_option("LINE", record_.line)->required();
    record->add_flag("--follow", record_.follow);
    record->add_option("--limit", record_.limit);

    CLI::App* search = command("search", kOfficer, search_);
    search->add_option("LINE", search_.line)->required();
    search->add_option("WORDS", search_.words);
    search->add_option("--author", search_.author);
    search->add_option("--kind", search_.kind);
    search->add_option("-p,--precedence", search_.precedence);
    search->add_option("--class", search_.entry_class);
    search->add_option("--from", search_.from);
    search->add_option("--to", search_.to);
    search->add_option("--before", search_.before);
    search->add_option("--limit", search_.limit);
    CLI::App* history = command("history", kEngineer, history_);
    history->add_option("LINE", history_.line)->required();
    history->add_option("--hours", history_.hours);
    CLI::App* estimate = command("estimate", kOfficer, estimate_);
    estimate->add_option("LINE", estimate_.line)->required();
    estimate->add_option("SIZE", estimate_.size)->required();
    estimate->add_option("-p,--precedence", estimate_.precedence);

    CLI::App* attachment = command("attachment", kOfficer, attachment_);
    attachment->add_option("HASH", attachment_.hash)->required();
    attachment->add_option("-o,--output", attachment_.output)->required();
  }

  void engineer_commands() {
    CLI::App* init = command("init", kEngineer, init_);
    init->add_option("DIR", init_.folder)->required();
    init->add_option("--code", init_.code)->required();
    init->add_option("--name", init_.name)->required();
    init->add_option("--language", init_.languages)->required()->expected(1)->take_all()->delimiter(',');
    init->add_option("--listen", init_.listen)->required()->expected(1)->take_all();
    init->add_option("--announce", init_.announce)->expected(1)->take_all();
    init->add_option("--station-name", init_.station_name);
    init->add_option("--offline-root", init_.offline_root);

    command("run", kEngineer, run_);
    command("card", kEngineer, card_)->add_option("-o,--output", card_.output);
    CLI::App* key = command("courier-key", kEngineer, courier_key_);
    key->add_option("-o,--output", courier_key_.output)->required();
    key->add_option("--generation", courier_key_.generation);
    CLI::App* accept = command("accept", kEngineer, accept_);
    accept->add_option("CARD", accept_.card)->required();
    accept->add_option("--courier-key", accept_.courier_key);
    accept->add_flag("--yes", accept_.yes);

    command("agree", kSupervisor, agree_)->add_option("AGREEMENT", agree_.file)->required();
    command("agreement", kEngineer, agreement_)->add_option("LINE", agreement_.line);
    CLI::App* refuse = command("refuse", kSupervisor, refuse_);
    refuse->add_option("LINE", refuse_.line)->required();
    refuse->add_option("--reason", refuse_.reason)->required();
    CLI::App* amend = command("amend", kSupervisor, amend_);
    amend->add_option("LINE", amend_.line)->required();
    amend->add_option("AGREEMENT", amend_.file)->required();
    amend->add_flag("--draft", amend_.draft);
    for (const char* what : {"suspend", "resume", "go-on", "test"}) act_command(what);
    command("version", kEngineer, version_);
    CLI::App* help = app_.add_subcommand("help")->group(kEngineer);
    help->set_help_flag();
    add_flags(*help);
    help->add_option("COMMAND", name_);
    help->callback([this] { help_ = true; });
  }

  void act_command(const std::string& what) {
    CLI::App* sub = command(what.c_str(), what == "test" ? kOfficer : kSupervisor, act_);
    sub->add_option("LINE", act_.line)->required();
    if (what == "suspend" || what == "resume") sub->add_option("--reason", act_.reason)->required();
    sub->callback([this, what] {
      name_ = what;
      chosen_ = [this, what]() -> Outcome<void> {
        act_.what = what;
        arguments_.command = std::move(act_);
        return {};
      };
    });
  }

  void auditor_commands() {
    CLI::App* exported = command("export", kAuditor, export_);
    exported->add_option("LINE", export_.line)->required();
    exported->add_option("-o,--output", export_.output)->required();
    CLI::App* publish = command("publish", kAuditor, publish_);
    publish->add_option("LINE", publish_.line)->required();
    publish->add_option("READOUT", publish_.readout)->required();
    publish->add_option("-o,--output", publish_.output)->required();
    CLI::App* verify = command("verify", kAuditor, verify_);
    verify->add_option("FILE", verify_.files)->expected(0, 2);
    verify->add_option("--root", verify_.roots)->expected(1, 1000)->take_all();
  }

  // The command whose words were being read when it went wrong.
  [[nodiscard]] std::string current() const {
    const auto subs = app_.get_subcommands();
    return subs.empty() ? "" : subs.front()->get_name();
  }

  [[nodiscard]] std::string explain(const CLI::ParseError& error) const {
    const std::string command = current();
    std::string text = error.what();
    return (command.empty() ? "" : command + ": ") + text + ". `openline help" +
           (command.empty() ? "" : " " + command) + "` says how";
  }

  Outcome<Arguments> help() {
    std::string about = name_.empty() ? current() : name_;
    if (about == "help") about.clear();
    auto text = help_text(about);
    if (!text) return failed(text.error());
    arguments_.command = HelpCommand{std::move(*text)};
    return std::move(arguments_);
  }

  CLI::App app_{"openline"};
  Arguments arguments_;
  std::function<Outcome<void>()> chosen_;
  std::string name_;
  bool help_ = false;
  bool live_ = false, test_ = false, service_ = false;
  std::optional<std::string> exercise_;
  ActOptions put_;
  MattersCommand matters_;
  FormsCommand forms_;
  std::vector<std::string> ack_words_;
  StatusCommand status_;
  InboxCommand inbox_;
  SendOptions send_;
  AttendOptions attend_;
  AcknowledgeOptions ack_;
  RecordOptions record_;
  SearchOptions search_;
  HistoryOptions history_;
  EstimateOptions estimate_;
  AttachmentCommand attachment_;
  InitOptions init_;
  RunCommand run_;
  CardOptions card_;
  CourierKeyOptions courier_key_;
  AcceptOptions accept_;
  AgreeCommand agree_;
  AgreementCommand agreement_;
  RefuseCommand refuse_;
  AmendCommand amend_;
  ActCommand act_;
  VersionCommand version_;
  ExportCommand export_;
  PublishCommand publish_;
  VerifyOptions verify_;
  PeopleArguments people_{[this](const char* name, const char* group, auto finish) {
    return finished_command(name, group, std::move(finish));
  }};
};

}  // namespace

Outcome<Arguments> parse_arguments(std::vector<std::string> words) {
  return Parser().parse(std::move(words));
}

}  // namespace openline::cli
