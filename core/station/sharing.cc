// SPDX-License-Identifier: Apache-2.0
// What peers are sent of a line: new entries at once, what their heads lack, our heads and presence.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

std::vector<StationKey> Station::State::peers_of(const LineState& line) const {
  std::vector<StationKey> peers;
  for (const Member& member : line.agreement.in_force().agreement.members) {
    if (member.party == own_party) continue;
    for (const StationKey& station : parties.stations_of(member.party)) peers.push_back(station);
  }
  return peers;
}

bool Station::State::is_open(const StationKey& peer) const { return open_links.contains(peer); }

std::uint64_t Station::State::next_statement(WallTime wall) {
  const auto clock = static_cast<std::uint64_t>(std::max<std::int64_t>(wall.time_since_epoch().count(), 0));
  statement_counter = std::max(statement_counter + 1, clock);
  return statement_counter;
}

// A run that still waits for its turn takes the next along: one packet, one signature, where a link is slow.
bool Station::State::send_with_waiting(LineState& line, ChainNumber chain, std::span<const Entry> entries,
                                       Precedence precedence, const StationKey& peer) {
  Share& share = line.shares.at(peer);
  const auto found = share.waiting.find(chain);
  if (found == share.waiting.end()) return false;
  Share::Waiting& waiting = found->second;
  const Header &last = waiting.entries.back().header, &first = entries.front().header;
  if (waiting.precedence != precedence || last.sequence.next() != first.sequence) return false;
  if (waiting.entries.size() + entries.size() > kMaxRun) return false;
  // A run is placed when all that it names is: one that names what was written after its own first entries
  // would wait for what waits for it.
  if (!std::ranges::all_of(entries, [](const Entry& entry) { return entry.header.parents.empty(); }))
    return false;
  std::vector<Entry> both = waiting.entries;
  both.insert(both.end(), entries.begin(), entries.end());
  Bytes message = message_of(line, both, peer);
  if (message.size() > links.object_room(peer) || !links.replace(peer, waiting.object, std::move(message)))
    return false;
  auto& waits = std::get<RunCargo>(cargo.at({peer, waiting.object}));
  waits.next = entries.back().header.sequence.next();
  for (const Entry& entry : entries) waits.entries.push_back(entry.id);
  waiting.entries = std::move(both);
  return true;
}

void Station::State::send_run(LineState& line, ChainNumber chain, std::span<const Entry> entries,
                              const StationKey& peer, Now now) {
  Precedence most = Precedence::kRoutine;
  for (const Entry& entry : entries) most = std::max(most, entry.header.precedence);
  if (send_with_waiting(line, chain, entries, most, peer)) return;
  Bytes message = message_of(line, entries, peer);
  const bool is_short = message.size() < links.object_room(peer);
  const auto object = links.send(peer, std::move(message), {.precedence = most, .group = line.group}, now);
  Share& share = line.shares.at(peer);
  share.waiting.erase(chain);
  if (!object) return;
  RunCargo run{line.id, chain, entries.front().header.sequence, entries.back().header.sequence.next(), {}};
  for (const Entry& entry : entries) run.entries.push_back(entry.id);
  remember_cargo(peer, object, std::move(run));
  if (is_short) share.waiting[chain] = {*object, most, {entries.begin(), entries.end()}};
}

void Station::State::push(const PushRun& run, Now now) {
  LineState& line = *lines.at(run.line);
  const Chain& chain = line.record.chains().at(run.chain);
  const Sequence first = run.entries.front().header.sequence;
  for (auto& [peer, share] : line.shares) {
    if (share.next_to_send(chain) != first) continue;  // it is behind: the record is read for it
    const bool urgent = run.entries.back().header.precedence == Precedence::kFlash;
    if (!urgent && links.queued_before_bulk(peer) >= options.send_ahead) continue;
    send_run(line, run.chain, run.entries, peer, now);
    share.sent_up_to(run.chain, run.entries.back().header.sequence.next());
    share.touch(now);
  }
}

