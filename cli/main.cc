// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "cli/command.h"
#include "cli/keyboard.h"

namespace {

// https://no-color.org
bool shows_colour() {
  const char* const terminal = std::getenv("TERM");       // NOLINT(concurrency-mt-unsafe): one thread
  const char* const no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error to report
  ::tzset();
  if (::sodium_init() < 0) {
    std::cerr << "openline: the cryptographic library cannot be used on this machine\n";
    return static_cast<int>(openline::cli::ExitCode::kRefused);
  }
  openline::cli::TerminalKeyboard keyboard(STDIN_FILENO);
  openline::cli::Terminal terminal{std::cin,
                                   std::cout,
                                   std::cerr,
                                   shows_colour(),
                                   false,
                                   ::isatty(STDIN_FILENO) == 1 ? &keyboard : nullptr,
                                   ::isatty(STDERR_FILENO) == 1};
  return static_cast<int>(openline::cli::run_command_line(terminal, {words + 1, words + count}));
}
