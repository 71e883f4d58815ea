// SPDX-License-Identifier: Apache-2.0
// Brief messages: what a peer that has some of the record is sent, and what becomes of those that come
// (protocol.md section 9.13).
#include <algorithm>

#include "core/record/brief.h"
#include "core/station/state.h"
#include "core/wire/dictionary.h"

namespace openline {

// Nothing when the peer asked for whole messages, or four bytes do not name the line between us.
template <class Say>
std::optional<Bytes> Station::State::briefly(const LineState& line, const StationKey& peer, Say say) {
  const auto share = line.shares.find(peer);
  const auto wish = want_whole.find(peer);
  if (share == line.shares.end() || (wish != want_whole.end() && wish->second.stands)) return std::nullopt;
  const auto alike = std::ranges::count_if(lines, [&](const auto& other) {
    return prefix_of(other.first) == prefix_of(line.id) && other.second->shares.contains(peer);
  });
  if (alike != 1) return std::nullopt;
  const auto has = [&](ChainNumber number, Sequence sequence) {
    const Chain& chain = line.record.chains().at(number);
    return chain.author == peer || share->second.surely_has(chain, sequence);
  };
  const SignedLocator* theirs = parties.locator_of(peer);
  const bool packs =
      theirs != nullptr && std::ranges::count(theirs->locator.dictionaries, kDictionaryEdition) > 0;
  return say(BriefWriter{line.record, has, signing.key(), packs ? &packer : nullptr});
}

Bytes Station::State::message_of(const LineState& line, std::span<const Entry> run, const StationKey& peer) {
  auto brief = briefly(line, peer, [&](const BriefWriter& writer) { return writer.run(run); });
  if (!brief) return encode_message(run);
  return encode_message(BriefMessage{BriefMessage::Of::kRun, std::move(*brief)});
}

Bytes Station::State::message_of(const LineState& line, const SignedHeads& heads, const StationKey& peer) {
  auto brief = briefly(line, peer, [&](const BriefWriter& writer) { return writer.heads(heads); });
  if (!brief) return encode_message(heads);
  return encode_message(BriefMessage{BriefMessage::Of::kHeads, std::move(*brief)});
}

Bytes Station::State::message_of(const LineState& line, const SignedPresence& presence,
                                 const StationKey& peer) {
  auto brief = briefly(line, peer, [&](const BriefWriter& writer) { return writer.presence(presence); });
  if (!brief) return encode_message(presence);
  return encode_message(BriefMessage{BriefMessage::Of::kPresence, std::move(*brief)});
}

void Station::State::receive(const StationKey& peer, BriefMessage& brief, bool confirmed, Now now) {
  const Result<LinePrefix> prefix = line_of_brief(brief.elements);
  std::vector<LineState*> alike;
  for (const auto& [id, line] : lines) {
    if (prefix && prefix_of(id) == *prefix && line_shared_with(id, peer) != nullptr)
      alike.push_back(line.get());
  }
  if (!prefix || alike.size() > 1) {
    ++refused_objects;
    return;
  }
  bool unknown = alike.empty();
  const auto take = [&](auto read) {
    if (!read) {
      ++refused_objects;
    } else if (!*read) {
      unknown = true;
    } else {
      // Rebuilt from another record than the writer's, as after a fork that one of us has not seen: its
      // signature does not hold.
      unvouched = false;
      receive(peer, **read, confirmed, now);
      unknown = std::exchange(unvouched, false);
    }
  };
  if (!alike.empty()) {
    const BriefReader reader{alike.front()->record, alike.front()->id, peer};
    if (brief.of == BriefMessage::Of::kRun) take(reader.run(brief.elements));
    if (brief.of == BriefMessage::Of::kHeads) take(reader.heads(brief.elements));
    if (brief.of == BriefMessage::Of::kPresence) take(reader.presence(brief.elements));
  }
  if (!unknown || !confirmed) return;
  // Not once a session: a session does not begin at the same moment at both ends.
  const auto [asked, first] = asked_whole.try_emplace(peer, now.monotonic);
  if (!first && now.monotonic - asked->second < options.resend_after) return;
  asked->second = now.monotonic;
  links.send(peer, encode_message(WholeWanted{}), {.precedence = Precedence::kImmediate}, now);
}

void Station::State::receive(const StationKey& peer, WholeWanted&, bool confirmed, Now now) {
  if (!confirmed || want_whole[peer].stands) return;
  want_whole[peer] = {want_whole[peer].times + 1, true};
  for (auto& [id, line] : lines) {
    const auto share = line->shares.find(peer);
    if (share == line->shares.end()) continue;
    share->second.restarted(line->record, peer);
    if (const auto said = line->peer_heads.find(peer); said != line->peer_heads.end())
      share->second.learn(line->record, said->second.statement.heads, now);
    share->second.start_over();
    share->second.heads_due = true;
    share->second.touch(now);
    send_presence(*line, peer, now);
  }
  pump(peer, now);
}

}  // namespace openline
