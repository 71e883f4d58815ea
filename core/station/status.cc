// SPDX-License-Identifier: Apache-2.0
// What the station can say of itself, in words where a person will read them.
#include <algorithm>

#include "core/record/attachment_tree.h"
#include "core/station/state.h"

namespace openline {
namespace {

std::string ago(WallTime then, WallTime now) {
  const auto seconds = std::chrono::duration_cast<Seconds>(now - then).count();
  return std::to_string(std::max<std::int64_t>(seconds, 0)) + " s ago";
}

std::string no_path_to(const MemberStatus& member, WallTime now) {
  std::string words = member.code + ": no path is up, ";
  words += member.last_heard ? "last heard " + ago(*member.last_heard, now) : "never heard";
  if (member.heard_through)
    words += "; news of it came through another member " + ago(*member.heard_through, now);
  return words;
}

std::string day_of(WallTime time) {
  const std::chrono::year_month_day day{
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Milliseconds>(time.time_since_epoch()))};
  char text[16];
  const auto pad = [&](std::size_t at, unsigned value, std::size_t width) {
    for (std::size_t digit = width; digit-- > 0; value /= 10)
      text[at + digit] = static_cast<char>('0' + value % 10);
  };
  pad(0, static_cast<unsigned>(static_cast<int>(day.year())), 4), text[4] = '-';
  pad(5, static_cast<unsigned>(day.month()), 2), text[7] = '-';
  pad(8, static_cast<unsigned>(day.day()), 2);
  return {text, 10};
}

}  // namespace

MemberStatus Station::State::member_status(const LineState& line, const Member& member, Now now) const {
  MemberStatus status;
  status.code = member.code;
  status.desk = member.desk;
  std::optional<MonotonicTime> heard, through;
  for (const StationKey& station : parties.stations_of(member.party)) {
    const std::optional<LinkStatus> link = links.status(station);
    if (link && link->last_heard) heard = std::max(heard.value_or(MonotonicTime::min()), *link->last_heard);
    status.reachable = status.reachable || (link && link->session);
    if (const auto desk = line.far_desks.find(station); desk != line.far_desks.end()) {
      if (const std::optional<bool> attended = desk->second.attended(now.monotonic)) {
        status.desk_state = *attended ? DeskState::kAttended : DeskState::kUnattended;
        status.desk_role = desk->second.role();
        status.desk_since = desk->second.since();
      }
    }
    if (const auto share = line.shares.find(station); share != line.shares.end()) {
      for (const auto& [number, chain] : line.record.chains()) {
        if (chain.author != signing.key()) continue;
        const std::uint64_t from = std::max(share->second.covered(number), chain.first).value;
        status.not_stored += chain.head.sequence.value + 1 - std::min(from, chain.head.sequence.value + 1);
      }
    }
    if (const auto news = line.heard_through.find(station); news != line.heard_through.end())
      through = std::max(through.value_or(MonotonicTime::min()), news->second);
    if (const auto heads = line.peer_heads.find(station); heads != line.peer_heads.end()) {
      status.heads = heads->second.statement.heads;
      status.heads_counter = heads->second.statement.counter;
    }
  }
  const auto by_our_clock = [&](MonotonicTime then) {
    return now.wall - std::chrono::duration_cast<Milliseconds>(now.monotonic - then);
  };
  if (heard) status.last_heard = by_our_clock(*heard);
  if (through) status.heard_through = by_our_clock(*through);
  return status;
}

namespace {

void add_conditions(LineStatus& status, const LineState& line,
                    const std::optional<std::string>& store_problem, WallTime wall) {
  for (const std::string& words : line.forks) status.conditions.push_back(words);
  for (const std::string& words : line.agreement.warnings()) status.conditions.push_back(words);
  if (line.stopped) {
    status.conditions.push_back(
        "writing is stopped: the other side cites an entry of ours that we do not hold");
  }
  for (const std::string& code : line.suspended_by) status.conditions.push_back(code + " suspended the line");
  const std::string& expires = line.agreement.in_force().agreement.expires;
  if (!expires.empty() && expires < day_of(wall))
    status.conditions.push_back("the agreement expired on " + expires);
  if (status.held_above_gap > 0) {
    status.conditions.push_back(std::to_string(status.held_above_gap) + " runs wait for earlier entries");
  }
  if (line.untracked > 0) status.conditions.push_back("more messages wait than are tracked");
  if (store_problem) status.conditions.push_back("our store does not take entries: " + *store_problem);
  if (line.tests.unanswered()) status.conditions.push_back("the last test was not answered in time");
}

}  // namespace

