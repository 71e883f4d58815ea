// SPDX-License-Identifier: Apache-2.0
#include "cli/entry_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/clock_text.h"
#include "cli/terminal.h"
#include "cli/traffic_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::string_view kNotInPerson = "not personally authenticated";

std::string upper(std::string_view text) {
  std::string out = visible_line(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

Paint paint_of_class(std::string_view entry_class) {
  if (entry_class == "live") return Paint::kLive;
  if (entry_class == "exercise") return Paint::kExercise;
  return entry_class == "test" ? Paint::kTest : Paint::kService;
}

std::string role_text(const std::string& role) {
  return role.empty() ? "a role not given" : visible_line(role);
}

std::string acknowledged_by(const std::string& role, bool authenticated) {
  return fmt::format("{} ({})", role_text(role), authenticated ? "authenticated in person" : kNotInPerson);
}

std::string indented(const std::string& text) { return "     " + text + "\n"; }

// The text, each line behind its class.
std::string body_text(const EntryView& entry, bool colour) {
  std::string out;
  const std::string mark = class_text(entry.entry_class, entry.exercise, colour);
  if (!entry.summary.empty()) out += indented(fmt::format("{} | {}", mark, entry.summary));
  if (entry.summary.empty()) {
    for (const std::string& line : visible_lines(entry.text))
      out += indented(fmt::format("{} | {}", mark, line));
  }
  for (const AttachedFile& file : entry.attachments) {
    out += indented(fmt::format("file \"{}\", {} bytes: openline attachment {} -o FILE",
                                visible_line(file.name), file.size, visible_line(file.hash)));
    if (file.arriving) out += indented("  " + arriving_text(*file.arriving));
    for (const WayView& way : file.on_the_way) out += indented("  " + file_way_text(way));
  }
  return out;
}

std::string receipts_text(const EntryView& entry) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (const std::string& party : entry.stored) add("stored by " + visible_line(party));
  for (const Receipt& one : entry.shown)
    add(fmt::format("shown to {} of {}", role_text(one.role), visible_line(one.by)));
  for (const Receipt& one : entry.acknowledged) {
    add(fmt::format("acknowledged for {} by {} at {}", visible_line(one.by),
                    acknowledged_by(one.role, one.authenticated), utc_and_local(one.time)));
  }
  for (const WayView& way : entry.on_the_way) add(entry_way_text(way));
  return out;
}

std::string marks_text(const EntryView& entry) {
  std::string out;
  if (entry.unconfirmed) out += indented("! unconfirmed: the handshake that carried it has not completed");
  for (const std::string& label : entry.labels) out += indented("! " + visible_line(label));
  return out;
}

std::string observation_text(const EntryView& entry) {
  std::string out = fmt::format("{} observes: {}", visible_line(entry.author), visible_line(entry.what));
  if (!entry.detail.empty()) out += fmt::format(" ({})", visible_line(entry.detail));
  if (!entry.since.empty()) out += " since " + utc_and_local(entry.since);
  return out + ", its own claim";
}

std::string heading(const EntryView& entry, bool colour) {
  std::string out = fmt::format("#{}  {}  {}  {}  {}", entry.serial, utc_and_local(entry.time),
                                painted(colour, Paint::kBold, visible_line(entry.author)),
                                precedence_text(entry.precedence, colour),
                                class_text(entry.entry_class, entry.exercise, colour));
  return out + fmt::format("  {}  {}", visible_line(entry.kind), short_id(entry.id));
}

}  // namespace

std::string short_id(std::string_view id) { return visible_line(id.substr(0, 8)); }

std::string precedence_text(std::string_view precedence, bool colour) {
  const std::string word = upper(precedence);
  if (precedence == "flash") return painted(colour, Paint::kFlash, word);
  if (precedence == "immediate") return painted(colour, Paint::kImmediate, word);
  return word;
}

std::string class_text(std::string_view entry_class, std::string_view exercise, bool colour) {
  std::string words = upper(entry_class);
  if (!exercise.empty()) words += " " + visible_line(exercise);
  return painted(colour, paint_of_class(entry_class), words);
}

bool is_for_officer(const EntryView& entry) {
  constexpr std::string_view kKinds[] = {"text", "contact request", "notice",   "visit", "visit act",
                                         "call", "readout",         "disregard"};
  return std::ranges::find(kKinds, entry.kind) != std::end(kKinds);
}

std::string act_text(const EntryView& entry) {
  const std::string& kind = entry.kind;
  if (!entry.summary.empty()) return entry.summary;
  if (kind == "shown") {
    std::string ids;
    for (const std::string& id : entry.entries) ids += (ids.empty() ? "" : ", ") + short_id(id);
    return fmt::format("shown to {}: {}", role_text(entry.role), ids);
  }
  if (kind == "acknowledged") {
    return fmt::format("{} acknowledged by {}", short_id(entry.entry),
                       acknowledged_by(entry.role, entry.authenticated));
  }
  if (kind == "test") return fmt::format("test {}, id {}", entry.number, short_id(entry.id));
  if (kind == "test answer") {
    return fmt::format("test {} answered by {}", short_id(entry.entry),
                       entry.role.empty() ? "the station" : visible_line(entry.role));
  }
  if (kind == "attendance")
    return entry.attended ? "desk attended by " + role_text(entry.role) : "desk no longer attended";
  if (kind == "suspend" || kind == "resume") return fmt::format("{}: {}", kind, visible_line(entry.reason));
  if (kind == "observation") return observation_text(entry);
  if (kind.starts_with("amendment")) {
    return fmt::format("{} {}{}{}", kind, short_id(entry.agreement), entry.reason.empty() ? "" : ": ",
                       visible_line(entry.reason));
  }
  return fmt::format("an entry of kind {}, which this program does not know ({} bytes)", entry.kind_number,
                     entry.body_size);
}

std::string entry_text(const EntryView& entry, bool colour) {
  std::string out = heading(entry, colour) + "\n";
  if (is_for_officer(entry)) {
    if (!entry.role.empty()) out += indented("from " + visible_line(entry.role));
    out += body_text(entry, colour);
    const std::string receipts = receipts_text(entry);
    if (!receipts.empty()) out += indented(painted(colour, Paint::kDim, receipts));
  } else {
    const bool is_drill = entry.entry_class == "exercise";
    const std::string mark = is_drill ? class_text(entry.entry_class, entry.exercise, colour) + " | " : "";
    out += indented(mark + act_text(entry));
  }
  return out + marks_text(entry);
}

std::string arrival_text(const EntryView& entry, bool colour) {
  const std::string rule(72, '=');
  std::string out = fmt::format("{}\n{}  {}  from {}", rule, precedence_text(entry.precedence, colour),
                                class_text(entry.entry_class, entry.exercise, colour),
                                painted(colour, Paint::kBold, visible_line(entry.author)));
  if (!entry.role.empty()) out += ", " + visible_line(entry.role);
  out += fmt::format("\n{}, line {}, id {}\n\n{}{}", utc_and_local(entry.time), visible_line(entry.line_name),
                     short_id(entry.id), body_text(entry, colour), marks_text(entry));
  return out + rule + "\n";
}

std::string left_text(std::int64_t left_s) {
  if (left_s >= 0) return span_text(Seconds(left_s)) + " left";
  return "overdue by " + span_text(Seconds(-left_s));
}

}  // namespace openline::cli
