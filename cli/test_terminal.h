// SPDX-License-Identifier: Apache-2.0
// For tests: a terminal of strings, a temporary folder, and a fixed time zone.
#pragma once

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/keyboard.h"
#include "cli/terminal.h"

namespace openline::cli::test {

struct StringTerminal {
  std::istringstream in;
  std::ostringstream out, err;
  Terminal terminal{in, out, err, false, false};
  explicit StringTerminal(const std::string& typed = "", Keyboard* keyboard = nullptr) : in(typed) {
    terminal.keyboard = keyboard;
  }
};

// A person whose answers are known beforehand; who says nothing more once they are used up.
class ScriptedKeyboard : public Keyboard {
 public:
  explicit ScriptedKeyboard(std::vector<std::string> answers) : answers_(std::move(answers)) {}
  Outcome<std::string> ask(const std::string& question) override {
    questions.push_back(question);
    if (answers_.empty()) return failed(ExitCode::kRefused, "nothing was typed");
    std::string answer = answers_.front();
    answers_.erase(answers_.begin());
    return answer;
  }
  Outcome<SecretText> ask_secretly(const std::string& question) override {
    const auto answer = ask(question);
    if (!answer) return failed(answer.error());
    SecretText text;
    if (!text.add(*answer)) return failed(ExitCode::kRefused, "too long");
    secret_questions.push_back(question);
    return text;
  }
  std::vector<std::string> questions, secret_questions;

 private:
  std::vector<std::string> answers_;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "openline-cli-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Local time in these tests: an hour ahead of UTC, named CET, all year.
struct FixedZone {
  FixedZone() {
    ::setenv("TZ", "CET-1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    ::tzset();
  }
  ~FixedZone() {
    ::unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe)
    ::tzset();
  }
};

struct Ended {
  ExitCode code;
  std::string out, err;
};
inline Ended run(std::vector<std::string> words, const std::string& typed = "",
                 Keyboard* keyboard = nullptr) {
  StringTerminal strings(typed, keyboard);
  const ExitCode code = run_command_line(strings.terminal, std::move(words));
  return {code, strings.out.str(), strings.err.str()};
}

}  // namespace openline::cli::test
