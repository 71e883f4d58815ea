// SPDX-License-Identifier: Apache-2.0
#include "cli/password.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

using test::ScriptedKeyboard;
using test::StringTerminal;
using test::TemporaryFolder;

TEST(Password, IsTheFirstLineOfAFileOrOfStandardInput) {
  const TemporaryFolder work;
  std::ofstream(work / "unix") << "correct horse\nsecond line\n";
  std::ofstream(work / "dos") << "correct horse\r\n";
  std::ofstream(work / "bare") << "correct horse";
  std::ofstream(work / "none") << "\ncorrect horse\n";
  std::ofstream(work / "binary") << "correct \xff\n";
  std::ofstream(work / "endless") << std::string(SecretText::kMost + 1, 'x');
  StringTerminal strings("correct horse\nthe new one of mine\n");
  for (const char* name : {"unix", "dos", "bare"})
    EXPECT_EQ(password(strings.terminal, work / name, "?")->expose(), "correct horse") << name;
  for (const char* name : {"none", "binary", "endless"})
    EXPECT_EQ(password(strings.terminal, work / name, "?").error().code, ExitCode::kRefused) << name;
  EXPECT_EQ(password(strings.terminal, work / "absent", "?").error().code, ExitCode::kNotFound);
  EXPECT_EQ(password(strings.terminal, "-", "?")->expose(), "correct horse");
  EXPECT_EQ(new_password(strings.terminal, "-")->expose(), "the new one of mine");  // the next line
  EXPECT_FALSE(password(strings.terminal, "-", "?"));
}

TEST(Password, IsAskedInSecretAndANewOneTwice) {
  ScriptedKeyboard person(
      {"correct horse", "long enough 1", "long enough 1", "long enough 1", "long enough 2"});
  StringTerminal strings("", &person);
  EXPECT_EQ(password(strings.terminal, "", "Password: ")->expose(), "correct horse");
  EXPECT_EQ(new_password(strings.terminal, "")->expose(), "long enough 1");
  const auto slip = new_password(strings.terminal, "");
  ASSERT_FALSE(slip);
  EXPECT_NE(slip.error().message.find("not the same"), std::string::npos);
  EXPECT_EQ(person.secret_questions.size(), 5U);
  EXPECT_EQ(strings.out.str() + strings.err.str(), "");
}

TEST(Password, OfANewOneHasALengthThatTheStationTakes) {
  for (const std::size_t size : {std::size_t{11}, std::size_t{257}}) {
    StringTerminal strings(std::string(size, 'x') + "\n");
    EXPECT_FALSE(new_password(strings.terminal, "-")) << size;
  }
  for (const std::size_t size : {std::size_t{12}, std::size_t{256}}) {
    StringTerminal strings(std::string(size, 'x') + "\n");
    EXPECT_TRUE(new_password(strings.terminal, "-")) << size;
  }
}

TEST(Password, NeedsATerminalOrAFile) {
  StringTerminal strings;
  const auto refused = password(strings.terminal, "", "?");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ExitCode::kUsage);
  EXPECT_NE(refused.error().message.find("--password-file"), std::string::npos);
}

TEST(SecretJson, SaysEveryCharacterOfAPassword) {
  std::string all;
  for (int byte = 1; byte < 128; ++byte) all += static_cast<char>(byte);
  all += "é水";
  const auto body = SecretJson().text("name", "smith").text("password", all).raw("grants", "[1]").take();
  ASSERT_TRUE(body);
  const auto read = nlohmann::json::parse(body->expose());
  EXPECT_EQ(read.at("password").get<std::string>(), all);
  EXPECT_EQ(read.at("name"), "smith");
  EXPECT_EQ(read.at("grants").size(), 1U);
  EXPECT_EQ(SecretJson().take()->expose(), "{}");
  EXPECT_FALSE(SecretJson().text("name", std::string(SecretText::kMost, 'x')).take());
}

}  // namespace
}  // namespace openline::cli
