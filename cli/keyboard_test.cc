// SPDX-License-Identifier: Apache-2.0
#include "cli/keyboard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace openline::cli {
namespace {

// A terminal of which the test is the person, and another process the program.
class Person {
 public:
  Person() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    ::grantpt(master_);
    ::unlockpt(master_);
    char name[128] = "";
    ::ptsname_r(master_, name, sizeof name);
    slave_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;
  ~Person() {
    if (child_ > 0) ::kill(child_, SIGKILL);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
    ::close(slave_);
    ::close(master_);
  }
  // The program asks for a password; its exit code is 0 if that was `wanted`.
  void be_asked(const std::string& wanted) {
    child_ = ::fork();
    if (child_ != 0) return;
    ::setpgid(0, 0);  // a group whose parent is outside it can be stopped
    TerminalKeyboard keyboard(slave_);
    const auto typed = keyboard.ask_secretly("Password: ");
    ::_exit(typed && typed->expose() == wanted ? 0 : 1);
  }
  [[nodiscard]] pid_t child() const { return child_; }
  [[nodiscard]] bool echoes() const {
    termios modes{};
    return ::tcgetattr(slave_, &modes) == 0 && (modes.c_lflag & ECHO) != 0;
  }
  [[nodiscard]] bool await_echo(bool wanted) const {
    for (int i = 0; i < 3000 && echoes() != wanted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return echoes() == wanted;
  }
  [[nodiscard]] bool await_question() {
    for (pollfd waits{master_, POLLIN, 0}; ::poll(&waits, 1, 30'000) == 1;) {
      take();
      if (screen.find("Password: ") != std::string::npos) return true;
    }
    return false;
  }
  void type(const std::string& keys) const {
    ASSERT_EQ(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // How the program ended, as waitpid says it.
  int ended() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    for (pollfd waits{master_, POLLIN, 0}; ::poll(&waits, 1, 0) == 1;) {
      if (!take()) break;
    }
    return status;
  }
  std::string screen;

 private:
  bool take() {
    char piece[256];
    const ssize_t got = ::read(master_, piece, sizeof piece);
    if (got > 0) screen.append(piece, static_cast<std::size_t>(got));
    return got > 0;
  }
  int master_, slave_ = -1;
  pid_t child_ = -1;
};

TEST(Keyboard, DoesNotShowAPasswordAndEchoesAgainAfterwards) {
  Person person;
  ASSERT_TRUE(person.echoes());
  person.be_asked("correct horse battery");
  ASSERT_TRUE(person.await_question());
  ASSERT_TRUE(person.await_echo(false));
  person.type("correct horse battery\n");
  EXPECT_EQ(person.ended(), 0);
  EXPECT_TRUE(person.echoes());
  EXPECT_EQ(person.screen.find("horse"), std::string::npos) << person.screen;
}

TEST(Keyboard, PutsTheEchoBackBeforeASignalEndsTheProgram) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    Person person;
    person.be_asked("never typed");
    ASSERT_TRUE(person.await_question());
    ASSERT_TRUE(person.await_echo(false));
    ASSERT_EQ(::kill(person.child(), signal), 0);
    const int status = person.ended();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
    EXPECT_TRUE(person.echoes()) << signal;
  }
}

TEST(Keyboard, AsksAgainAfterItWasStoppedAndSilentOnlyWhileItAsks) {
  Person person;
  person.be_asked("correct horse battery");
  ASSERT_TRUE(person.await_question());
  ASSERT_TRUE(person.await_echo(false));
  ASSERT_EQ(::kill(person.child(), SIGTSTP), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(person.child(), &status, WUNTRACED), person.child());
  ASSERT_TRUE(WIFSTOPPED(status)) << status;
  EXPECT_TRUE(person.echoes());
  person.screen.clear();
  ASSERT_EQ(::kill(person.child(), SIGCONT), 0);
  ASSERT_TRUE(person.await_question());
  ASSERT_TRUE(person.await_echo(false));
  person.type("correct horse battery\n");
  EXPECT_EQ(person.ended(), 0);
}

TEST(Keyboard, TakesAClosedTerminalAndAnEndlessLineForNoAnswer) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  // No terminal, so nothing can be hidden: nothing is asked.
  EXPECT_FALSE(TerminalKeyboard(ends[0]).ask_secretly("Password: "));
  const std::string half = "half";
  ASSERT_EQ(::write(ends[1], half.data(), half.size()), static_cast<ssize_t>(half.size()));
  ::close(ends[1]);
  EXPECT_FALSE(TerminalKeyboard(ends[0]).ask("> "));
  ::close(ends[0]);
  int more[2] = {-1, -1};
  ASSERT_EQ(::pipe(more), 0);
  const std::string endless = std::string(SecretText::kMost + 1, 'x') + "\nnext\n";
  ASSERT_EQ(::write(more[1], endless.data(), endless.size()), static_cast<ssize_t>(endless.size()));
  EXPECT_FALSE(TerminalKeyboard(more[0]).ask("> "));
  EXPECT_EQ(TerminalKeyboard(more[0]).ask("> ").value_or(""), "next");  // its rest is no answer to this
  ::close(more[0]);
  ::close(more[1]);
}

}  // namespace
}  // namespace openline::cli
