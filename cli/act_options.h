// SPDX-License-Identifier: Apache-2.0
// Acts on the command line: their words turned into what the API takes (docs/cli.md). Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/failure.h"

namespace openline::cli {

struct ActOptions {
  std::string command;  // "request", "answer", "withdraw", "reschedule", "visit", "call", "readout", ...
  std::string line, action, id;
  std::string text, reason, until, courtesy, language;
  std::string from_role, at, place, first_day, last_day, request, statement, mark, stage, reviewer;
  std::vector<std::string> to_roles, goals, outcomes, participants, delegations, fields;
  std::string precedence, entry_class, exercise, role, key;
  bool draft = false;  // not sent, but kept for others to release
};

struct ActRequest {
  std::string address;  // after the line's: "/contacts"
  std::string body;     // JSON
  std::string said;     // to the person, when it is on record
};

// `role`: whose act it is, where the options do not say; empty: the station knows.
[[nodiscard]] Outcome<ActRequest> act_request(const ActOptions& options, const std::string& role);

}  // namespace openline::cli
