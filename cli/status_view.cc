// SPDX-License-Identifier: Apache-2.0
#include "cli/status_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/terminal.h"
#include "cli/traffic_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string time_or(const std::string& time, const char* otherwise) {
  return time.empty() ? otherwise : utc_and_local(time);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + visible_line(word);
  return out;
}

std::string member_text(const MemberView& member, bool colour) {
  std::string out = fmt::format("  {} desk {}: ", visible_line(member.code), visible_line(member.desk));
  out += member.reachable ? "reachable" : painted(colour, Paint::kBad, "NOT REACHABLE");
  out += fmt::format(", last heard {}\n    ", time_or(member.last_heard, "never"));
  if (member.desk_state == "attended") {
    out += fmt::format("attended by {} since {} (their clock)", visible_line(member.desk_role),
                       time_or(member.desk_since, "?"));
  } else if (member.desk_state == "unattended") {
    out += fmt::format("nobody at the desk since {} (their clock)", time_or(member.desk_since, "?"));
  } else {
    out += "not known whether anybody is at the desk";
    if (!member.desk_since.empty()) out += " since " + utc_and_local(member.desk_since);
  }
  if (member.not_stored > 0) {
    out += painted(colour, Paint::kWarn,
                   fmt::format("\n    {} of our entries not yet stored there", member.not_stored));
  }
  return out + "\n";
}

std::string waiting_text(const OpenItemView& item, bool colour) {
  std::string out = fmt::format("  {}  {}  {}  {}", item.own ? "WAITS FOR THEM" : "WAITS FOR US",
                                precedence_text(item.precedence, colour),
                                class_text(item.entry_class, "", colour), short_id(item.id));
  if (!item.own) out += " from " + visible_line(item.author);
  out += ", " + left_text(item.left_s);
  if (item.own)
    out += item.shown    ? ", shown to an officer"
           : item.stored ? ", stored there, not yet shown"
                         : ", not yet stored there";
  return out + "\n";
}

std::string test_text(const LineView& line, bool colour) {
  std::string out = fmt::format("  tests: {} sent, {} answered", line.tests_sent, line.tests_answered);
  if (line.test_every_s > 0)
    out += fmt::format(", one every {}", span_text(Seconds(static_cast<std::int64_t>(line.test_every_s))));
  out += fmt::format("; last sent {}, answered {}, received {}\n", time_or(line.test_last_sent, "never"),
                     time_or(line.test_last_answered, "never"), time_or(line.test_last_received, "never"));
  if (line.test_unanswered) out += painted(colour, Paint::kWarn, "  the last test is unanswered") + "\n";
  return out;
}

// How fast the path is and what waits for it; nothing where neither is known.
std::string load_text(const PathView& path) {
  std::string out;
  const auto add = [&](const std::string& words) { out += (out.empty() ? "      " : ", ") + words; };
  if (path.declared_rate) add(rate_text(*path.declared_rate) + " declared");
  if (path.measured_rate) add(rate_text(*path.measured_rate) + " measured");
  if (path.queued_bytes > 0)
    add(size_text(path.queued_bytes) + " waiting" +
        (path.queue_s ? ", gone in " + about_text(*path.queue_s) : ""));
  if (path.repeat_budget_used)
    add(fmt::format("{:.0f} % of its budget of repeats used", *path.repeat_budget_used * 100));
  return out.empty() ? out : out + "\n";
}

std::string path_text(const PathView& path, bool colour) {
  const Paint paint = path.state == "up" ? Paint::kGood : path.state == "down" ? Paint::kBad : Paint::kWarn;
  std::string out = fmt::format("    path {} to {}: {}", visible_line(path.path), visible_line(path.remote),
                                painted(colour, paint, visible_line(path.state)));
  if (!path.since.empty()) out += " since " + utc_and_local(path.since);
  out += ", last heard " + time_or(path.last_heard, "never");
  if (path.round_trip_ms) out += fmt::format(", round trip {:.1f} ms", *path.round_trip_ms);
  out += fmt::format(", loss {:.1f} %, down is noticed within {}\n", path.loss * 100,
                     span_text(Seconds(static_cast<std::int64_t>((path.detection_ms + 999) / 1000))));
  return out + load_text(path);
}

