// SPDX-License-Identifier: Apache-2.0
#include "cli/verify_view.h"

#include <fmt/format.h>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/json_text.h"
#include "cli/terminal.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string head_text(const VerifiedFile& file) {
  const Verification& found = file.found;
  if (found.head.agreements.empty()) return {};
  const Agreement& agreement = found.head.agreements.back().agreement;
  std::string out = fmt::format("  line {} ({}), {}", visible_line(agreement.name),
                                found.attested ? "attested" : "deniable",
                                counted(found.entries.size(), "entry", "entries"));
  if (!found.exporter_code.empty()) {
    out += fmt::format(", exported by {} at {}", visible_line(found.exporter_code),
                       utc_and_local(found.exported_at));
  }
  out += '\n';
  for (const Member& member : agreement.members) {
    out += fmt::format("  member {}, desk {}, root {}\n", visible_line(member.code),
                       visible_line(member.desk), member.party.text());
  }
  return out;
}

std::string verdict_text(const VerifiedFile& file, bool colour) {
  const Verification& found = file.found;
  if (!found.holds()) {
    return painted(colour, Paint::kBad,
                   fmt::format("DOES NOT HOLD: {}", counted(found.problems.size(), "problem", "problems")));
  }
  if (!found.attested) {
    return painted(colour, Paint::kWarn,
                   "WELL-FORMED, but not provable: this line is deniable, anybody could have written it");
  }
  return painted(colour, Paint::kGood, "HOLDS: everything that can be proven of it is proven");
}

}  // namespace

std::string publication_text(const Publication& found) {
  std::string out;
  for (const std::string& problem : found.problems) out += "PROBLEM: " + visible_line(problem) + "\n";
  if (!found.holds()) return out + "DOES NOT HOLD: this readout is not proven\n";
  const Header& header = found.readout.header;
  out += fmt::format("{} readout of {} on line {}, {}, by {}, {}{}\n", readout_mark_name(found.body.mark),
                     visible_line(found.author_code), visible_line(found.line),
                     visible_line(found.body.text.language), visible_line(found.body.role),
                     class_name(header.entry_class),
                     header.exercise.empty() ? "" : " " + visible_line(header.exercise));
  const std::string mark = class_text(class_name(header.entry_class), header.exercise, false);
  for (const std::string& line : visible_lines(found.body.text.text))
    out += fmt::format("     {} | {}\n", mark, line);
  out += fmt::format("  signed by its author    {}{}\n", visible_line(found.author_code),
                     found.revoked ? ", with a station that was revoked since" : "");
  for (const std::string& code : found.signed_by)
    out += "  signed by both          " + visible_line(code) + "\n";
  for (const std::string& code : found.untrusted)
    out += "  the file's own claim    signed by " + visible_line(code) + ", whose root was not given\n";
  if (found.body.mark == ReadoutMark::kAgreed && found.signed_by.empty())
    out += "  one side's claim        to be agreed: no signature of another party is proven\n";
  return out + "  not provable            when it was said, and that nothing else was\nHOLDS\n";
}

std::string publication_json(const Publication& found) {
  return json_object({{"good", found.holds()},
                      {"problems", found.problems},
                      {"line", found.line},
                      {"author", found.author_code},
                      {"id", found.readout.id.hex()},
                      {"class", class_name(found.readout.header.entry_class)},
                      {"exercise", found.readout.header.exercise},
                      {"mark", readout_mark_name(found.body.mark)},
                      {"language", found.body.text.language},
                      {"text", found.body.text.text},
                      {"signed_by", found.signed_by},
                      {"claimed_by", found.untrusted},
                      {"revoked", found.revoked}});
}

std::string verification_text(const VerifiedFile& file, bool colour) {
  const Verification& found = file.found;
  std::string out = fmt::format("{}\n{}", visible_line(file.name), head_text(file));
  if (!file.trusted_roots) {
    out += "  The root fingerprints are the file's own claim: give those that you trust with --root.\n";
  }
  if (!found.head.agreements.empty()) {
    for (const Claim& claim : claims_of(found)) {
      out += fmt::format("  {:<16}  {}\n", claim.standing, visible_line(claim.text));
    }
  }
  for (const std::string& fork : found.forks) {
    out += fmt::format("  {}  {}\n", painted(colour, Paint::kWarn, fmt::format("{:<16}", "fork")),
                       visible_line(fork));
  }
  for (const std::string& problem : found.problems) {
    out += fmt::format("  {}  {}\n", painted(colour, Paint::kBad, fmt::format("{:<16}", "PROBLEM")),
                       visible_line(problem));
  }
  return out + verdict_text(file, colour) + '\n';
}

std::string verification_json(const VerifiedFile& file) {
  const Verification& found = file.found;
  std::vector<std::string> claims, members;
  std::string line;
  if (!found.head.agreements.empty()) {
    for (const Claim& claim : claims_of(found)) {
      claims.push_back(json_object({{"standing", claim.standing}, {"text", claim.text}}));
    }
    const Agreement& agreement = found.head.agreements.back().agreement;
    line = agreement.name;
    for (const Member& member : agreement.members) {
      members.push_back(
          json_object({{"party", member.code}, {"root", member.party.text()}, {"desk", member.desk}}));
    }
  }
  return json_object({{"file", file.name},
                      {"holds", found.holds()},
                      {"provable", found.attested},
                      {"trusted_roots", file.trusted_roots},
                      {"line", line},
                      {"line_id", found.head.line.hex()},
                      {"members", RawJson{json_array(members)}},
                      {"entries", static_cast<std::int64_t>(found.entries.size())},
                      {"exporter", found.exporter_code},
                      {"problems", found.problems},
                      {"forks", found.forks},
                      {"claims", RawJson{json_array(claims)}}});
}

std::string comparison_text(const VerifiedFile& first, const VerifiedFile& second,
                            const Comparison& comparison, bool colour) {
  if (!comparison.identical) {
    return fmt::format("{}: {}\n", painted(colour, Paint::kBad, "DIFFERENT"),
                       visible_line(comparison.difference));
  }
  std::string out =
      fmt::format("{} at their common frontier: {}, digest {}\n", painted(colour, Paint::kGood, "IDENTICAL"),
                  counted(comparison.common, "entry", "entries"), comparison.digest.hex());
  for (const auto& [file, more] :
       {std::pair{&first, comparison.only_first}, {&second, comparison.only_second}}) {
    if (more > 0)
      out += fmt::format("  beyond it, {} has {}\n", visible_line(file->name),
                         counted(more, "entry", "entries"));
  }
  return out;
}

std::string comparison_json(const Comparison& comparison) {
  return json_object({{"identical", comparison.identical},
                      {"common", static_cast<std::int64_t>(comparison.common)},
                      {"digest", comparison.digest.hex()},
                      {"only_first", static_cast<std::int64_t>(comparison.only_first)},
                      {"only_second", static_cast<std::int64_t>(comparison.only_second)},
                      {"difference", comparison.difference}});
}

}  // namespace openline::cli
