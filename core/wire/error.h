// SPDX-License-Identifier: Apache-2.0
// What went wrong with input that a peer, a file or a person gave: which rule was broken, and where.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace openline {

struct Error {
  std::string message;                // the rule, in words fit for an operator
  std::optional<std::size_t> offset;  // byte offset into the input, where there is one

  // "the message (at byte 17)"
  [[nodiscard]] std::string text() const {
    return offset ? message + " (at byte " + std::to_string(*offset) + ")" : message;
  }
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string message,
                                                 std::optional<std::size_t> offset = std::nullopt) {
  return std::unexpected(Error{std::move(message), offset});
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace openline
