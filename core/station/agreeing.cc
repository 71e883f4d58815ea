// SPDX-License-Identifier: Apache-2.0
// Proposals that become lines when every member has signed.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

void Station::State::put_proposal(const Proposal& proposal) {
  turn.put_state(row_key("proposal", proposal.agreement.hash().hex()), proposal.encode());
}

void Station::State::send_proposal(const Proposal& proposal, const StationKey& peer, Now now) {
  const std::optional<Fingerprint> party = parties.fingerprint_of(peer);
  if (!party || proposal.agreement.agreement.member(*party) == nullptr) return;
  const SendOptions how{.precedence = Precedence::kImmediate};
  if (!proposal.agreement.signatures.empty()) {
    after_commit(
        SendMessage{peer, encode_message(proposal.agreement), how, AgreementCargo{proposal.agreement.hash()}},
        now);
  }
  for (const SignedRefusal& refusal : proposal.refusals) {
    if (parties.fingerprint_of(refusal.station) == own_party) {
      after_commit(SendMessage{peer, encode_message(refusal), how}, now);
    }
  }
}

void Station::State::send_proposal_to_members(const Proposal& proposal, Now now) {
  for (const Member& member : proposal.agreement.agreement.members) {
    if (member.party == own_party) continue;
    for (const StationKey& peer : parties.stations_of(member.party)) send_proposal(proposal, peer, now);
  }
}

JointRecordOptions Station::State::record_options(RecordMode mode) const {
  JointRecordOptions result;
  result.max_held_runs = options.max_held;
  result.max_branches = options.max_branches;
  result.whole_origins = mode == RecordMode::kAttested;
  return result;
}

LineState& Station::State::make_line(const SignedAgreement& agreement, Now now) {
  const LineId id{agreement.hash().value};
  auto fresh =
      std::make_unique<LineState>(id, next_group++, Amendments(agreement),
                                  record_options(agreement.agreement.record), options.max_open_items);
  LineState& line = *lines.emplace(id, std::move(fresh)).first->second;
  for (const StationKey& peer : peers_of(line)) line.shares.try_emplace(peer);
  ask_for_heads_later(line, now);
  watch_paths(line, now);
  line.tests.start(line_now(now), agreement.agreement.test_every, std::nullopt);
  put_numbers();
  put_line(line);
  return line;
}

bool Station::State::complete_proposal(const Hash& hash, Now now) {
  const Proposal* proposal = proposals.find(hash);
  if (proposal == nullptr || !missing_from(proposal->agreement, parties).empty()) return false;
  if (lines.size() >= options.max_lines) return false;
  // To those who may lack a signature: the whole agreement, before the line's own traffic.
  send_proposal_to_members(*proposal, now);
  LineState& line = make_line(proposal->agreement, now);
  proposals.erase(hash);
  turn.erase_state(row_key("proposal", hash.hex()));
  for (const auto& [peer, share] : line.shares) {
    if (is_open(peer)) send_presence(line, peer, now);
  }
  after_commit(Output{StatusChanged{line.id}}, now);
  return true;
}

void Station::State::receive(const StationKey& peer, SignedAgreement& agreement, bool, Now now) {
  const Hash hash = agreement.hash();
  const auto line = lines.find(LineId{hash.value});
  if (line != lines.end()) {
    // They still collect signatures: give them all.
    if (agreement.signatures.size() < line->second->agreement.history().front().signatures.size()) {
      links.send(peer, encode_message(line->second->agreement.history().front()),
                 {.precedence = Precedence::kImmediate}, now);
    }
    return;
  }
  const bool ours = agreement.agreement.member(own_party) != nullptr;
  if (!ours || agreement.agreement.predecessor) {
    ++refused_objects;
    return;
  }
  const Result<bool> merged = proposals.merge(agreement, parties);
  if (!merged) {
    ++refused_objects;
    return;
  }
  if (!*merged) return;
  put_proposal(*proposals.find(hash));
  after_commit(Output{StatusChanged{}}, now);
  complete_proposal(hash, now);
}

void Station::State::receive(const StationKey& peer, SignedRefusal& refusal, bool, Now now) {
  if (parties.fingerprint_of(refusal.station) != parties.fingerprint_of(peer)) return;
  if (!proposals.refuse(refusal, parties)) return;
  put_proposal(*proposals.find(refusal.refusal.agreement));
  after_commit(Output{StatusChanged{}}, now);
}

}  // namespace openline
