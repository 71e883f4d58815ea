// SPDX-License-Identifier: Apache-2.0
// `openline send`: one text, with its class given by the sender and never assumed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct SendOptions {
  std::string line;
  std::string text;         // "-": standard input
  std::string entry_class;  // empty: not given, refused with the reason
  std::string exercise;
  std::string precedence = "routine";
  std::vector<std::string> files;
  std::string role;
  std::string key;     // idempotency; empty: made here, and the same for every repeat
  bool draft = false;  // not sent, but kept for others to release
  std::function<void(const std::string& id)> made;  // told the id of what is on record, before it is printed
};

[[nodiscard]] Outcome<void> send(Terminal& terminal, const StationApi& api, const SendOptions& options);

// Why a class must be given, for every place that takes a text.
inline constexpr const char* kClassMissing =
    "the class is missing: --live, --exercise NAME, --test or --service. It is never assumed: a drill that "
    "is taken for "
    "the real thing, or the reverse, is how false alarms begin";

}  // namespace openline::cli
