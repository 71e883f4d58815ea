// SPDX-License-Identifier: Apache-2.0
// The person at the terminal, for what must be asked of a person: passwords, and the words that confirm a
// release.
#pragma once

#include <string>

#include "cli/failure.h"
#include "cli/secret_text.h"

namespace openline::cli {

class Keyboard {
 public:
  virtual ~Keyboard() = default;
  // One line, without its end. A closed keyboard is a failure.
  [[nodiscard]] virtual Outcome<std::string> ask(const std::string& question) = 0;
  // The same, and what is typed is not shown.
  [[nodiscard]] virtual Outcome<SecretText> ask_secretly(const std::string& question) = 0;
};

// A terminal's descriptor, which stays the caller's. Questions go to the terminal itself. Interrupt,
// termination, hang-up and stop put its modes back before they have their effect; after a stop the question
// is asked again.
class TerminalKeyboard : public Keyboard {
 public:
  explicit TerminalKeyboard(int descriptor) : descriptor_(descriptor) {}
  [[nodiscard]] Outcome<std::string> ask(const std::string& question) override;
  [[nodiscard]] Outcome<SecretText> ask_secretly(const std::string& question) override;

 private:
  int descriptor_;
};

}  // namespace openline::cli