std::string link_text(const LinkView& link, const std::string& code, bool colour) {
  std::string out = fmt::format("  station {}: {}, last heard {}\n", short_id(link.station),
                                link.session ? "session open" : painted(colour, Paint::kBad, "no session"),
                                time_or(link.last_heard, "never"));
  out += link.courier_key ? "    protected by a courier key\n" : "    no courier key\n";
  if (link.suspect_courier_key) {
    out += painted(colour, Paint::kWarn,
                   "    not authenticated: their courier key differs, or the packets are damaged") +
           "\n";
  }
  if (!link.closing.empty()) out += fmt::format("    its last words: {}\n", visible_line(link.closing));
  for (const PathView& path : link.paths) out += path_text(path, colour);
  return out + on_the_way_text(link, code, colour);
}

std::string own_path_text(const OwnPathView& path, bool colour) {
  std::string out = fmt::format("Path {} ({}, listens on {}): ", visible_line(path.name),
                                visible_line(path.kind), visible_line(path.listen));
  out += path.usable ? "usable" : painted(colour, Paint::kBad, "NOT USABLE");
  if (!path.problem.empty()) out += ": " + visible_line(path.problem);
  return out + "\n";
}

std::string console_text(const ConsoleView& console, bool colour) {
  if (console.url.empty() && console.problem.empty()) return "";
  // One that is not offered has no address.
  std::string out = console.url.empty() ? "Console: " : "Console " + visible_line(console.url) + ": ";
  out += console.problem.empty()
             ? "offered"
             : painted(colour, Paint::kBad, "NOT OFFERED") + ": " + visible_line(console.problem);
  if (!console.certificate.empty()) {
    out += "\n  its certificate, SHA-256: " + visible_line(console.certificate) +
           "\n  Compare it with what the browser shows before the first password.";
  }
  return out + "\n";
}

}  // namespace

std::string lamp_text(const LineView& line, bool colour) {
  if (line.lamp == "open-attended") return painted(colour, Paint::kGood, "OPEN, their desk attended");
  if (line.lamp == "open-unattended")
    return painted(colour, Paint::kWarn, "OPEN, nobody known at their desk");
  if (line.lamp == "degraded") return painted(colour, Paint::kWarn, "DEGRADED");
  return painted(colour, Paint::kBad, "SILENT");
}

std::string line_text(const LineView& line, bool colour) {
  std::string out = fmt::format("Line {}  {}\n  {}\n", painted(colour, Paint::kBold, visible_line(line.name)),
                                lamp_text(line, colour), visible_line(line.reason));
  for (const std::string& condition : line.conditions) {
    out += painted(colour, Paint::kWarn, "  ! " + visible_line(condition)) + "\n";
  }
  out += fmt::format(
      "  our desk {}: {}\n", visible_line(line.own_desk),
      line.own_state == "attended" ? "attended by " + visible_line(line.own_role) : "nobody attends");
  for (const MemberView& member : line.members) out += member_text(member, colour);
  for (const OpenItemView& item : line.open_items) out += waiting_text(item, colour);
  out += test_text(line, colour);
  out += fmt::format("  {} entries, {} record, agreement {}\n", line.entries, visible_line(line.record),
                     short_id(line.agreement));
  if (line.held_above_gap > 0)
    out += fmt::format("  {} entries held while earlier ones are on the way\n", line.held_above_gap);
  for (const AgreementView& amendment : line.amendments) {
    out += fmt::format("  amendment {} proposed; waits for {}\n", short_id(amendment.hash),
                       joined(amendment.waiting_for));
  }
  return out;
}

