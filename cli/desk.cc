// SPDX-License-Identifier: Apache-2.0
#include "cli/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/status_view.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMostSeen = 4096;  // serials remembered: a reconnection repeats far fewer
constexpr std::chrono::seconds kFlashBell{3}, kImmediateBell{10};

}  // namespace

bool Desk::show(const EntryView& entry, const std::string& raw) {
  const bool long_past = seen_.size() >= kMostSeen && entry.serial < *seen_.begin();
  if (long_past || !seen_.insert(entry.serial).second) return false;
  if (seen_.size() > kMostSeen) seen_.erase(seen_.begin());
  if (terminal_.json) terminal_.out << raw << '\n';
  if (!is_for_officer(entry)) {
    print_act(entry);
    return false;
  }
  if (entry.own) {
    if (!terminal_.json && !sent_here_.contains(entry.id))
      terminal_.out << "Sent from this station:\n" << entry_text(entry, terminal_.colour);
    return false;
  }
  if (!terminal_.json) terminal_.out << arrival_text(entry, terminal_.colour);
  const bool answered =
      std::ranges::any_of(entry.acknowledged, [&](const Receipt& one) { return one.by == own_code_; });
  // A text of class test is to be seen; nobody waits for its acknowledgement.
  // A FLASH that came before earlier entries is shown again in its place: it waits once.
  std::erase_if(waiting_, [&](const auto& item) { return item.second.id == entry.id; });
  if (!answered && entry.entry_class != "test") waiting_.emplace(entry.serial, entry);
  return true;
}

void Desk::print_act(const EntryView& entry) {
  if ((entry.kind == "acknowledged" || entry.kind == "test answer") && entry.own) acknowledged(entry.entry);
  if (entry.kind == "test" && !entry.own && officer_answers_tests_) {
    waiting_.emplace(entry.serial, entry);
    if (!terminal_.json) terminal_.out << "TEST of the line, to be answered by you with `ack`:\n";
  }
  if (terminal_.json || (entry.kind == "shown" && entry.own)) return;  // this program itself said so
  terminal_.out << fmt::format("{}  {}: {}\n", utc_and_local(entry.time), visible_line(entry.author),
                               act_text(entry));
}

void Desk::show_line(const LineView& line) {
  std::string state = lamp_text(line, terminal_.colour) + ": " + visible_line(line.reason);
  for (const std::string& condition : line.conditions) state += "\n  ! " + visible_line(condition);
  if (state == state_) return;
  state_ = state;
  if (!terminal_.json) terminal_.out << fmt::format("Line {}  {}\n", visible_line(line.name), state);
}

void Desk::acknowledged(const std::string& id) {
  std::erase_if(waiting_, [&](const auto& item) { return item.second.id == id; });
}

std::expected<std::string, std::string> Desk::which(const std::string& beginning) const {
  if (waiting_.empty() && beginning.empty()) return std::unexpected("nothing waits to be acknowledged");
  std::vector<std::string> fits;
  for (const auto& [serial, entry] : waiting_) {
    if (entry.id.starts_with(beginning)) fits.push_back(entry.id);
  }
  if (fits.size() == 1) return fits.front();
  if (fits.empty()) return beginning;  // not of this watch: the station knows whether there is one
  std::string list;
  for (const std::string& id : fits) list += " " + short_id(id);
  return std::unexpected("which one? ack ID, with one of:" + list);
}

std::optional<std::chrono::seconds> Desk::ring_every() const {
  std::optional<std::chrono::seconds> every;
  for (const auto& [serial, entry] : waiting_) {
    if (entry.precedence == "flash") return kFlashBell;
    if (entry.precedence == "immediate") every = kImmediateBell;
  }
  return every;
}

}  // namespace openline::cli