// How long heads that say what became of something sent may take: on a slow path longer than usual.
Microseconds Station::State::patience_with(const StationKey& peer, Microseconds usual) const {
  constexpr std::uint64_t kBytes = 400;  // each way: what is under way before it, and the heads
  const std::optional<LinkStatus> link = links.status(peer);
  Microseconds least = Microseconds::max();
  for (const PathStatus& path : link ? link->paths : std::vector<PathStatus>{}) {
    if (path.state != PathState::kUp || !path.round_trip) continue;
    Microseconds patience = 2 * *path.round_trip;
    if (path.declared_rate)
      patience += Microseconds{static_cast<std::int64_t>(2 * kBytes * 1'000'000 / *path.declared_rate)};
    least = std::min(least, patience);
  }
  return least == Microseconds::max() ? usual : std::max(usual, least);
}

bool Station::State::may_send(const LineState& line, const Chain& chain, const StationKey& peer, Share& share,
                              Now now) const {
  if (share.next_to_send(chain) > chain.head.sequence) return false;
  if (chain.author == signing.key()) return true;
  if (!line.attested() && chain.author != peer) return false;  // its own, that it may have lost
  // What it wrote since it started it has: its heads say so later.
  const Microseconds patience = share.writes(chain.number) ? Microseconds{2 * options.own_heads_delay}
                                                           : Microseconds{options.relay_delay};
  const Microseconds lacking = now.monotonic - share.lacking_since(chain, now);
  return lacking >= patience && is_open(peer) && lacking >= patience_with(peer, patience);
}

bool Station::State::pump_line(LineState& line, const StationKey& peer, Now now) {
  const auto found = line.shares.find(peer);
  if (found == line.shares.end() || found->second.reading) return false;
  Share& share = found->second;
  const std::set<ChainNumber>& chains = share.lagging(line.record);
  // Chains take turns, so that a record with several authors is sent roughly in the order of its ancestry.
  auto at = chains.upper_bound(share.last_read);
  for (std::size_t left = chains.size(); left > 0; --left, ++at) {
    if (at == chains.end()) at = chains.begin();
    const Chain& chain = line.record.chains().at(*at);
    if (!may_send(line, chain, peer, share, now)) continue;
    const std::uint64_t read = next_read++;
    share.reading = read;
    share.last_read = chain.number;
    reads[read] = {line.id, peer};
    emit({ReadRuns{read, chain.number, share.next_to_send(chain), 64, 128 << 10}});
    return true;
  }
  return false;
}

void Station::State::pump(const StationKey& peer, Now now) {
  if (!is_open(peer) || links.queued_before_bulk(peer) >= options.send_ahead) return;
  for (auto& [id, line] : lines) pump_line(*line, peer, now);
}

void Station::State::runs_read(RunsRead answer, Now now) {
  if (const auto doubtful = recalls.extract(answer.read))
    return recalled(std::move(doubtful.mapped()), answer, now);
  const auto asked = reads.find(answer.read);
  OPENLINE_ASSERT(asked != reads.end());
  const auto [id, peer] = asked->second;
  reads.erase(asked);
  LineState& line = *lines.at(id);
  const auto found = line.shares.find(peer);
  if (found == line.shares.end()) return;
  Share& share = found->second;
  share.reading.reset();
  if (answer.failure) {
    store_problem = *answer.failure;
    return status_changed(line.id);
  }
  if (answer.entries.empty()) return;  // not durable yet: its own commit pushes it
  const auto chain = line.record.chains().find(share.last_read);
  OPENLINE_ASSERT(chain != line.record.chains().end());
  share.touch(now);
  std::size_t start = 0;
  for (std::size_t at = 0; at < answer.entries.size(); ++at) {
    // Two unsigned runs of several entries that name others' might each wait for the other.
    const bool ends = line.attested() ? answer.entries[at].signature.has_value()
                                      : at + 1 - start == kMaxRun || at + 1 == answer.entries.size() ||
                                            !answer.entries[at + 1].header.parents.empty();
    if (!ends) continue;
    const std::span<const Entry> run(answer.entries.data() + start, at + 1 - start);
    start = at + 1;
    // What was not durable when it was asked for may be by now, and then its commit has sent it.
    if (run.back().header.sequence < share.next_to_send(chain->second)) continue;
    send_run(line, share.last_read, run, peer, now);
    share.sent_up_to(share.last_read, run.back().header.sequence.next());
  }
  pump(peer, now);
}

