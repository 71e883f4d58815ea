// SPDX-License-Identifier: Apache-2.0
// What peers send: each message is checked for being theirs to send before it changes anything.
#include <algorithm>
#include <set>

#include "core/station/state.h"

namespace openline {
namespace {

constexpr std::size_t kMaxRecalls = 32;  // at once

}  // namespace

void Station::State::take_events(Now now) {
  for (LinkEvent& event : links.take_events()) {
    std::visit([&](const auto& what) { take(what, now); }, event);
  }
}

void Station::State::take(const ObjectReceived& event, Now now) {
  // The store is behind: what is not taken is not receipted, and comes again.
  if (turn.uncommitted_bytes() > options.max_uncommitted) return;
  Result<Message> message = decode_message(event.object);
  if (!message) {
    ++refused_objects;
    return;
  }
  std::visit([&](auto& what) { receive(event.peer, what, event.confirmed, now); }, *message);
}

Hello Station::State::hello_to(const StationKey& peer, const Party& party) const {
  Hello hello;
  hello.own_edition = identity.own_card.cards.newest().edition;
  hello.own_locator = locator.locator.counter;
  hello.your_edition = party.cards.newest().edition;
  const SignedLocator* theirs = parties.locator_of(peer);
  hello.your_locator = theirs == nullptr ? 0 : theirs->locator.counter;
  hello.software = options.software;
  return hello;
}

void Station::State::take(const LinkOpened& event, Now now) {
  const Party* party = parties.party_of(event.peer);
  if (party == nullptr) return;
  open_links.insert(event.peer);
  want_whole.erase(event.peer);
  asked_whole.erase(event.peer);
  if (event.fresh) {  // nothing of either side is under way
    forget_cargo_given_up(event.peer, now);
    std::erase_if(sent_parts, [&](const SentPart& sent) { return sent.peer == event.peer; });
    for (auto& [hash, file] : wanted) {
      if (file.asked_of == event.peer) file.forget_asked();
    }
  }
  links.send(event.peer, encode_message(hello_to(event.peer, *party)), {.precedence = Precedence::kImmediate},
             now);
  for (const auto& [hash, proposal] : proposals.all()) send_proposal(proposal, event.peer, now);
  for (auto& [id, line] : lines) {
    const auto share = line->shares.find(event.peer);
    if (share == line->shares.end()) continue;
    // With a new epoch nothing of ours is under way: what the peer's heads lack is sent again.
    if (event.fresh) share->second.restarted(line->record, event.peer);
    if (event.fresh) share->second.heads_came = false;
    if (event.fresh && links.queued_before_bulk(event.peer) == 0) share->second.start_over();
    share->second.touch(now);
    share->second.passing.clear();  // it asks anew
    send_heads(*line, event.peer, now);
    send_presence(*line, event.peer, now);
    std::erase_if(line->unconfirmed, [&](const auto& entry) {
      if (entry.first != event.peer) return false;
      turn.change(entry.second, 32);
      return true;
    });
    if (std::exchange(line->silent[event.peer], false)) {
      observe(*line, Observation::kHeardAgain, parties.code_of(event.peer), std::nullopt, now);
    }
  }
  for (auto& [hash, wanted_file] : wanted) fetch(wanted_file, now);
  for (auto& [id, line] : lines) {
    ask_for_heads_later(*line, now);
    watch_paths(*line, now);
  }
  status_changed(std::nullopt);
}

void Station::State::take(const LinkClosed& event, Now now) {
  open_links.erase(event.peer);
  for (auto& [id, line] : lines) {
    if (!line->shares.contains(event.peer)) continue;
    line->far_desks[event.peer].line_lost();
    if (!std::exchange(line->silent[event.peer], true)) {
      observe(*line, Observation::kSilent, parties.code_of(event.peer), std::nullopt, now);
    }
  }
  for (auto& [id, line] : lines) {
    ask_for_heads_later(*line, now);
    watch_paths(*line, now);
  }
  status_changed(std::nullopt);
}

void Station::State::take(const PathChanged& event, Now now) {
  status_changed(std::nullopt);
  if (event.state == PathState::kUntried) return;
  // A path may reach a station at several addresses, as when both sides call each other: it is down when all
  // are.
  const std::optional<LinkStatus> link = links.status(event.peer);
  const bool up = link && std::any_of(link->paths.begin(), link->paths.end(), [&](const PathStatus& path) {
                    return path.path == event.path && path.state == PathState::kUp;
                  });
  for (auto& [id, line] : lines) {
    if (!line->shares.contains(event.peer)) continue;
    // The first time that a path works is no news for the record.
    const std::pair<StationKey, PathIndex> which{event.peer, event.path};
    if (up && line->downed_paths.erase(which) > 0) {
      observe(*line, Observation::kPathUp, event.name, std::nullopt, now);
    } else if (!up && line->downed_paths.insert(which).second) {
      observe(*line, Observation::kPathDown, event.name, std::nullopt, now);
    }
  }
}

void Station::State::take(const ObjectDelivered& event, Now now) {
  const auto sent = cargo.extract({event.peer, event.object});
  if (const auto* run = sent ? std::get_if<RunCargo>(&sent.mapped()) : nullptr) {
    const auto line = lines.find(run->line);
    if (line != lines.end() && line->second->shares.contains(event.peer)) {
      Share& share = line->second->shares.at(event.peer);
      share.delivered(run->chain, run->first, run->next);
      share.touch(now);  // its heads can follow from now on
    }
  }
  std::erase_if(sent_parts,
                [&](const SentPart& part) { return part.object == event.object && part.peer == event.peer; });
  pump(event.peer, now);
}

void Station::State::take(const LocatorLearned& event, Now now) {
  SignedLocator copy = event.locator;
  receive(event.locator.locator.station, copy, true, now);
}

void Station::State::receive(const StationKey& peer, Hello& hello, bool confirmed, Now now) {
  if (!confirmed) return;
  const CardChain& own = identity.own_card.cards;
  if (hello.your_edition < own.newest().edition) {
    CardsMessage cards;
    for (const SignedCard& edition : own.editions()) {
      if (edition.card.edition > hello.your_edition) cards.editions.push_back(edition);
    }
    links.send(peer, encode_message(cards), {.precedence = Precedence::kImmediate}, now);
  }
  if (hello.your_locator >= locator.locator.counter) {
    links.peer_has_locator(peer, locator.locator.counter);
    std::uint64_t& told = told_locators[peer];
    if (std::exchange(told, locator.locator.counter) != locator.locator.counter) {
      cbor::Encoder row;
      turn.put_state(row_key("told-locator", peer.hex()), row.number(told).take());
    }
  } else {
    links.send(peer, encode_message(locator), {.precedence = Precedence::kImmediate}, now);
  }
}

void Station::State::receive(const StationKey& peer, CardsMessage& cards, bool confirmed, Now now) {
  const std::optional<Fingerprint> fingerprint = parties.fingerprint_of(peer);
  Party* party = fingerprint ? parties.find(*fingerprint) : nullptr;
  if (!confirmed || party == nullptr) return;
  std::vector<SignedCard> editions = party->cards.editions();
  const std::uint32_t newest = party->cards.newest().edition;
  for (SignedCard& card : cards.editions) {
    if (card.card.edition > newest) editions.push_back(std::move(card));
  }
  const Result<CardChain> chain = CardChain::from(std::move(editions));
  if (!chain || !parties.accept(*chain)) {
    ++refused_objects;
    return;
  }
  turn.put_state(row_key("party", fingerprint->compact()), party->encode());
  set_peers_of(*fingerprint, now);
  after_commit(Output{StatusChanged{}}, now);
}

void Station::State::receive(const StationKey& peer, SignedLocator& theirs, bool, Now now) {
  const StationKey& station = theirs.locator.station;
  if (parties.fingerprint_of(station) != parties.fingerprint_of(peer)) return;
  if (!parties.take_locator(theirs)) return;
  turn.put_state(row_key("locator", station.hex()), theirs.encode());
  set_peer(station, now);
  // It need not announce what is durable here in first messages any more.
  const Party* party = parties.party_of(peer);
  if (station == peer && party != nullptr && is_open(peer))
    after_commit(
        SendMessage{peer, encode_message(hello_to(peer, *party)), {.precedence = Precedence::kImmediate}},
        now);
}

LineState* Station::State::line_shared_with(const LineId& id, const StationKey& peer) {
  const auto found = lines.find(id);
  if (found == lines.end()) return nullptr;
  const std::optional<Fingerprint> party = parties.fingerprint_of(peer);
  if (!party || found->second->agreement.in_force().agreement.member(*party) == nullptr) return nullptr;
  return found->second.get();
}

bool Station::State::may_author(const LineState& line, const StationKey& author) const {
  const std::optional<Fingerprint> party = parties.fingerprint_of(author);
  return party && line.agreement.in_force().agreement.member(*party) != nullptr;
}

void Station::State::receive(const StationKey& peer, Run& run, bool confirmed, Now now) {
  LineState* line = line_shared_with(run.line(), peer);
  if (line == nullptr || !may_author(*line, run.author())) {
    ++refused_objects;
    return;
  }
  if (line->record.holds(run)) {  // most repeats end here, before a signature is verified
    line->shares[peer].heads_due = true;
    return;
  }
  const bool own = run.author() == signing.key();
  // On a deniable line only their author's own session vouches for entries, but for ours that we lost
  // (section 13).
  const bool returned = own && line->stopped && !line->attested();
  const bool vouched =
      line->attested() ? run.signature_holds()
                       : (returned || parties.fingerprint_of(run.author()) == parties.fingerprint_of(peer)) &&
                             !run.entries.back().signature;
  unvouched = !vouched;
  if (!vouched || (own && run.entries.front().header.incarnation == incarnation)) {
    ++refused_objects;
    return;
  }
  const bool from_author = run.author() == peer;
  const Position last = run.entries.back().position();
  if (returned) {
    warn(*line, parties.code_of(peer) +
                    " gave back entries of ours that were lost here: nothing signed says that "
                    "they are as we wrote them");
  }
  offer(*line, std::move(run), !confirmed && !line->attested(), now);
  if (from_author) line->shares[peer].wrote(line->record, last);
}

void Station::State::offer(LineState& line, Run run, bool unconfirmed, Now now) {
  const bool flash = run.entries.back().header.precedence == Precedence::kFlash;
  const std::optional<Run> kept = flash || line.attested() ? std::optional(run) : std::nullopt;
  Offered offered = line.record.offer(std::move(run), next_chain);
  note_forks(line, offered);
  if (offered.outcome == Offered::Outcome::kDuplicate) {
    for (auto& [peer, share] : line.shares) share.heads_due = true;
  }
  if (offered.outcome == Offered::Outcome::kHeld && kept) {
    turn.put_state(row_key("held", number_key(line.group) + "/" + kept->entries.back().id.hex()),
                   Run::encode(kept->entries));
    line.heads_changed = line.news_changed = true;
    for (const Entry& entry : kept->entries) {
      if (entry.header.precedence == Precedence::kFlash)
        after_commit(Output{EntryAdded{line.id, {}, entry, false, false}}, now);
    }
  }
  if (offered.outcome == Offered::Outcome::kRefused) ++refused_objects;
  if (offered.outcome == Offered::Outcome::kPlaced) put_placed(line, offered, unconfirmed, now);
  for (Run& doubtful : offered.doubtful) recall(line, std::move(doubtful), unconfirmed);
}

// Its sender repeats what is not taken here.
void Station::State::recall(LineState& line, Run run, bool unconfirmed) {
  const std::optional<JointRecord::Place> from = line.record.doubt_about(run);
  if (!from || recalls.size() >= kMaxRecalls) return;
  const std::uint64_t read = next_read++;
  emit({ReadRuns{read, from->chain, from->sequence, 2 * kMaxRun, 128 << 10}});
  recalls.emplace(read, Recall{line.id, *from, std::move(run), unconfirmed});
}

void Station::State::recalled(Recall recall, const RunsRead& answer, Now now) {
  LineState& line = *lines.at(recall.line);
  if (answer.failure) {
    store_problem = *answer.failure;
    return status_changed(line.id);
  }
  if (answer.entries.empty()) return;  // not durable yet
  line.record.recall(recall.from.chain, answer.entries);
  offer(line, std::move(recall.run), recall.unconfirmed, now);
}

void Station::State::put_placed(LineState& line, const Offered& offered, bool unconfirmed, Now now) {
  line.heads_changed = line.news_changed = true;
  for (const EntryId& id : offered.released) {
    turn.erase_state(row_key("held", number_key(line.group) + "/" + id.hex()));
  }
  // All of them before what is said about them: one may name another that is not among its ancestors.
  std::uint64_t next = next_serial;
  for (const PlacedEntry& placed : offered.placed) {
    turn.change(PutEntry{{next_serial++}, placed.chain, placed.entry, unconfirmed},
                placed.entry.body.size() + 400);
  }
  put_numbers();
  // What is told is told by ascending serials, and `note` may write an entry of our own.
  Serial told{next};
  for (const PlacedEntry& placed : offered.placed) {
    const bool own = placed.entry.header.author == signing.key();
    after_commit(Output{EntryAdded{line.id, told, placed.entry, own, true}}, now);
    ++told.value;
  }
  for (const PlacedEntry& placed : offered.placed) {
    const Header& header = placed.entry.header;
    ++line.entries;
    line.flash_changed = line.flash_changed || header.precedence == Precedence::kFlash;
    if (unconfirmed) line.unconfirmed.push_back({header.author, {placed.chain, header.sequence}});
    note(line, placed, {next++}, now);
  }
  recognise(line, offered, now);
}

// Who had said that it has what came just now is not sent it.
void Station::State::recognise(LineState& line, const Offered& offered, Now now) {
  std::set<ChainNumber> chains;
  std::set<StationKey> forked;
  for (const PlacedEntry& placed : offered.placed) {
    const Header& header = placed.entry.header;
    chains.insert(placed.chain);
    if (header.origin && line.record.leaves_of(header.author) > 1) forked.insert(header.author);
  }
  for (auto& [peer, share] : line.shares) {
    const auto said = line.peer_heads.find(peer);
    if (said == line.peer_heads.end()) continue;
    const std::vector<Head>& heads = said->second.statement.heads;
    for (const ChainNumber chain : chains)
      share.recognise(line.record, line.record.chains().at(chain), heads);
    // Heads that named an incarnation we did not know seemed to cover all that its author wrote before. Now
    // we see what it goes on from.
    for (const StationKey& author : forked) share.learn_anew(line.record, author, heads, now);
  }
}

void Station::State::note_forks(LineState& line, const Offered& offered) {
  for (const Fork& fork : offered.forks) {
    const std::string what = fork.kind == Fork::Kind::kEquivocation
                                 ? " signed two different entries at one place: dishonesty or a stolen key ("
                                 : " wrote on from an older state: a restored backup or a copied disk (";
    if (!warn(line,
              parties.code_of(fork.author) + what + "entry " + fork.position.id.hex().substr(0, 12) + ")"))
      continue;
    for (auto& [peer, share] : line.shares)
      share.forget(line.record, line.record.chains_of(fork.position.incarnation));
  }
}

// False when that was said before.
bool Station::State::warn(LineState& line, std::string words) {
  if (std::find(line.forks.begin(), line.forks.end(), words) != line.forks.end()) return false;
  if (line.forks.size() < 32) line.forks.push_back(std::move(words));
  line.row_changed = true;
  return true;
}

// A peer whose store was restored from a backup counts from lower than it did; what it says now would be
// taken for old, and what it lost would never be sent again. It is shown its own heads, which say how far it
// had counted; on a deniable line these prove nothing, and the first of a link epoch are its newest. True:
// they are to be taken, whatever their counter.
bool Station::State::starts_over(LineState& line, const StationKey& peer, const SignedHeads& heads,
                                 const SignedHeads& held, Now now) {
  if (heads.signer != peer || std::exchange(line.shares[peer].heads_came, true)) return false;
  if (heads.statement.counter == held.statement.counter) return false;
  if (!line.attested()) return true;
  links.send(peer, encode_message(held), {.precedence = Precedence::kImmediate, .group = line.group}, now);
  return false;
}

// What we said before our store was restored.
void Station::State::own_heads_came(LineState& line, const SignedHeads& heads, Now now) {
  if (heads.statement.counter <= statement_counter) return;
  statement_counter = heads.statement.counter;
  put_numbers();
  line.statement.reset();
  for (auto& [peer, share] : line.shares) share.heads_due = true;
  if (line.stopped || !line.record.cites_unknown_of(signing.key(), heads.statement.heads)) return;
  line.stopped = true;
  line.row_changed = true;
  after_commit(Output{StatusChanged{line.id}}, now);
}

void Station::State::receive(const StationKey& peer, SignedHeads& heads, bool confirmed, Now now) {
  LineState* line = line_shared_with(heads.line, peer);
  if (line != nullptr && confirmed && heads.signer == signing.key() && line->attested() &&
      heads.signature_holds()) {
    unvouched = false;
    return own_heads_came(*line, heads, now);
  }
  // On attested lines others' heads may be passed on: their signature vouches for them.
  const bool vouched = line != nullptr && heads.signer != signing.key() && may_author(*line, heads.signer) &&
                       (line->attested() ? heads.signature_holds() : heads.signer == peer);
  unvouched = line != nullptr && !vouched;
  if (!vouched || !confirmed) {
    ++refused_objects;
    return;
  }
  const auto held = line->peer_heads.find(heads.signer);
  if (held != line->peer_heads.end() && held->second.statement.counter >= heads.statement.counter &&
      !starts_over(*line, peer, heads, held->second, now)) {
    // Said again, as after we started anew: it still has all that.
    if (heads.signer == peer && held->second.statement.counter == heads.statement.counter)
      line->shares[peer].learn(line->record, held->second.statement.heads, now);
    return;
  }
  if (heads.signer == peer) line->shares[peer].heads_came = true;
  const bool unknown = line->record.cites_unknown_of(signing.key(), heads.statement.heads);
  if (heads.signer != peer) line->heard_through.insert_or_assign(heads.signer, now.monotonic);
  Share& share = line->shares[heads.signer];
  if (held != line->peer_heads.end())
    share.fall_back(line->record, held->second.statement.heads, heads.statement.heads);
  const bool moved = share.learn(line->record, heads.statement.heads, now);
  if (const auto wish = want_whole.find(peer); moved && heads.signer == peer && wish != want_whole.end())
    wish->second.stands = wish->second.times >= WholeWish::kMostTimes;
  turn.put_state(row_key("heads", number_key(line->group) + "/" + heads.signer.hex()), heads.encode());
  if (held != line->peer_heads.end() && line->record.holds_all(held->second.statement.heads)) {
    line->proven_heads.insert_or_assign(heads.signer, held->second);
  }
  line->peer_heads.insert_or_assign(heads.signer, heads);
  if (unknown && !line->stopped) {
    line->stopped = true;
    line->row_changed = true;
    after_commit(Output{StatusChanged{line->id}}, now);
  }
  const auto& pending = line->tests.pending();
  if (pending && line->agreement.in_force().agreement.members.size() > 2) {
    const auto chains = line->record.chains_of(pending->position.incarnation);
    const bool all = std::all_of(line->shares.begin(), line->shares.end(), [&](const auto& item) {
      return chains.empty() || item.second.covered(chains.front()->number) > pending->position.sequence;
    });
    if (all && line->tests.answered(pending->id, line_now(now).wall)) line->row_changed = true;
  }
  pump(heads.signer, now);
}

void Station::State::receive(const StationKey& peer, SignedPresence& presence, bool confirmed, Now now) {
  LineState* line = line_shared_with(presence.line, peer);
  const bool vouched =
      line != nullptr && presence.signer == peer && (!line->attested() || presence.signature_holds());
  if (!vouched || !confirmed) return;
  if (line->far_desks[peer].take(presence.statement, now)) status_changed(line->id);
}

}  // namespace openline
