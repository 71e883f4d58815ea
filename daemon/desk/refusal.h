// SPDX-License-Identifier: Apache-2.0
// Why the desk's rules do not allow something, and for whom.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/wire/time.h"

namespace openline::daemon {

struct DeskRefusal {
  enum class Why : std::uint8_t {
    kSignIn,            // no session, or it ended
    kWrongCredentials,  // name, password or code
    kLocked,            // too many wrong ones; `retry_after`
    kWrongKey,          // what a security key was asked is not answered by one of the officer's
    kCopiedKey,         // it is, but there are two of it
    kKeyNeeded,         // a session that began with a security key
    kForbidden,         // not this officer's to do
    kReleaseNeeded,     // others must release it
    kNotFound,
    kConflict,   // contradicts how things stand
    kKeyReused,  // the idempotency key was used for something else
    kRefused,    // what is asked is wrong in itself
    kFull,       // a limit of the desk's
  };
  Why why{};
  std::string message;
  std::string field;  // empty: none
  std::optional<Seconds> retry_after;
};

template <class T>
using Allowed = std::expected<T, DeskRefusal>;

[[nodiscard]] inline std::unexpected<DeskRefusal> deny(DeskRefusal::Why why, std::string message,
                                                       std::string field = "") {
  return std::unexpected(DeskRefusal{why, std::move(message), std::move(field), std::nullopt});
}

}  // namespace openline::daemon
