// SPDX-License-Identifier: Apache-2.0
#include "cli/keyboard.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

namespace openline::cli {
namespace {

constexpr int kHeld[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

// Signals that would leave the terminal without echo, held back for as long as this lives.
class HeldSignals {
 public:
  HeldSignals() {
    ::sigemptyset(&signals_);
    for (const int signal : kHeld) ::sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    descriptor_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() {
    ::close(descriptor_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::optional<int> take() const {
    signalfd_siginfo taken{};
    if (::read(descriptor_, &taken, sizeof taken) != sizeof taken) return std::nullopt;
    return static_cast<int>(taken.ssi_signo);
  }

 private:
  sigset_t signals_{}, before_{};
  int descriptor_ = -1;
};

// The terminal does not show what is typed for as long as this lives.
class NoEcho {
 public:
  explicit NoEcho(int descriptor) : descriptor_(descriptor) {
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    // Flushed: what was typed ahead was shown, and is no password.
    is_silent_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (is_silent_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool is_silent() const { return is_silent_; }

 private:
  int descriptor_;
  termios before_{};
  bool is_silent_ = false;
};

void write_out(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EBADF && descriptor != STDERR_FILENO)  // opened for reading alone
      return write_out(STDERR_FILENO, text);
    if (written <= 0) return;  // what is typed next fails too, and says so
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

struct Typed {
  std::optional<int> signal;  // came instead of a line
  bool is_whole = false;      // a line end was typed
  bool is_too_long = false;
  SecretText text;
};

Typed read_typed_line(int descriptor, const HeldSignals& signals) {
  Typed typed;
  std::array<char, 1> piece{};  // byte by byte: the next line belongs to the next question
  for (;;) {
    std::array<pollfd, 2> waits{pollfd{descriptor, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return typed;
    if (waits[1].revents != 0) {
      typed.signal = signals.take();
      if (typed.signal) return typed;
    }
    if (waits[0].revents == 0) continue;
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return typed;
    if (piece[0] == '\n' || piece[0] == '\r') {
      typed.is_whole = true;
      break;
    }
    if (!typed.text.add({piece.data(), 1})) typed.is_too_long = true;
  }
  wipe({reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()});
  return typed;
}

Outcome<SecretText> asked(int descriptor, const std::string& question, bool secretly) {
  for (;;) {
    Typed typed;
    {
      const HeldSignals signals;
      std::optional<NoEcho> silence;
      if (secretly) {
        silence.emplace(descriptor);
        if (!silence->is_silent())
          return failed(ExitCode::kRefused,
                        "this terminal cannot hide what is typed: no password is asked here");
      }
      write_out(descriptor, question);
      typed = read_typed_line(descriptor, signals);
      if (secretly) write_out(descriptor, "\n");  // the one that was typed was not shown
    }
    if (typed.signal) {
      ::raise(*typed.signal);  // the terminal is as it was; what ends this program ends it here
      if (*typed.signal == SIGTSTP) continue;
      return failed(ExitCode::kRefused, "interrupted: nothing was done");
    }
    if (typed.is_too_long) return failed(ExitCode::kRefused, "the line that was typed is too long");
    if (!typed.is_whole) return failed(ExitCode::kRefused, "nothing was typed: nothing was done");
    return std::move(typed.text);
  }
}

}  // namespace

Outcome<std::string> TerminalKeyboard::ask(const std::string& question) {
  const auto typed = asked(descriptor_, question, false);
  if (!typed) return failed(typed.error());
  return std::string(typed->expose());
}

Outcome<SecretText> TerminalKeyboard::ask_secretly(const std::string& question) {
  return asked(descriptor_, question, true);
}

}  // namespace openline::cli