namespace {

// Names of the paths of which every address is down.
std::set<std::string> paths_down(const LinkStatus& link) {
  std::set<std::string> names;
  for (const PathStatus& path : link.paths) {
    if (path.state == PathState::kDown) names.insert(path.name);
  }
  for (const PathStatus& path : link.paths) {
    if (path.state == PathState::kUp) names.erase(path.name);
  }
  return names;
}

}  // namespace

LineStatus Station::State::line_status(const LineState& line, Now now) const {
  const Now clock = line_now(now);
  LineStatus status;
  status.line = line.id;
  status.agreement = line.agreement.in_force();
  status.agreement_hash = status.agreement.hash();
  status.own_desk = status.agreement.agreement.member(own_party)->desk;
  status.suspended = !line.suspended_by.empty();
  status.writing_stopped = line.stopped;
  status.own_desk_state = line.desk.attended() ? DeskState::kAttended : DeskState::kUnattended;
  status.own_desk_role = line.desk.role();
  status.entries = line.entries;
  status.held_above_gap = line.record.held_runs();
  status.test = {line.tests.last_sent,     line.tests.last_answered, line.tests.unanswered(),
                 line.tests.last_received, line.tests.count_sent,    line.tests.count_answered};
  for (const OpenMessage* item : line.open.all()) {
    const bool stored =
        item->own && std::all_of(line.shares.begin(), line.shares.end(), [&](const auto& share) {
          return share.second.covered(item->chain) > item->sequence;
        });
    status.open_items.push_back({Serial{item->serial}, item->id, parties.code_of(item->author),
                                 item->precedence, item->entry_class, item->time, item->own, item->shown,
                                 !item->own && item->acknowledged_by.contains(own_code), stored,
                                 std::chrono::duration_cast<Seconds>(item->deadline - clock.monotonic)});
  }
  for (const auto& [hash, pending] : line.agreement.pending()) {
    AgreementStatus amendment{pending.successor, hash, line.id, pending.signed_by, {}, pending.refused_by};
    for (const Member& member : pending.successor.agreement.members) {
      if (std::find(pending.signed_by.begin(), pending.signed_by.end(), member.code) ==
          pending.signed_by.end()) {
        amendment.waiting_for.push_back(member.code);
      }
    }
    status.amendments.push_back(std::move(amendment));
  }
  add_conditions(status, line, store_problem, clock.wall);

  bool all_attended = true, any_path_down = false;
  std::vector<std::string> silent, indirect, empty_desks, down;
  for (const Member& member : status.agreement.agreement.members) {
    if (member.party == own_party) continue;
    status.members.push_back(member_status(line, member, now));
    const MemberStatus& far = status.members.back();
    if (!far.reachable) {
      // Each member tests the line, so its news comes at least as often as that.
      const bool has_news =
          far.heard_through && now.wall - *far.heard_through <= status.agreement.agreement.test_every;
      (has_news ? indirect : silent).push_back(no_path_to(far, now.wall));
    }
    if (far.desk_state != DeskState::kAttended) {
      all_attended = false;
      empty_desks.push_back(far.code + (far.desk_state == DeskState::kUnattended
                                            ? ": the station is up, nobody is at the desk"
                                            : ": the desk is unknown"));
    }
    for (const StationKey& station : parties.stations_of(member.party)) {
      const std::optional<LinkStatus> link = links.status(station);
      if (!link) continue;
      for (const std::string& name : paths_down(*link)) {
        any_path_down = true;
        down.push_back("path " + name + " to " + far.code + " is down");
      }
    }
  }
  const auto join = [](const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
    return text;
  };
  if (!silent.empty()) {
    status.lamp = LineLamp::kSilent, status.reason = join(silent);
  } else if (any_path_down || !indirect.empty() || !status.conditions.empty()) {
    status.lamp = LineLamp::kDegraded;
    down.insert(down.begin(), indirect.begin(), indirect.end());
    down.insert(down.end(), status.conditions.begin(), status.conditions.end());
    status.reason = join(down);
  } else if (!all_attended) {
    status.lamp = LineLamp::kOpenUnattended, status.reason = join(empty_desks);
  } else {
    status.lamp = LineLamp::kOpenAttended, status.reason = "every path is up and the far desk is attended";
  }
  return status;
}

