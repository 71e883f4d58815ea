// SPDX-License-Identifier: Apache-2.0
#include "demonstration/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <system_error>

extern char** environ;  // NOLINT: POSIX names it so

namespace openline::demonstration {
namespace {

void must(int result, const char* what) {
  if (result != 0) throw std::system_error(result < 0 ? errno : result, std::generic_category(), what);
}

pid_t spawn(const Arguments& arguments, int input, int output) {
  posix_spawn_file_actions_t files;
  must(posix_spawn_file_actions_init(&files), "posix_spawn");
  posix_spawn_file_actions_adddup2(&files, input, 0);
  posix_spawn_file_actions_adddup2(&files, output, 1);
  posix_spawn_file_actions_adddup2(&files, output, 2);
  posix_spawn_file_actions_addclosefrom_np(
      &files, 3);  // nothing of ours, such as the relay's sockets, outlives us there
  std::vector<char*> words;
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = -1;
  const int result = posix_spawn(&pid, arguments.front().c_str(), &files, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  must(result, arguments.front().c_str());
  return pid;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Finished run(const Arguments& arguments) {
  int ends[2];
  must(pipe2(ends, O_CLOEXEC), "pipe");
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = spawn(arguments, nothing, ends[1]);
  close(ends[1]);
  close(nothing);
  Finished finished;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    finished.output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  must(waitpid(pid, &status, 0) == pid ? 0 : -1, "waitpid");
  finished.exit_code = exit_code_of(status);
  return finished;
}

Beside::Beside(const Arguments& arguments, const std::string& output_file) {
  int ends[2];
  must(pipe2(ends, O_CLOEXEC), "pipe");
  const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  must(output < 0 ? -1 : 0, output_file.c_str());
  pid_ = spawn(arguments, ends[0], output);
  close(ends[0]);
  close(output);
  input_ = ends[1];
}

Beside::~Beside() { stop(); }

void Beside::type(const std::string& line) {
  const std::string text = line + "\n";
  if (write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("a program of the demonstration does not read its input");
  }
}

bool Beside::running() const {
  return pid_ > 0 && kill(pid_, 0) == 0 && waitpid(pid_, nullptr, WNOHANG) == 0;
}

void Beside::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  close(input_);
  pid_ = -1;
}

}  // namespace openline::demonstration
