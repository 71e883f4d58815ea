// SPDX-License-Identifier: Apache-2.0
// Heads of members that a peer has no session with, on attested lines (protocol.md section 10). They are
// signed, so anyone may carry them; they are carried only to who asks, so that a line whose members all reach
// each other carries none.
#include <algorithm>

#include "core/station/state.h"

namespace openline {
namespace {

// Values that no other message of the link supersedes: the line's own heads and presence have smaller ones.
std::uint64_t supersedes_key(const LineState& line, std::size_t place) {
  return std::uint64_t{1} << 62 | std::uint64_t{line.group} << 16 | place;
}

}  // namespace

void Station::State::ask_for_heads_later(LineState& line, Now now) {
  if (line.attested() && line.shares.size() > 1) line.ask_heads = now.monotonic + options.relay_delay;
}

void Station::State::ask_for_heads(LineState& line, Now now) {
  HeadsWanted asked{line.id, {}};
  for (const auto& [station, share] : line.shares) {
    if (!is_open(station) && asked.signers.size() < HeadsWanted::kMaxSigners)
      asked.signers.push_back(station);
  }
  // Again at the line's own pace: whom we ask may not have had the line yet.
  line.ask_heads =
      asked.signers.empty() ? kNever : now.monotonic + line.agreement.in_force().agreement.test_every;
  for (const auto& [peer, share] : line.shares) {
    if (!is_open(peer)) continue;
    links.send(peer, encode_message(asked),
               {.precedence = Precedence::kRoutine,
                .group = line.group,
                .supersedes_key = supersedes_key(line, HeadsWanted::kMaxSigners)},
               now);
  }
}

void Station::State::receive(const StationKey& peer, HeadsWanted& asked, bool confirmed, Now) {
  LineState* line = line_shared_with(asked.line, peer);
  if (line == nullptr || !confirmed || !line->attested()) {
    ++refused_objects;
    return;
  }
  std::vector<Share::Passing> passing;
  for (const StationKey& signer : asked.signers) {
    if (signer != peer && signer != signing.key() && may_author(*line, signer))
      passing.push_back({signer, 0});
  }
  line->shares[peer].passing = std::move(passing);
}

bool Station::State::has_heads_to_pass(const LineState& line, const Share& share) const {
  return std::any_of(share.passing.begin(), share.passing.end(), [&](const Share::Passing& one) {
    const auto held = line.peer_heads.find(one.signer);
    return held != line.peer_heads.end() && held->second.statement.counter > one.counter;
  });
}

void Station::State::pass_heads(LineState& line, const StationKey& peer, Share& share, Now now) {
  for (std::size_t at = 0; at < share.passing.size(); ++at) {
    Share::Passing& one = share.passing[at];
    const auto held = line.peer_heads.find(one.signer);
    if (held == line.peer_heads.end() || held->second.statement.counter <= one.counter) continue;
    one.counter = held->second.statement.counter;
    links.send(peer, encode_message(held->second),
               {.precedence = Precedence::kImmediate,
                .group = line.group,
                .supersedes_key = supersedes_key(line, at)},
               now);
  }
  share.passed = now.monotonic;
}

}  // namespace openline