std::string status_text(const StatusView& status, bool colour) {
  std::string out =
      fmt::format("Station of {} \"{}\", {}\n", painted(colour, Paint::kBold, visible_line(status.code)),
                  visible_line(status.name), utc_and_local(status.time));
  if (!status.store_problem.empty()) {
    out += painted(colour, Paint::kBad, "STORE: " + visible_line(status.store_problem)) +
           "\n  Nothing new is taken until this is mended; what is on record is safe.\n";
  }
  if (status.demo_offset_s) {
    out += painted(colour, Paint::kWarn,
                   fmt::format("DEMONSTRATION CLOCK: lines' clocks are {} s ahead", *status.demo_offset_s)) +
           "\n";
  }
  for (const OwnPathView& path : status.paths) out += own_path_text(path, colour);
  out += console_text(status.console, colour);
  for (const PeerView& peer : status.peers) {
    out += fmt::format("\nParty {} \"{}\", card edition {}\n", visible_line(peer.code),
                       visible_line(peer.name), peer.card_edition);
    for (const LinkView& link : peer.links) out += link_text(link, peer.code, colour);
  }
  for (const LineView& line : status.lines) out += "\n" + line_text(line, colour);
  for (const AgreementView& proposal : status.proposals) {
    out += fmt::format("\nProposed line {} ({}): signed by {}; waits for {}\n", visible_line(proposal.name),
                       short_id(proposal.hash), joined(proposal.signed_by), joined(proposal.waiting_for));
    for (const auto& [party, reason] : proposal.refused_by) {
      out += fmt::format("  refused by {}: {}\n", visible_line(party), visible_line(reason));
    }
  }
  for (const ArrivingView& file : status.attachments)
    out += fmt::format("\nFile {} is arriving: {}\n", short_id(file.hash), arriving_text(file));
  if (status.lines.empty() && status.proposals.empty())
    out += "\nNo line yet: `openline agree AGREEMENT.toml` proposes one.\n";
  return out;
}

std::string inbox_text(const InboxView& inbox, bool colour) {
  std::string out;
  for (const auto& [heading, items] :
       {std::pair{"Waits for us", &inbox.for_us}, {"Waits for them", &inbox.for_them}}) {
    out += fmt::format("{}{}: {}\n", out.empty() ? "" : "\n", heading,
                       items->empty() ? "nothing" : std::to_string(items->size()));
    for (const OpenItemView& item : *items) {
      out += fmt::format("{}  line {}\n", left_text(item.left_s), visible_line(item.line_name));
      if (item.entry) out += entry_text(*item.entry, colour);
    }
  }
  if (inbox.more) out += "There are more: answer the most urgent first.\n";
  return out;
}

std::string agreement_text(const AgreementView& agreement) {
  std::string out = fmt::format("# {} \"{}\"\n# hash {}\n",
                                agreement.state == "in_force"    ? "Agreement in force"
                                : agreement.state == "amendment" ? "Proposed amendment"
                                                                 : "Proposed agreement",
                                visible_line(agreement.name), visible_line(agreement.hash));
  if (!agreement.line.empty()) out += fmt::format("# line {}\n", visible_line(agreement.line));
  out +=
      fmt::format("# signed by {}\n", agreement.signed_by.empty() ? "nobody" : joined(agreement.signed_by));
  if (!agreement.waiting_for.empty()) out += fmt::format("# waits for {}\n", joined(agreement.waiting_for));
  for (const auto& [party, reason] : agreement.refused_by) {
    out += fmt::format("# refused by {}: {}\n", visible_line(party), visible_line(reason));
  }
  for (const std::string& line : visible_lines(agreement.toml)) out += line + "\n";
  return out;
}

ExitCode worst_lamp(const StatusView& status) {
  ExitCode worst = ExitCode::kOk;
  for (const LineView& line : status.lines) {
    const ExitCode code = line.lamp == "open-attended"     ? ExitCode::kOk
                          : line.lamp == "open-unattended" ? ExitCode::kUnattended
                          : line.lamp == "degraded"        ? ExitCode::kDegraded
                                                           : ExitCode::kSilent;
    worst = std::max(worst, code);
  }
  return worst;
}

}  // namespace openline::cli
