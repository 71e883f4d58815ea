// SPDX-License-Identifier: Apache-2.0
// Passwords: from the person at the terminal or a file, and into a request, without leaving a copy behind.
#pragma once

#include <string>
#include <string_view>

#include "cli/failure.h"
#include "cli/secret_text.h"
#include "cli/terminal.h"

namespace openline::cli {

// The first line of `file` ("-": of standard input), or what is typed if there is no file.
[[nodiscard]] Outcome<SecretText> password(Terminal& terminal, const std::string& file,
                                           const std::string& question);
// One that is to be kept: typed twice, and of a length that the station takes.
[[nodiscard]] Outcome<SecretText> new_password(Terminal& terminal, const std::string& file);

// A JSON object with secrets in it, written where no copy stays behind. Texts are UTF-8.
class SecretJson {
 public:
  SecretJson& text(std::string_view name, std::string_view value);
  SecretJson& raw(std::string_view name, std::string_view json);
  [[nodiscard]] Outcome<SecretText> take();  // fails if it became too long

 private:
  void add(std::string_view piece) { fits_ = out_.add(piece) && fits_; }
  void name_of(std::string_view name);
  void quoted(std::string_view value);
  SecretText out_;
  bool fits_ = true;
};

}  // namespace openline::cli
