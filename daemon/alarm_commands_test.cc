// SPDX-License-Identifier: Apache-2.0
#include "daemon/alarm_commands.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "daemon/config/test_folder.h"

namespace openline::daemon {
namespace {

using test::TemporaryFolder;

class AlarmCommandsTest : public testing::Test {
 protected:
  std::string run(AlarmCommands& commands, const std::vector<std::string>& command,
                  const std::string& input = "") {
    std::optional<std::string> words;
    commands.run(command, input, [&](const std::string& said) { words = said; });
    while (!words) loop_.run_one_for(std::chrono::seconds(5)), loop_.restart();
    return *words;
  }
  boost::asio::io_context loop_;
};

TEST_F(AlarmCommandsTest, TellsTheProgramWhatItIsAboutAndHowItEnded) {
  TemporaryFolder folder;
  const std::string file = (folder.path() / "said").string();
  AlarmCommands commands(loop_);
  EXPECT_EQ(run(commands, {"/bin/sh", "-c", "cat > " + file + "; exit 3"}, "{\"change\":\"step\"}\n"),
            "ended with code 3");
  std::ostringstream said;
  said << std::ifstream(file).rdbuf();
  EXPECT_EQ(said.str(), "{\"change\":\"step\"}\n");
}

TEST_F(AlarmCommandsTest, SaysWhyAProgramCouldNotBeStarted) {
  AlarmCommands commands(loop_);
  EXPECT_EQ(run(commands, {"/no/such/program"}), "could not be started: No such file or directory");
}

TEST_F(AlarmCommandsTest, EndsAProgramThatTakesTooLong) {
  AlarmCommands commands(loop_, {16, std::chrono::seconds(1)});
  EXPECT_EQ(run(commands, {"/bin/sleep", "600"}), "took too long and was ended by signal 9");
}

TEST_F(AlarmCommandsTest, AProgramThatReadsNothingHoldsUpNothing) {
  AlarmCommands commands(loop_);
  EXPECT_EQ(run(commands, {"/bin/true"}, std::string(4 << 20, 'x')), "ended with code 0");
}

TEST_F(AlarmCommandsTest, RunsSoManyAtOnce) {
  AlarmCommands commands(loop_, {1, std::chrono::seconds(60)});
  std::optional<std::string> first;
  commands.run({"/bin/sleep", "600"}, "", [&](const std::string& said) { first = said; });
  EXPECT_EQ(run(commands, {"/bin/true"}), "was not started: too many run already");
  EXPECT_FALSE(first);  // and is ended with `commands`
}

}  // namespace
}  // namespace openline::daemon