void Station::State::send_heads(LineState& line, const StationKey& peer, Now now) {
  Share& share = line.shares[peer];
  if (!line.statement) {
    Heads heads;
    heads.counter = next_statement(line_now(now).wall);
    heads.heads = line.durable_heads;
    heads.held = line.record.held_ids();
    line.statement = SignedHeads::make(line.id, heads, signing, line.attested());
  }
  const Precedence precedence = share.flash_heads ? Precedence::kFlash : Precedence::kImmediate;
  links.send(peer, message_of(line, *line.statement, peer),
             {.precedence = precedence, .group = line.group, .supersedes_key = std::uint64_t{line.group} * 2},
             now);
  share.heads_due = share.flash_heads = false;
  share.heads_sent = now.monotonic;
  share.own_heads_due = kNever;
}

void Station::State::make_presence(LineState& line, Now now) {
  Presence presence;
  presence.counter = next_statement(line_now(now).wall);
  presence.attended = line.desk.attended();
  presence.role = line.desk.role();
  presence.lease = options.presence_lease;
  presence.since = std::max(line.desk.since(), WallTime{});
  line.presence = SignedPresence::make(line.id, presence, signing, line.attested());
  line.presence_renewal = now.monotonic + options.presence_lease / 2;
}

void Station::State::send_presence(LineState& line, const StationKey& peer, Now now) {
  if (!line.presence) make_presence(line, now);
  links.send(peer, message_of(line, *line.presence, peer),
             {.precedence = Precedence::kImmediate,
              .group = line.group,
              .supersedes_key = std::uint64_t{line.group} * 2 + 1},
             now);
}

void Station::State::share_timers(LineState& line, Now now) {
  if (now.monotonic >= line.ask_heads) ask_for_heads(line, now);
  for (auto& [peer, share] : line.shares) {
    if (!is_open(peer)) continue;
    if (now.monotonic >= share.own_heads_due) share.heads_due = true;
    if (share.heads_due && now.monotonic >= share.heads_sent + options.heads_interval)
      send_heads(line, peer, now);
    if (now.monotonic >= share.passed + options.heads_interval && has_heads_to_pass(line, share))
      pass_heads(line, peer, share, now);
    if (links.queued_before_bulk(peer) == 0 &&
        share.is_stuck(line.record, now.monotonic, options.resend_after) &&
        share.is_stuck(line.record, now.monotonic, patience_with(peer, options.resend_after))) {
      share.go_back();
      share.touch(now);
    }
    if (!share.reading && links.queued_before_bulk(peer) < options.send_ahead) pump_line(line, peer, now);
  }
  if (line.desk.attended() && now.monotonic >= line.presence_renewal) {
    make_presence(line, now);
    for (auto& [peer, share] : line.shares) {
      if (is_open(peer)) send_presence(line, peer, now);
    }
  }
}

MonotonicTime Station::State::next_share_timeout(const LineState& line) const {
  MonotonicTime next = std::min(line.desk.attended() ? line.presence_renewal : kNever, line.ask_heads);
  for (const auto& [peer, share] : line.shares) {
    if (!is_open(peer)) continue;
    if (has_heads_to_pass(line, share)) next = std::min(next, share.passed + options.heads_interval);
    next = std::min(next, share.own_heads_due);
    if (share.heads_due) next = std::min(next, share.heads_sent + options.heads_interval);
    if (share.is_behind(line.record)) next = std::min(next, last_now + options.relay_delay / 4);
  }
  return next;
}

}  // namespace openline
