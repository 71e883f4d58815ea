// SPDX-License-Identifier: Apache-2.0
// Helpers that misbehave: each is ended or waited for, its fault is said in words, and the path is usable
// again by itself. The helpers are shell scripts; records are written in octal (docs/exec-path.md).
#include "daemon/path/exec_path.h"

#include <sys/wait.h>

#include <fstream>

#include "daemon/config/test_folder.h"
#include "daemon/path/test_end.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using test::TestEnd;

// record = length 2, type 1, body
const std::string kReady = R"(printf '\000\002\004\001'; )";
const std::string kUnready = R"(printf '\000\002\004\000'; )";
const std::string kCredit4096 = R"(printf '\000\005\003\000\000\020\000'; )";
const std::string kCreditOfAll = R"(printf '\000\005\003\377\377\377\377'; )";
const std::string kPacketFromX = R"(printf '\000\005\002\001x\007\010'; )";
const std::string kForever = "exec sleep 1000";
const std::string kTakesAll = "exec cat >/dev/null";
const std::string kBehaves = kReady + kCredit4096 + kPacketFromX + kTakesAll;

PathLimits quick() {
  PathLimits limits;
  limits.first_redial = Milliseconds{10};
  limits.helper_patience = Milliseconds{50};
  limits.stalled_after = Milliseconds{100};
  return limits;
}

