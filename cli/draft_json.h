// SPDX-License-Identifier: Apache-2.0
// Drafts as the API says them (docs/api.md, "Drafts and release"), as plain values. Texts are as their
// authors gave them: whoever shows them makes them visible first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/api_types.h"

namespace openline::cli {

struct ReleaseView {
  std::string officer, time, emergency;  // emergency: the reason for releasing alone
};
struct DraftView {
  std::uint64_t number = 0, version = 0, needs = 0;
  std::string line, line_name, desk, act, entry_class, exercise, precedence, state, author, time, remark;
  std::string confirm;  // the words that release it
  bool releaser_needed = false;
  // What would be sent: its words first (text, subject, reason, ...), then every other field by name.
  std::vector<std::pair<std::string, std::string>> words, fields;
  std::vector<ReleaseView> released_by;
  std::vector<DoneView::Made> entries;
  std::vector<std::string> may;
};
// The event `emergency`.
struct EmergencyView {
  std::string line_name, officer, reason, entry_class, exercise, precedence;
  std::uint64_t draft = 0;
};

// nullopt: not what docs/api.md describes.
[[nodiscard]] std::optional<DraftView> read_draft(std::string_view json);
[[nodiscard]] std::optional<std::vector<DraftView>> read_drafts(std::string_view json);
[[nodiscard]] std::optional<EmergencyView> read_emergency(std::string_view json);

// The body of POST .../drafts: `act` is an address after the line's, without its first slash, `body` what
// would be sent there.
[[nodiscard]] std::string write_draft(std::string_view act, std::string_view body);

}  // namespace openline::cli
