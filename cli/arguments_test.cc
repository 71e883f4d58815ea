// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "cli/test_arguments.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

using test::parsed;
using test::run;

TEST(Arguments, TakeTheClassOfATextFromTheSenderAlone) {
  EXPECT_EQ(parsed<SendOptions>({"send", "defense", "--live", "hello"}).entry_class, "live");
  const auto drill = parsed<SendOptions>(
      {"send", "defense", "--exercise", "JUNE", "-p", "flash", "--attach", "a", "--attach", "b", "-"});
  EXPECT_EQ(drill.entry_class, "exercise");
  EXPECT_EQ(drill.exercise, "JUNE");
  EXPECT_EQ(drill.precedence, "flash");
  EXPECT_EQ(drill.files, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(drill.text, "-");
  for (const auto& words : {std::vector<std::string>{"send", "defense", "hello"},
                            {"send", "defense", "--live", "--test", "hello"},
                            {"send", "defense", "--exercise", "", "hello"},
                            {"send", "defense", "--live", "-p", "urgent", "hello"},
                            {"send", "defense", "--live"}}) {
    const auto refused = parse_arguments(words);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::kUsage);
  }
}

TEST(Arguments, ExplainWhyAClassIsNeeded) {
  const auto ended = run({"send", "defense", "hello"});
  EXPECT_EQ(ended.code, ExitCode::kUsage);
  EXPECT_NE(ended.err.find("--live, --exercise NAME, --test or --service"), std::string::npos);
  EXPECT_NE(ended.err.find("never assumed"), std::string::npos);
}

TEST(Arguments, FindTheLineOfAnAcknowledgementBeforeTheIdOrNot) {
  EXPECT_EQ(parsed<AcknowledgeOptions>({"ack", "8f3a"}).id, "8f3a");
  const auto with_line = parsed<AcknowledgeOptions>({"ack", "defense", "8f3a", "--role", "watch officer"});
  EXPECT_EQ(with_line.line, "defense");
  EXPECT_EQ(with_line.id, "8f3a");
  EXPECT_EQ(with_line.role, "watch officer");
}

TEST(Arguments, TakeTheStationAndJsonBeforeOrAfterTheCommand) {
  for (const auto& words :
       {std::vector<std::string>{"-s", "usa", "--json", "status"}, {"status", "-s", "usa", "--json"}}) {
    const auto arguments = parse_arguments(words);
    ASSERT_TRUE(arguments) << arguments.error().message;
    EXPECT_EQ(arguments->station, "usa");
    EXPECT_TRUE(arguments->json);
  }
}

TEST(Arguments, TakeTheWordsOfAFingerprintOneByOne) {
  const auto verify =
      parsed<VerifyOptions>({"verify", "a.export", "b.export", "--root", "12345", "67890", "--root", "1 2"});
  EXPECT_EQ(verify.files, (std::vector<std::string>{"a.export", "b.export"}));
  EXPECT_EQ(verify.roots, (std::vector<std::string>{"12345", "67890", "1 2"}));
}

TEST(Arguments, NameWhatIsWrong) {
  EXPECT_NE(run({"frobnicate"}).err.find("frobnicate"), std::string::npos);
  EXPECT_NE(run({"status", "--loud"}).err.find("--loud"), std::string::npos);
  EXPECT_NE(run({"refuse", "defense"}).err.find("--reason"), std::string::npos);
  EXPECT_EQ(run({"suspend", "defense"}).code, ExitCode::kUsage);
  EXPECT_EQ(parsed<ActCommand>({"go-on", "defense"}).what, "go-on");
}

// As daemon/api/routes.cc admits: what one role alone may do stands under that role.
TEST(Help, PutsEachCommandUnderTheRoleThatMayDoIt) {
  const std::string all = run({"help"}).out;
  const auto heading_of = [&](const std::string& name) -> std::string {
    const auto at = all.find("\n  " + name + " ");
    const auto heading = at == std::string::npos ? at : all.rfind("\nFor the ", at);
    if (heading == std::string::npos) return "none";
    return all.substr(heading + 1, all.find('\n', heading + 1) - heading - 1);
  };
  for (const char* name : {"status", "send", "draft", "submit", "withdraw", "test", "translate"})
    EXPECT_EQ(heading_of(name), "For the officer on watch") << name;
  for (const char* name : {"release", "return", "disregard"})
    EXPECT_EQ(heading_of(name), "For the releaser") << name;
  for (const char* name : {"officer", "agree", "refuse", "amend", "suspend", "resume", "go-on"})
    EXPECT_EQ(heading_of(name), "For the supervisor") << name;
  for (const char* name : {"init", "run", "card", "courier-key", "accept", "agreement", "history"})
    EXPECT_EQ(heading_of(name), "For the engineer") << name;
  for (const char* name : {"audit", "export", "publish", "verify"})
    EXPECT_EQ(heading_of(name), "For the auditor") << name;
}

TEST(Help, DescribesEveryCommandThatTheParserTakes) {
  const auto all = run({"help"});
  EXPECT_EQ(all.code, ExitCode::kOk);
  EXPECT_EQ(run({}).out, all.out);
  EXPECT_EQ(run({"--help"}).out, all.out);
  for (const char* name :
       {"status", "inbox",   "attend", "send",        "ack",     "test",   "record",    "attachment",
        "init",   "run",     "card",   "courier-key", "accept",  "agree",  "agreement", "refuse",
        "amend",  "suspend", "resume", "go-on",       "version", "export", "verify"}) {
    EXPECT_NE(all.out.find("\n  " + std::string(name) + " "), std::string::npos) << name;
    const auto one = run({"help", name});
    EXPECT_EQ(one.code, ExitCode::kOk) << name;
    EXPECT_EQ(one.out.rfind("openline " + std::string(name), 0), 0U) << one.out;
    EXPECT_EQ(run({name, "--help"}).out, one.out) << name;  // though required words are missing
  }
  EXPECT_NE(all.out.find("3 no station answers"), std::string::npos);
  EXPECT_EQ(run({"help", "frobnicate"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace openline::cli
