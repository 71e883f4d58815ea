// SPDX-License-Identifier: Apache-2.0
// Starting, what makes a start fail, and stopping, with everything real.
#include "daemon/daemon.h"

#include <gtest/gtest.h>
#include <sys/un.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "daemon/config/test_folder.h"

namespace openline::daemon {
namespace {

using namespace test;

class DaemonTest : public testing::Test {
 protected:
  static std::string path(const std::string& listen = "127.0.0.1:0", const std::string& kind = "udp") {
    return "[log]\nlevel = \"error\"\n[[path]]\nname = \"fibre\"\nkind = \"" + kind + "\"\nlisten = \"" +
           listen + "\"\n";
  }
  void make(const std::string& settings) { make_station_folder(folder_, "USA", settings); }
  void expect_problem(Exit code, const std::string& words) {
    const auto opened = Daemon::open(folder_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code) << opened.error().words;
    EXPECT_NE(opened.error().words.find(words), std::string::npos) << opened.error().words;
  }
  // A connection on which this was said; -1: it could not be.
  [[nodiscard]] int say(const std::string& text) const {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder_ / "api.sock").string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()))
      return descriptor;
    ::close(descriptor);
    return -1;
  }
  // One request on a connection of its own; blocks, for another thread than the daemon's.
  std::string request(const std::string& text, std::atomic<bool>* answered = nullptr) const {
    const int descriptor = say(text);
    std::string received;
    if (descriptor >= 0) {
      std::array<char, 4096> buffer{};
      for (ssize_t size = 0; (size = ::recv(descriptor, buffer.data(), buffer.size(), 0)) > 0;) {
        received.append(buffer.data(), static_cast<std::size_t>(size));
        if (answered != nullptr) *answered = true;
      }
    }
    if (descriptor >= 0) ::close(descriptor);
    return received;
  }
  // Runs the daemon here while `work` runs on a thread, then stops it as an operator would.
  void run(Daemon& daemon, const std::function<void()>& work = [] {}) const {
    std::thread client([&] {
      work();
      ::kill(::getpid(), SIGTERM);
    });
    daemon.run();
    client.join();
  }
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path() / "usa";
  StationFiles files_{folder_};
};

TEST_F(DaemonTest, RunsUntilItIsToldToStop) {
  make(path());
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon) << daemon.error().words;
  std::string answer;
  run(**daemon, [&] { answer = request("GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n"); });
  EXPECT_NE(answer.find("HTTP/1.1 200 OK"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\"code\":\"USA\""), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(files_.socket()));
  EXPECT_FALSE(std::filesystem::exists(files_.folder / "station.db-wal"))
      << "a clean stop leaves no log behind";
}

TEST_F(DaemonTest, ErasesTheFirstSessionKeyOnceItIsInTheStore) {
  make(path());
  ASSERT_TRUE(std::filesystem::exists(files_.first_session()));
  std::string before;
  {
    auto daemon = Daemon::open(folder_);
    ASSERT_TRUE(daemon);
    before = (*daemon)->own_card().locators[0].locator.session_key.hex();
    run(**daemon);
  }
  EXPECT_FALSE(std::filesystem::exists(files_.first_session()));
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon);
  EXPECT_EQ((*daemon)->own_card().locators[0].locator.session_key.hex(), before) << "the key itself is kept";
  run(**daemon);
}

TEST_F(DaemonTest, RefusesASecondDaemonOnOneFolder) {
  make(path());
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon);
  expect_problem(Exit::kLocked, "another daemon runs on this folder");
  run(**daemon);
}

TEST_F(DaemonTest, SaysWhichPathFindsItsPortInUse) {
  for (const std::string kind : {"udp", "tcp"}) {
    make(path("127.0.0.1:0", kind));
    auto daemon = Daemon::open(folder_);
    ASSERT_TRUE(daemon);
    const std::string taken = (*daemon)->paths()[0].listening_on;
    const auto other = temporary_.path() / "other";
    make_station_folder(other, "CHN", path(taken, kind));
    const auto second = Daemon::open(other);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Exit::kCannotListen);
    EXPECT_NE(second.error().words.find("path \"fibre\""), std::string::npos) << second.error().words;
    EXPECT_NE(second.error().words.find(taken), std::string::npos);
    run(**daemon);
  }
}

TEST_F(DaemonTest, SaysWhatIsWrongWithTheFolder) {
  expect_problem(Exit::kFolder, "there is no such folder");
  make(path());
  write_file(files_.config(), "party = 1\n");
  expect_problem(Exit::kFolder, "station.toml: line 1");
  make(path());
  ::chmod(files_.key().c_str(), 0644);
  expect_problem(Exit::kFolder, "station.key: others");
}

TEST_F(DaemonTest, DoesNotStartOnAStoreThatIsDamaged) {
  make(path());
  {
    auto daemon = Daemon::open(folder_);
    ASSERT_TRUE(daemon);
    run(**daemon);
  }
  std::fstream store(files_.store(), std::ios::in | std::ios::out | std::ios::binary);
  store.seekp(0);
  store << "this is not a database, is it?";
  store.close();
  expect_problem(Exit::kStore, "station.db");
}

TEST_F(DaemonTest, StartsWithoutTheInterfaceOfAPathAndSaysSo) {
  make(path("192.0.2.1:4700"));
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon) << daemon.error().words;
  EXPECT_NE((*daemon)->paths()[0].problem.find("does not have that address"), std::string::npos);
  run(**daemon);
}

TEST_F(DaemonTest, TellsFollowersThatItStops) {
  make(path());
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon);
  std::string events;
  std::atomic<bool> follows = false;
  std::thread follower;
  run(**daemon, [&] {
    follower = std::thread([&] { events = request("GET /v1/events HTTP/1.1\r\n\r\n", &follows); });
    while (!follows) std::this_thread::yield();
  });
  follower.join();
  EXPECT_NE(events.find("event: ready"), std::string::npos);
  EXPECT_NE(events.find("event: stopping"), std::string::npos) << events;
}

// Its connection ends with the loop, which is after the files' thread.
TEST_F(DaemonTest, StopsInTheMiddleOfAnUpload) {
  make(path());
  auto daemon = Daemon::open(folder_);
  ASSERT_TRUE(daemon);
  int upload = -1;
  run(**daemon, [&] {
    upload = say("POST /v1/attachments?name=x HTTP/1.1\r\nContent-Length: 1000\r\n\r\nthe beginning");
    // The loop has seen it once it answers another.
    (void)request("GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n");
  });
  EXPECT_GE(upload, 0);
  daemon->reset();
  ::close(upload);
}

}  // namespace
}  // namespace openline::daemon
