// SPDX-License-Identifier: Apache-2.0
// What an officer types at an attended desk.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "cli/send.h"

namespace openline::cli {

struct TypedAck {
  std::string id;  // may be empty
};
struct TypedSend {
  SendOptions send;  // text, class, exercise, precedence, draft
};
struct TypedWaiting {};
struct TypedStatus {};
struct TypedHelp {};
struct TypedQuit {};
struct TypedNothing {};
struct TypedWrong {
  std::string why;
};
using Typed = std::variant<TypedNothing, TypedAck, TypedSend, TypedWaiting, TypedStatus, TypedHelp, TypedQuit,
                           TypedWrong>;

[[nodiscard]] Typed read_typed(std::string_view line);
extern const char* const kDeskHelp;

}  // namespace openline::cli
