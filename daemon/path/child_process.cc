// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>
#include <utility>

namespace openline::daemon {
namespace {

constexpr int kFirstFree = 3;  // after the standard streams
constexpr int kNotStarted = 127;

struct Ends {
  Descriptor ours, theirs;
};

// Above the standard streams, even where ours are closed: else one would be put in another's place.
Descriptor above_standard(int descriptor) {
  if (descriptor >= kFirstFree) return Descriptor(descriptor);
  const Descriptor low(descriptor);
  return Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFree));
}

Ends pipe_to_us() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  Ends result{above_standard(ends[0]), above_standard(ends[1])};
  ::fcntl(result.ours.get(), F_SETFL, O_NONBLOCK);
  return result;
}

Ends socket_from_us() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  Ends result{above_standard(ends[0]), above_standard(ends[1])};
  ::fcntl(result.ours.get(), F_SETFL, O_NONBLOCK);
  return result;
}

struct Streams {
  Ends in = socket_from_us(), out = pipe_to_us(), error = pipe_to_us(), failure = pipe_to_us();
  [[nodiscard]] bool complete() const {
    for (const Ends* ends : {&in, &out, &error, &failure}) {
      if (ends->ours.get() < 0 || ends->theirs.get() < 0) return false;
    }
    return true;
  }
};

// Between fork and exec, where other threads' locks may be held forever: system calls only.
[[noreturn]] void become(char* const* arguments, const Streams& streams, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kNotStarted);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // an ignored signal stays ignored, all others are as new
  const bool done = ::dup2(streams.in.theirs.get(), STDIN_FILENO) >= 0 &&
                    ::dup2(streams.out.theirs.get(), STDOUT_FILENO) >= 0 &&
                    ::dup2(streams.error.theirs.get(), STDERR_FILENO) >= 0 &&
                    ::close_range(kFirstFree, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0;
  if (done) ::execv(arguments[0], arguments);
  const int error = errno;
  static_cast<void>(!::write(streams.failure.theirs.get(), &error, sizeof error));
  ::_exit(kNotStarted);
}

std::string words_of(int error) { return std::generic_category().message(error); }

}  // namespace

std::expected<ChildProcess, std::string> ChildProcess::start(const std::vector<std::string>& command) {
  Streams streams;
  if (!streams.complete()) return std::unexpected(words_of(errno));
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  ChildProcess child;
  child.process_ = ::fork();
  if (child.process_ == 0) become(arguments.data(), streams, parent);
  if (child.process_ < 0) return std::unexpected(words_of(errno));
  child.watch_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.process_, 0)));
  const int watch_error = errno;
  streams.failure.theirs = Descriptor();
  int failure = 0;
  pollfd ready{streams.failure.ours.get(), POLLIN, 0};
  while (::poll(&ready, 1, -1) < 0 && errno == EINTR) {
  }
  const ssize_t told = ::read(streams.failure.ours.get(), &failure, sizeof failure);
  if (told == sizeof failure || child.watch_.get() < 0) {
    child.signal(SIGKILL);
    ::waitpid(child.process_, nullptr, 0);
    return std::unexpected(words_of(told == sizeof failure ? failure : watch_error));
  }
  child.in = std::move(streams.in.ours);
  child.out = std::move(streams.out.ours);
  child.error = std::move(streams.error.ours);
  return child;
}

std::string ChildProcess::reap() {
  int status = 0;
  if (process_ < 0) return "ended";
  ::kill(-process_, SIGKILL);  // what it left behind in its group, which is its own until it is reaped
  const pid_t process = std::exchange(process_, -1);
  if (::waitpid(process, &status, 0) != process) return "ended";
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  return fmt::format("ended with code {}", WEXITSTATUS(status));
}

void ChildProcess::signal(int number) {
  if (process_ < 0) return;
  // The group is there once the child has run; until then there is only the child.
  if (::kill(-process_, number) != 0) ::kill(process_, number);
}

bool ChildProcess::ended_within(std::chrono::milliseconds patience) const {
  pollfd ready{watch_.get(), POLLIN, 0};
  return ::poll(&ready, 1, static_cast<int>(patience.count())) == 1;
}

void ChildProcess::end(std::chrono::milliseconds patience) {
  for (Descriptor* stream : {&in, &out, &error}) *stream = Descriptor();
  if (process_ < 0) return;
  if (!ended_within(patience)) signal(SIGTERM);
  if (!ended_within(patience)) signal(SIGKILL);
  static_cast<void>(reap());
}

}  // namespace openline::daemon
