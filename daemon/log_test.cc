// SPDX-License-Identifier: Apache-2.0
#include "daemon/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace openline::daemon {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe2(ends_, O_NONBLOCK), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  std::string written() {
    std::string text(1 << 20, '\0');
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  int ends_[2] = {-1, -1};
};

TEST_F(LogTest, WritesOneLineAnEvent) {
  Log log(LogLevel::kInfo, ends_[1]);
  log.write(LogLevel::kWarning, "path-lost", {{"path", "fibre \"1\"\nline=2"}});
  const std::string line = written();
  EXPECT_NE(line.find("level=warning event=path-lost path=\"fibre \\\"1\\\"\\x0aline=2\"\n"),
            std::string::npos)
      << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(LogTest, KeepsToItsLevel) {
  Log log(LogLevel::kWarning, ends_[1]);
  log.write(LogLevel::kInfo, "quiet");
  EXPECT_EQ(written(), "");
  log.write(LogLevel::kError, "loud");
  EXPECT_NE(written().find("event=loud"), std::string::npos);
}

TEST_F(LogTest, LosesLinesInsteadOfWaitingForAReader) {
  Log log(LogLevel::kInfo, ends_[1]);
  for (int i = 0; i < 1000; ++i) log.write(LogLevel::kInfo, "flood", {{"text", std::string(400, 'x')}});
  static_cast<void>(written());
  log.write(LogLevel::kInfo, "after");
  EXPECT_NE(written().find("lines_lost="), std::string::npos);
}

}  // namespace
}  // namespace openline::daemon
