// SPDX-License-Identifier: Apache-2.0
#include "cli/session_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/test_station.h"
#include "core/crypto/hash.h"

namespace openline::cli {
namespace {

using test::content_of;
using test::kToken;
using test::TemporaryFolder;

unsigned mode_of(const std::string& path) {
  struct stat about{};
  return ::lstat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

class Environment {
 public:
  Environment(const std::string& name, const std::string& value) : name_(name) {
    const char* const before = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
    if (before != nullptr) before_ = before;
    ::setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  ~Environment() {
    if (before_) ::setenv(name_.c_str(), before_->c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    if (!before_) ::unsetenv(name_.c_str());                    // NOLINT(concurrency-mt-unsafe)
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

TEST(SessionFile, IsReadableByItsOwnerAloneAndReplacedWhole) {
  const TemporaryFolder work;
  const Environment state("XDG_STATE_HOME", work / "state"), given("OPENLINE_SESSION", "");
  const auto path = session_file(work / ".");
  ASSERT_FALSE(*read_session(path));
  ASSERT_TRUE(write_session(path, *read_token(kToken)));
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(path.parent_path()), 0700U);
  EXPECT_EQ(content_of(path), kToken + "\n");
  const std::string other(64, 'b');
  ASSERT_TRUE(write_session(path, *read_token(other)));
  EXPECT_EQ(to_hex((*read_session(path))->expose()), other);
  EXPECT_EQ(mode_of(path), 0600U);
  std::size_t files = 0;
  for (const auto& one : std::filesystem::directory_iterator(path.parent_path()))
    files += one.exists() ? 1 : 0;
  EXPECT_EQ(files, 1U);  // nothing is left of how it was made
  EXPECT_TRUE(*remove_session(path));
  EXPECT_FALSE(*remove_session(path));
  EXPECT_FALSE(*read_session(path));
}

TEST(SessionFile, IsNamedAfterTheStationsFolderHoweverThatIsWritten) {
  const TemporaryFolder work;
  std::filesystem::create_directory(work / "usa");
  std::filesystem::create_directory_symlink("usa", work / "link");
  const Environment state("XDG_STATE_HOME", work / "state"), given("OPENLINE_SESSION", "");
  const std::string whole = std::filesystem::canonical(work / "usa").string();
  const std::string wanted =
      (work / "state/openline/") + hash_of(view_of(whole)).hex().substr(0, 16) + ".session";
  EXPECT_EQ(session_file(work / "usa"), wanted);
  EXPECT_EQ(session_file(work / "link"), wanted);
  EXPECT_EQ(session_file(work / "usa/../usa"), wanted);
  EXPECT_NE(session_file(work / "."), wanted);
  {
    const Environment relative("XDG_STATE_HOME", "state"), home("HOME", work / "home");
    EXPECT_EQ(session_file(work / "usa").parent_path(), work / "home/.local/state/openline");
    const Environment homeless("HOME", "");
    EXPECT_TRUE(session_file(work / "usa").empty());
    EXPECT_FALSE(*read_session(session_file(work / "usa")));
    EXPECT_FALSE(write_session(session_file(work / "usa"), *read_token(kToken)));
  }
  const Environment named("OPENLINE_SESSION", work / "mine");
  EXPECT_EQ(session_file(work / "usa"), work / "mine");
}

TEST(SessionFile, IsRefusedWhereOthersCanReadItOrItIsNoFileOfOurs) {
  const TemporaryFolder work;
  const std::string path = work / "session";
  ASSERT_TRUE(write_session(path, *read_token(kToken)));
  for (const unsigned mode : {0640U, 0604U, 0660U, 0644U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto refused = read_session(path);
    ASSERT_FALSE(refused) << mode;
    EXPECT_EQ(refused.error().code, ExitCode::kRefused);
    EXPECT_NE(refused.error().message.find("others can read it"), std::string::npos);
  }
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  EXPECT_TRUE(read_session(path));
  std::filesystem::create_symlink("session", work / "link");
  EXPECT_FALSE(read_session(work / "link"));
  EXPECT_FALSE(read_session(work / "."));  // a folder
  for (const std::string& content :
       {std::string("short"), kToken + "0\n", kToken.substr(1) + "g\n", std::string()}) {
    std::ofstream(path, std::ios::trunc) << content;
    EXPECT_FALSE(read_session(path)) << content;
  }
}

TEST(SessionFile, IsNotPutIntoAFolderThatOthersCanWriteInto) {
  const TemporaryFolder work;
  const Environment state("XDG_STATE_HOME", work / "state"), given("OPENLINE_SESSION", "");
  std::filesystem::create_directories(work / "state/openline");
  ASSERT_EQ(::chmod((work / "state/openline").c_str(), 0777), 0);
  const auto refused = write_session(session_file(work / "."), *read_token(kToken));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("others can write"), std::string::npos);
  ASSERT_EQ(::chmod((work / "state/openline").c_str(), 0700), 0);
  EXPECT_TRUE(write_session(session_file(work / "."), *read_token(kToken)));
}

TEST(SessionFile, StopsACommandBeforeAnythingIsAskedIfItIsNotToBeTrusted) {
  const test::StationAtTest station;
  test::FakeStation server(station.socket(), {{test::answer_of(200, "{}")}});
  ASSERT_TRUE(station.sign_in());
  ASSERT_EQ(::chmod(station.session().c_str(), 0644), 0);
  const auto ended = station.run({"whoami"});
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_NE(ended.err.find("others can read it"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace openline::cli