StationStatus Station::State::status(Now now) const {
  StationStatus status;
  status.station = signing.key();
  status.party = own_party;
  status.code = own_code;
  status.locator_counter = locator.locator.counter;
  status.commit = turn.durable();
  status.store_problem = store_problem;
  status.uncommitted_bytes = turn.uncommitted_bytes();
  status.demo_clock = options.demo_clock;
  status.clock_offset = clock_offset;
  status.counters = links.counters();
  status.refused_objects = refused_objects;
  for (const auto& [fingerprint, party] : parties.all()) {
    if (fingerprint == own_party) continue;
    const Card& card = party.cards.newest();
    PeerStatus peer{fingerprint, card.code, card.name, card.edition, {}, {}};
    for (const CardStation& station : card.stations) {
      std::optional<LinkStatus> link = links.status(station.key);
      if (!link) continue;
      peer.links.push_back(std::move(*link));
      peer.traffic.push_back(traffic_to(station.key, now));
    }
    status.peers.push_back(std::move(peer));
  }
  for (const auto& [id, line] : lines) status.lines.push_back(line_status(*line, now));
  for (const auto& [hash, proposal] : proposals.all()) {
    AgreementStatus item{proposal.agreement,
                         hash,
                         std::nullopt,
                         signers_of(proposal.agreement, parties),
                         missing_from(proposal.agreement, parties),
                         {}};
    for (const SignedRefusal& refusal : proposal.refusals) {
      item.refused_by.emplace_back(parties.code_of(refusal.station), refusal.refusal.reason);
    }
    status.proposals.push_back(std::move(item));
  }
  status.attachments = arriving(now);
  return status;
}

std::vector<AttachmentProgress> Station::State::arriving(Now now) const {
  std::vector<AttachmentProgress> files;
  for (const auto& [hash, file] : wanted) {
    const std::uint64_t parts = attachment_chunks(file.size) + 1;
    const std::uint64_t wanting = parts - std::min<std::uint64_t>(parts, file.held.size());
    files.push_back({file.line, hash, file.size, file.held.size(), parts,
                     std::min<std::uint64_t>(wanting * kAttachmentChunk, file.size),
                     file.pace.time_for(wanting, now.monotonic)});
  }
  return files;
}

namespace {

// A third party is shown statements about entries that the file has.
bool within(const std::vector<ChainOfLine>& chains, const SignedHeads& heads) {
  return std::all_of(heads.statement.heads.begin(), heads.statement.heads.end(), [&](const Head& head) {
    return std::any_of(chains.begin(), chains.end(), [&](const ChainOfLine& chain) {
      return chain.incarnation == head.position.incarnation && chain.closed >= head.position.sequence;
    });
  });
}

}  // namespace

std::optional<LineForExport> Station::State::for_export(const LineId& id) const {
  const auto found = lines.find(id);
  if (found == lines.end()) return std::nullopt;
  const LineState& line = *found->second;
  LineForExport result;
  result.head.line = id;
  result.head.agreements = line.agreement.history();
  for (const Member& member : line.agreement.in_force().agreement.members) {
    if (const Party* party = parties.find(member.party)) result.head.cards.push_back(party->cards);
  }
  result.attested = line.attested();
  result.own_heads = line.durable_heads;
  // Only what is durable: entries of a batch that is still on its way are not in the store.
  for (const auto& [number, chain] : line.record.chains()) {
    Sequence closed = chain.head.sequence;
    for (const Head& head : line.durable_heads) {
      if (head.position.incarnation == chain.incarnation) closed = std::min(closed, head.position.sequence);
    }
    result.chains.push_back({number, chain.author, chain.incarnation, chain.first, closed});
  }
  for (const auto& [signer, heads] : line.peer_heads) {
    const auto earlier = line.proven_heads.find(signer);
    if (within(result.chains, heads)) {
      result.peer_heads.push_back(heads);
    } else if (earlier != line.proven_heads.end() && within(result.chains, earlier->second)) {
      result.peer_heads.push_back(earlier->second);
    }
  }
  return result;
}

}  // namespace openline
