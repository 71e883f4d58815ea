// SPDX-License-Identifier: Apache-2.0
#include "cli/draft_text.h"

#include <fmt/format.h>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/terminal.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMostListed = 60;  // bytes of the words in a list; `draft NUMBER` shows all

// In words, so that nobody has to know what a colour or a heading means.
std::string what_it_is(const DraftView& draft) {
  const std::string exercise = visible_line(draft.exercise);
  if (draft.entry_class == "live") return "THIS IS LIVE, the real thing.";
  if (draft.entry_class == "exercise")
    return fmt::format("THIS IS AN EXERCISE, a drill named {}. It is not the real thing.", exercise);
  if (draft.entry_class == "test") return "This is a test of the line. It is not the real thing.";
  if (draft.entry_class == "service") return "This is service, operators about the line itself.";
  return "THE CLASS OF THIS IS NOT KNOWN to this program: do not release it from here.";
}

std::string mark_of(const DraftView& draft, bool colour) {
  return precedence_text(draft.precedence, colour) + "  " +
         class_text(draft.entry_class, draft.exercise, colour);
}

std::string releases_text(const DraftView& draft) {
  std::string out;
  for (const ReleaseView& one : draft.released_by) {
    out += fmt::format("  released by {} at {}", visible_line(one.officer), utc_and_local(one.time));
    if (!one.emergency.empty()) out += ", ALONE, as an emergency: " + visible_line(one.emergency);
    out += "\n";
  }
  for (const DoneView::Made& made : draft.entries)
    out += fmt::format("  on record as #{}, id {}\n", made.serial, short_id(made.id));
  return out;
}

}  // namespace

std::string standing_text(const DraftView& draft) {
  std::string out = visible_line(draft.state);
  if (draft.state == "released" || draft.state == "withdrawn") return out;
  out += draft.needs == 1 ? ": one person must stand behind it"
                          : fmt::format(": {} people must stand behind it", draft.needs);
  if (draft.releaser_needed) out += ", a releaser among them";
  return out + fmt::format("; released by {} so far", draft.released_by.size());
}

std::string draft_text(const DraftView& draft, bool colour) {
  const std::string rule(72, '=');
  const std::string mark = class_text(draft.entry_class, draft.exercise, colour);
  std::string out = fmt::format("{}\n{}  draft {} for line {}\n{}\n\n", rule, mark_of(draft, colour),
                                draft.number, visible_line(draft.line_name), what_it_is(draft));
  for (const auto& [name, words] : draft.words) {
    if (name != "text") out += fmt::format("     {} | ({})\n", mark, visible_line(name));
    for (const std::string& line : visible_lines(words)) out += fmt::format("     {} | {}\n", mark, line);
  }
  if (!draft.words.empty()) out += "\n";
  for (const auto& [name, value] : draft.fields)
    out += fmt::format("  {}: {}\n", visible_line(name), visible_line(value));
  out += fmt::format("  act: {}, desk {}, version {}, by {} at {}\n", visible_line(draft.act),
                     visible_line(draft.desk), draft.version, visible_line(draft.author),
                     utc_and_local(draft.time));
  out += "  " + standing_text(draft) + "\n" + releases_text(draft);
  if (!draft.remark.empty()) out += "  remark: " + visible_line(draft.remark) + "\n";
  std::string may;
  for (const std::string& one : draft.may) may += (may.empty() ? "" : ", ") + visible_line(one);
  if (!may.empty()) out += "  you may: " + may + "\n";
  return out + fmt::format("{}  {}\n{}\n", mark_of(draft, colour), what_it_is(draft), rule);
}

std::string drafts_text(const std::vector<DraftView>& drafts, bool colour) {
  if (drafts.empty()) return "No drafts.\n";
  std::string out;
  for (const DraftView& draft : drafts) {
    out += fmt::format("{}  {}  {}, {} by {} at {}\n     {}\n", draft.number, mark_of(draft, colour),
                       visible_line(draft.line_name), visible_line(draft.act), visible_line(draft.author),
                       utc_and_local(draft.time), standing_text(draft));
    if (draft.words.empty()) continue;
    std::string words = visible_line(draft.words.front().second);
    if (words.size() > kMostListed) {
      // Back to where a character begins.
      std::size_t end = kMostListed;
      while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xc0) == 0x80) --end;
      words = words.substr(0, end) + "…";
    }
    out += fmt::format("     {} | {}\n", class_text(draft.entry_class, draft.exercise, colour), words);
  }
  return out;
}

std::string emergency_text(const EmergencyView& emergency, bool colour) {
  const std::string rule(72, '!');
  return fmt::format("{}\n{}\n{}  {}  draft {} on line {}\nreleased by {} alone. Reason: {}\n{}\n", rule,
                     painted(colour, Paint::kBad, "EMERGENCY: ONE PERSON RELEASED WHAT NEEDS OTHERS"),
                     precedence_text(emergency.precedence, colour),
                     class_text(emergency.entry_class, emergency.exercise, colour), emergency.draft,
                     visible_line(emergency.line_name), visible_line(emergency.officer),
                     visible_line(emergency.reason), rule);
}

}  // namespace openline::cli
