// SPDX-License-Identifier: Apache-2.0
#include "cli/desk_command.h"

namespace openline::cli {
namespace {

// Takes the first word off `rest`.
std::string_view next_word(std::string_view& rest) {
  const std::size_t start = std::min(rest.find_first_not_of(" \t\r"), rest.size());
  rest.remove_prefix(start);
  const std::size_t end = std::min(rest.find_first_of(" \t\r"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

// "--live" and "live" are the same here.
std::string_view bare(std::string_view word) { return word.starts_with("--") ? word.substr(2) : word; }

bool is_precedence(std::string_view word) {
  return word == "flash" || word == "immediate" || word == "priority" || word == "routine";
}

Typed read_send(std::string_view rest) {
  SendOptions send;
  std::string_view first = rest;
  if (next_word(first) == "--draft") {
    send.draft = true;
    rest = first;
  }
  send.entry_class = bare(next_word(rest));
  if (send.entry_class == "exercise") {
    send.exercise = next_word(rest);
    if (send.exercise.empty()) return TypedWrong{"which exercise? send exercise NAME [PRECEDENCE] TEXT"};
  } else if (send.entry_class != "live" && send.entry_class != "test" && send.entry_class != "service") {
    return TypedWrong{kClassMissing};
  }
  std::string_view after = rest;
  std::string_view word = next_word(after);
  if (word == "-p") word = next_word(after);
  if (is_precedence(word)) {
    send.precedence = word;
    rest = after;
  }
  send.text = trimmed(rest);
  if (send.text.empty() || send.text == "-")
    return TypedWrong{"the text is missing: send CLASS [PRECEDENCE] TEXT"};
  return TypedSend{std::move(send)};
}

}  // namespace

const char* const kDeskHelp =
    "  ack [ID]       acknowledge the message that waits (ID: the beginning of its id, if several wait)\n"
    "  send live [flash|immediate|priority|routine] TEXT\n"
    "  send exercise NAME [PRECEDENCE] TEXT\n"
    "  send test|service [PRECEDENCE] TEXT\n"
    "  send --draft CLASS [PRECEDENCE] TEXT   kept for others to release, where more than one must stand "
    "behind it\n"
    "  waiting        what waits to be acknowledged\n"
    "  status         the line's state, with its reason\n"
    "  quit           stop attending (so do Ctrl-D and closing this terminal)\n";

Typed read_typed(std::string_view line) {
  std::string_view rest = line;
  const std::string_view word = next_word(rest);
  const std::string argument(trimmed(rest));
  if (word.empty()) return TypedNothing{};
  if (word == "send") return read_send(rest);
  if (word == "ack") {
    if (argument.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return TypedWrong{"ack takes the beginning of an id: digits 0-9 and a-f"};
    }
    return TypedAck{argument};
  }
  if (!argument.empty())
    return TypedWrong{std::string(word) + " takes nothing after it; `help` says what there is"};
  if (word == "waiting") return TypedWaiting{};
  if (word == "status") return TypedStatus{};
  if (word == "help" || word == "?") return TypedHelp{};
  if (word == "quit" || word == "exit") return TypedQuit{};
  return TypedWrong{"unknown command; `help` says what there is. Nothing was sent"};
}

}  // namespace openline::cli
