// SPDX-License-Identifier: Apache-2.0
#include "cli/people_arguments.h"

#include <gtest/gtest.h>

#include "cli/test_arguments.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

using test::parsed;

void expect_usage(const std::vector<std::vector<std::string>>& commands) {
  for (const auto& words : commands) {
    const auto refused = parse_arguments(words);
    ASSERT_FALSE(refused) << words[0] << " " << words.back();
    EXPECT_EQ(refused.error().code, ExitCode::kUsage) << words.back();
  }
}

TEST(PeopleArguments, TakeAnOfficersRolesDeskByDesk) {
  const auto add = parsed<OfficerOptions>({"officer", "add", "smith", "--title", "Cdr. J. Smith", "--role",
                                           "defense:officer,releaser", "--role", "*:auditor"});
  EXPECT_EQ(add.action, "add");
  EXPECT_EQ(add.name, "smith");
  EXPECT_EQ(add.title, "Cdr. J. Smith");
  EXPECT_EQ(grants_json(add.roles).value(),
            R"([{"desk": "*", "roles": ["auditor"]}, {"desk": "defense", "roles": ["officer","releaser"]}])");
  // Of one desk said twice it is one item, as the API wants it.
  EXPECT_EQ(grants_json({"a:b:officer", "a:b:officer,linguist"}).value(),
            R"([{"desk": "a:b", "roles": ["officer","linguist"]}])");
  EXPECT_EQ(parsed<OfficerOptions>({"officer", "enable", "smith", "--root-key", "root.key"}).root_key,
            "root.key");
  EXPECT_EQ(parsed<OfficerOptions>({"officer", "confirm", "3"}).name, "3");
}

TEST(PeopleArguments, RefuseWhatAnActionOfOfficersDoesNotTakeOrLacks) {
  expect_usage({{"officer"},
                {"officer", "promote", "smith"},
                {"officer", "list", "smith"},
                {"officer", "add", "--title", "T", "--role", "a:officer"},
                {"officer", "add", "smith", "--role", "a:officer"},
                {"officer", "add", "smith", "--title", "T"},
                {"officer", "add", "smith", "--title", "T", "--role", "officer"},
                {"officer", "add", "smith", "--title", "T", "--role", ":officer"},
                {"officer", "add", "smith", "--title", "T", "--role", "a:"},
                {"officer", "add", "smith", "--title", "T", "--role", "a:officer,"},
                {"officer", "grants", "smith"},
                {"officer", "disable", "smith", "--root-key", "k"},
                {"officer", "disable", "smith", "--title", "T"},
                {"officer", "recover", "smith", "--role", "a:officer"},
                {"officer", "grants", "smith", "--role", "a:officer", "--password-file", "f"},
                {"officer", "confirm"},
                {"officer", "confirm", "smith"}});
}

TEST(PeopleArguments, TakeSessionsAndTheLogOfActs) {
  const auto enrol = parsed<EnrolOptions>({"enrol", "jones", "--code", "abcd", "--password-file", "-"});
  EXPECT_EQ(enrol.name, "jones");
  EXPECT_EQ(enrol.code, "abcd");
  EXPECT_EQ(enrol.password_file, "-");
  EXPECT_EQ(parsed<SignInOptions>({"sign-in", "smith"}).name, "smith");
  EXPECT_FALSE(parsed<SignOutOptions>({"sign-out"}).everywhere);
  EXPECT_TRUE(parsed<SignOutOptions>({"sign-out", "--everywhere"}).everywhere);
  EXPECT_EQ(
      parsed<PasswordOptions>({"password", "--old-password-file", "a", "--password-file", "b"}).old_file,
      "a");
  (void)parsed<WhoamiCommand>({"whoami"});
  EXPECT_EQ(parsed<AuditOptions>({"audit"}).limit, 100U);
  EXPECT_EQ(parsed<AuditOptions>({"audit", "--after", "7", "--limit", "3"}).after, 7U);
  expect_usage({{"sign-in"}, {"enrol"}, {"audit", "--after", "x"}, {"whoami", "smith"}});
}

TEST(PeopleArguments, TakeDraftsByNumber) {
  const auto release = parsed<DraftOptions>({"release", "7", "--confirm", "live flash"});
  EXPECT_EQ(release.what, "release");
  EXPECT_EQ(release.number, 7U);
  EXPECT_EQ(release.confirm.value_or(""), "live flash");
  EXPECT_FALSE(release.emergency);
  EXPECT_FALSE(parsed<DraftOptions>({"release", "7"}).confirm);
  EXPECT_EQ(parsed<DraftOptions>({"release", "7", "--emergency", "alone"}).emergency.value_or(""), "alone");
  EXPECT_EQ(parsed<DraftOptions>({"return", "7", "--reason", "wrong line"}).reason, "wrong line");
  EXPECT_EQ(parsed<DraftOptions>({"submit", "7"}).what, "submit");
  EXPECT_EQ(parsed<DraftOptions>({"draft", "7"}).what, "draft");
  EXPECT_EQ(parsed<DraftsCommand>({"drafts", "defense"}).line, "defense");
  expect_usage({{"release"},
                {"release", "0"},
                {"release", "-1"},
                {"release", "7x"},
                {"return", "7"},
                {"draft", "smith"}});
}

TEST(PeopleArguments, TellADraftToWithdrawFromARequestForContact) {
  EXPECT_EQ(parsed<DraftOptions>({"withdraw", "7"}).what, "withdraw");
  EXPECT_EQ(parsed<DraftOptions>({"withdraw", "7"}).number, 7U);
  EXPECT_EQ(parsed<ActOptions>({"withdraw", "7", "1f3a"}).id, "1f3a");
  expect_usage({{"withdraw"},
                {"withdraw", "defense"},
                {"withdraw", "7", "--reason", "x"},
                {"withdraw", "7", "--draft"}});
}

TEST(PeopleArguments, TakeDraftWhereSomethingIsSentButNotWithAKey) {
  EXPECT_TRUE(parsed<SendOptions>({"send", "defense", "--live", "--draft", "hello"}).draft);
  EXPECT_FALSE(parsed<SendOptions>({"send", "defense", "--live", "hello"}).draft);
  EXPECT_TRUE(parsed<ActOptions>({"disregard", "defense", "1f3a", "--draft"}).draft);
  EXPECT_TRUE(parsed<AmendCommand>({"amend", "defense", "new.toml", "--draft"}).draft);
  const auto request = parsed<ActOptions>({"request", "defense", "--live", "--to", "minister", "Talk"});
  EXPECT_EQ(request.from_role, "");  // who is signed in need not say
  expect_usage({{"send", "defense", "--live", "--draft", "--key", "k", "hello"},
                {"disregard", "defense", "1f3a", "--draft", "--key", "k"}});
}

TEST(PeopleHelp, DescribesEveryCommandOfPeopleAndDrafts) {
  const auto all = test::run({"help"});
  for (const char* name : {"enrol", "sign-in", "sign-out", "password", "whoami", "officer", "drafts", "draft",
                           "release", "return", "submit", "audit"}) {
    EXPECT_NE(all.out.find("\n  " + std::string(name) + " "), std::string::npos) << name;
    const auto one = test::run({"help", name});
    EXPECT_EQ(one.out.rfind("openline " + std::string(name), 0), 0U) << one.out;
    EXPECT_EQ(test::run({name, "--help"}).out, one.out) << name;
  }
}

}  // namespace
}  // namespace openline::cli
