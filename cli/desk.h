// SPDX-License-Identifier: Apache-2.0
// What an attended desk's screen knows: which messages wait for this officer, when to ring, what has been
// said already. It prints; it asks nothing of the station.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/api_types.h"
#include "cli/terminal.h"

namespace openline::cli {

class Desk {
 public:
  // `own_code`: our party's, whose acknowledgements end waiting here.
  Desk(Terminal& terminal, std::string own_code) : terminal_(terminal), own_code_(std::move(own_code)) {}

  // Prints an entry once, however often it comes. `raw` is its JSON, for --json. True for a text from the far
  // end: it is before the officer's eyes now (if `terminal.out` took it) and waits to be acknowledged.
  [[nodiscard]] bool show(const EntryView& entry, const std::string& raw);
  // The agreement wants tests answered by an officer: they wait as messages do.
  void set_officer_answers_tests(bool yes) { officer_answers_tests_ = yes; }
  // Prints what changed in the line's state, in words.
  void show_line(const LineView& line);
  void sent_from_here(const std::string& id) { sent_here_.insert(id); }
  void acknowledged(const std::string& id);

  [[nodiscard]] const std::map<std::uint64_t, EntryView>& waiting() const { return waiting_; }  // by serial
  // The one that begins with `beginning`; with none given, the only one that waits. An error in words
  // otherwise.
  [[nodiscard]] std::expected<std::string, std::string> which(const std::string& beginning) const;
  // How often to ring now: FLASH oftener than IMMEDIATE, nullopt for nothing urgent.
  [[nodiscard]] std::optional<std::chrono::seconds> ring_every() const;

 private:
  void print_act(const EntryView& entry);
  Terminal& terminal_;
  std::string own_code_;
  bool officer_answers_tests_ = false;
  std::set<std::uint64_t> seen_;  // serials, the newest few thousand
  std::map<std::uint64_t, EntryView> waiting_;
  std::set<std::string> sent_here_;
  std::string state_;  // the line's, as last told
};

}  // namespace openline::cli