class HelperTest : public testing::Test {
 protected:
  void TearDown() override {
    end_.reset();
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a helper is left behind, dead or alive";
  }
  // `MARK` in the script is a file of its own.
  void start(std::string script, PathLimits limits = quick()) {
    for (std::size_t at = 0; (at = script.find("MARK")) != std::string::npos;)
      script.replace(at, 4, mark().string());
    PathConfig config;
    config.name = "p";
    config.kind = PathKind::kExec;
    config.command = {"/bin/sh", "-c", script};
    end_ = std::make_unique<TestEnd>(loop_, config, limits);
    const auto started = end_->path->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  [[nodiscard]] std::filesystem::path mark() const { return folder_.path() / "mark"; }
  bool run_until(const std::function<bool()>& done) { return test::run_until(loop_, done); }
  // Usable, with room, and heard from after it was not.
  [[nodiscard]] bool works_again() const {
    return end_->is_usable_again() && end_->path->has_room() && !end_->received.empty() &&
           end_->received.back() == std::pair<std::string, Bytes>{"x", {7, 8}};
  }
  test::TemporaryFolder folder_;
  boost::asio::io_context loop_;
  std::unique_ptr<TestEnd> end_;
};

struct Fault {
  const char* name;
  std::string script;
  std::string says;
  Milliseconds record_time{30000};
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

class HelperFault : public HelperTest, public testing::WithParamInterface<Fault> {};

TEST_P(HelperFault, IsSaidInWordsAndThePathIsUsableAgainByItself) {
  PathLimits limits = quick();
  limits.helper_record_time = GetParam().record_time;
  start("if ! [ -e MARK ]; then : >MARK; " + GetParam().script + "; fi; " + kBehaves, limits);
  const auto pushes = [this] {  // what a station does with room
    while (end_->path->has_room()) end_->path->send({{"x"}, Bytes(1000)});
  };
  EXPECT_TRUE(run_until([&] {
    if (!end_->said_unusable(GetParam().says)) pushes();
    return end_->said_unusable(GetParam().says);
  })) << end_->history();
  EXPECT_TRUE(run_until([&] { return works_again(); })) << end_->history();
}

INSTANTIATE_TEST_SUITE_P(
    Helpers, HelperFault,
    testing::Values(
        Fault{"Ends", "exit 3", "ended with code 3"},
        Fault{"IsKilled", kReady + "kill -9 $$", "ended by signal 9"},
        Fault{"WritesATooLongRecord", R"(printf '\377\377\002'; )" + kForever, "a record is too long"},
        Fault{"WritesATooLongPacket", R"(printf '\100\004\002\001x'; head -c 16385 /dev/zero; )" + kForever,
              "a packet is longer than 16384 bytes"},
        Fault{"WritesAnEmptyRecord", R"(printf '\000\000'; )" + kForever, "a record is empty"},
        Fault{"WritesWords", "echo hello; " + kForever, "a record"},
        Fault{"StopsInTheMiddleOfARecord", kReady + R"(printf '\000\100\002\001x'; )" + kForever,
              "a record was begun and not finished", Milliseconds{100}},
        Fault{"DribblesARecord", kReady + R"(printf '\000\100\005'; while :; do printf a; sleep 0.04; done)",
              "a record was begun and not finished", Milliseconds{100}},
        Fault{"ClosesItsOutputAlone", kReady + "exec 1>&-; " + kForever,
              "closed its standard output and went on"},
        Fault{"ClosesItsInputAlone", "exec 0<&-; " + kReady + kCreditOfAll + kForever,
              "closed its standard input and went on"},
        Fault{"WillNotBeEnded",
              "trap '' TERM; " + kReady + R"(printf '\000\001\011'; while :; do sleep 1; done)",
              "a record is of type 9"},
        Fault{"FlapsItsState", "while :; do " + kReady + kUnready + "done",
              "its state changed more than 20 times in a minute"}),
    [](const auto& which) { return std::string(which.param.name); });

TEST_F(HelperTest, ThatDiesAtOnceIsStartedAgainLaterEachTime) {
  PathLimits limits = quick();
  limits.last_redial = Milliseconds{80};
  const auto since = std::chrono::steady_clock::now();
  start("echo . >>MARK; exit 0", limits);
  ASSERT_TRUE(
      run_until([&] { return std::filesystem::exists(mark()) && std::filesystem::file_size(mark()) >= 12; }));
  EXPECT_GE(std::chrono::steady_clock::now() - since, (10 + 20 + 40 + 80 + 80) * 1ms) << "before the sixth";
  EXPECT_EQ(end_->changes.size(), 1U) << "the same again and again fills no log\n" << end_->history();
}

TEST_F(HelperTest, ThatGivesNoCreditIsUnusableUntilItDoes) {
  start(kReady + "until [ -e MARK ]; do sleep 0.02; done; " + kCredit4096 + kPacketFromX + kTakesAll);
  ASSERT_TRUE(run_until([&] { return end_->said_unusable("gives no credit"); })) << end_->history();
  EXPECT_FALSE(end_->path->has_room());
  test::write_file(mark(), "");
  EXPECT_TRUE(run_until([&] { return works_again(); })) << end_->history();
}

TEST_F(HelperTest, ThatReadsNothingHoldsUpLittleAndIsUnusableUntilItReads) {
  start(kReady + kCreditOfAll + kCreditOfAll + "until [ -e MARK ]; do sleep 0.02; done; " + kPacketFromX +
        kTakesAll);
  std::size_t sent = 0;
  ASSERT_TRUE(run_until([&] {
    for (; end_->path->has_room(); sent += 1000) end_->path->send({{"x"}, Bytes(1000)});
    return end_->said_unusable("does not read its standard input");
  })) << end_->history();
  EXPECT_LE(sent, 64U << 10) << "a queue that precedence cannot reach";
  test::write_file(mark(), "");
  EXPECT_TRUE(run_until([&] { return works_again(); })) << end_->history();
}

TEST_F(HelperTest, ThatGivesOneByteOfCreditGetsOnePacketForIt) {
  start(kReady + R"(printf '\000\005\003\000\000\000\001'; )" + kTakesAll);
  ASSERT_TRUE(run_until([&] { return end_->path->has_room(); }));
  end_->path->send({{"x"}, Bytes(1000)});
  EXPECT_FALSE(end_->path->has_room());
}

TEST_F(HelperTest, ThatFloodsKeepsTheLoopForOthersAndFillsNoLog) {
  start(kReady + R"(while :; do printf '\000\005\002\001x\007\010\000\006\005hello'; echo noise >&2; done)");
  int ticks = 0;
  boost::asio::steady_timer timer(loop_);
  const std::function<void()> tick = [&] {
    timer.expires_after(1ms);
    timer.async_wait([&](const boost::system::error_code& stopped) {
      if (!stopped && ++ticks < 100) tick();
    });
  };
  tick();
  EXPECT_TRUE(run_until([&] { return ticks == 100 && end_->received.size() > 1000; }))
      << end_->received.size();
  EXPECT_LE(end_->notes.size(), PathLimits{}.helper_lines_a_minute + 1);
}

TEST_F(HelperTest, ThatWritesNoEndOfALineOnItsErrorIsHeardInItsLastWordsOnly) {
  start("head -c 1000000 /dev/zero | tr '\\0' a >&2; printf 'b\\nthe radio is off' >&2; exit 1");
  ASSERT_TRUE(run_until([&] { return end_->said_unusable("ended with code 1"); })) << end_->history();
  ASSERT_GE(end_->notes.size(), 2U);
  EXPECT_EQ(end_->notes[0], std::string(kMaxExecWords, 'a'));
  EXPECT_EQ(end_->notes[1], "the radio is off");
}

TEST_F(HelperTest, ThatClosesItsErrorGoesOn) {
  start("exec 2>&-; " + kBehaves);
  ASSERT_TRUE(run_until([&] { return works_again(); })) << end_->history();
  end_->path->send({{"x"}, Bytes{1}});
  EXPECT_TRUE(end_->path->has_room());
}

// What it started itself goes with it.
TEST_F(HelperTest, LeavesNoChildrenOfItsOwnBehind) {
  start("sleep 1000 & echo $! >MARK; " + kReady + "exit 0");
  ASSERT_TRUE(run_until([&] { return end_->said_unusable("ended with code 0"); }));
  pid_t child = 0;
  std::ifstream(mark()) >> child;
  ASSERT_GT(child, 0);
  // Its parent is gone: whoever reaps it now is not us.
  EXPECT_TRUE(run_until([&] {
    std::string about;
    std::getline(std::ifstream("/proc/" + std::to_string(child) + "/stat"), about);
    const std::size_t name_end = about.rfind(')');
    return name_end == std::string::npos || about[name_end + 2] == 'Z';
  }));
}

}  // namespace
}  // namespace openline::daemon
