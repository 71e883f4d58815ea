// SPDX-License-Identifier: Apache-2.0
// What officers and engineers ask. Each is checked whole before anything changes.
#include <algorithm>

#include "core/station/state.h"

namespace openline {
namespace {

constexpr std::size_t kMaxText = 60000, kMaxReason = 1000, kMaxTerminals = 64;

std::string check_texts(const SendText& command) {
  if (command.text.text.empty() && command.text.attachments.empty()) return "the message is empty";
  if (command.text.text.size() > kMaxText) return "the text is longer than 60,000 bytes: attach it as a file";
  if (!cbor::is_utf8(view_of(command.text.text))) return "the text is not valid UTF-8";
  if (!cbor::is_utf8(view_of(command.exercise))) return "the exercise's name is not valid UTF-8";
  if (!cbor::is_utf8(view_of(command.text.role)) || command.text.role.size() > kMaxRole)
    return "the role is too long";
  if (command.text.attachments.size() > 16) return "at most 16 files can be attached";
  if (command.entry_class == Class::kExercise &&
      (command.exercise.empty() || command.exercise.size() > kMaxExercise)) {
    return "an exercise message must name its exercise, in at most 64 bytes";
  }
  if (command.entry_class != Class::kExercise && !command.exercise.empty()) {
    return "only an exercise message names an exercise";
  }
  return {};
}

bool is_role(const std::string& role) {
  return !role.empty() && role.size() <= kMaxRole && cbor::is_utf8(view_of(role));
}
bool is_reason(const std::string& text) { return text.size() <= kMaxReason && cbor::is_utf8(view_of(text)); }

}  // namespace

void Station::State::command(std::uint64_t request, Command command, Now now) {
  CommandResult result = std::visit([&](auto& what) { return run(what, now); }, command);
  Output reply{Reply{request, std::move(result)}};
  const bool failed = !std::get<Reply>(reply.what).result.has_value();
  if (failed) return emit(std::move(reply));  // nothing changed: no commit to wait for
  after_commit(std::move(reply), now);
}

std::expected<LineState*, CommandError> Station::State::writable(const LineId& id) {
  const auto found = lines.find(id);
  if (found == lines.end()) return refuse(Refused::kNotFound, "no such line");
  if (found->second->stopped) {
    return refuse(Refused::kStopped,
                  "writing on this line is stopped: the other side cites an entry of ours that we do not "
                  "hold (a restored "
                  "backup or a copied disk). An engineer can say 'go-on' when the cause is known");
  }
  if (store_problem) return refuse(Refused::kUnavailable, "the store cannot take it now: " + *store_problem);
  if (turn.uncommitted_bytes() > options.max_uncommitted) {
    return refuse(Refused::kUnavailable, "the store is behind; ask again with the same key");
  }
  return found->second.get();
}

std::optional<Station::State::CommandResult> Station::State::repeated(
    const std::optional<RequestKey>& request) {
  if (!request) return std::nullopt;
  const auto found = pending_requests.find(request->key);
  if (found == pending_requests.end()) return std::nullopt;
  if (found->second.first != request->digest) {
    return refuse(Refused::kConflict, "this idempotency key was used for another request");
  }
  return Done{
      .entries = found->second.second, .party = {}, .agreement = {}, .line = {}, .note = "already taken"};
}

void Station::State::remember_request(const std::optional<RequestKey>& request,
                                      const std::vector<EntryMade>& made) {
  if (!request) return;
  PutRequest row{request->key, request->digest, {}};
  for (const EntryMade& entry : made) row.entries.push_back(entry.serial);
  turn.change(std::move(row), 100);
  pending_requests[request->key] = {request->digest, made};
  Effect done = RequestDurable{request->key};
  const bool waits = turn.defer(done);
  OPENLINE_ASSERT(waits);
}

std::string Station::State::own_language(const LineState& line) const {
  for (const auto& [code, language] : line.agreement.in_force().agreement.languages) {
    if (code == own_code) return language;
  }
  return identity.own_card.cards.newest().languages.front();
}

Station::State::CommandResult Station::State::run(SendText& command, Now now) {
  const std::string wrong = check_texts(command);
  if (!wrong.empty()) return refuse(Refused::kBadRequest, wrong);
  if (auto before = repeated(command.request)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (command.entry_class != Class::kTest && (*line)->open.full(true)) {
    return refuse(Refused::kUnavailable, "too many of our messages on this line wait for an acknowledgement");
  }
  if (command.text.language.empty()) command.text.language = own_language(**line);
  const Serial serial{next_serial};
  const PlacedEntry placed = write(**line,
                                   {Kind::kText, command.precedence, command.entry_class,
                                    std::move(command.exercise), command.text.encode()},
                                   now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  remember_request(command.request, done.entries);
  return done;
}

Station::State::CommandResult Station::State::run(Acknowledge& command, Now now) {
  if (auto before = repeated(command.request)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (!is_role(command.role)) return refuse(Refused::kBadRequest, "a role is needed, of at most 64 bytes");
  if (command.entry.size() < 4) return refuse(Refused::kBadRequest, "give at least 4 digits of the id");
  const Result<const OpenMessage*> item = (*line)->open.find_by_prefix(command.entry);
  if (!item) return refuse(Refused::kNotFound, item.error().message);
  if ((*item)->own)
    return refuse(Refused::kForbidden, "this is our own message: the other side acknowledges it");
  const EntryId id = (*item)->id;
  const Precedence precedence = (*item)->precedence;
  const Serial serial{next_serial};
  Draft draft;
  draft.precedence = precedence;
  if ((*item)->kind == Kind::kTest) {
    draft.kind = Kind::kTestAnswer;
    draft.entry_class = Class::kTest;
    draft.body = TestAnswerBody{id, command.role}.encode();
  } else {
    draft.kind = Kind::kAcknowledged;
    draft.body = AcknowledgedBody{id, command.role, command.authenticated}.encode();
  }
  const PlacedEntry placed = write(**line, std::move(draft), now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  remember_request(command.request, done.entries);
  return done;
}

Station::State::CommandResult Station::State::run(MarkShown& command, Now now) {
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (!is_role(command.role)) return refuse(Refused::kBadRequest, "a role is needed, of at most 64 bytes");
  ShownBody body{{}, command.role};
  Precedence most = Precedence::kRoutine;
  for (const EntryId& id : command.entries) {
    const OpenMessage* item = (*line)->open.find(id);
    if (item == nullptr || item->own || item->shown || body.entries.size() == 64) continue;
    body.entries.push_back(id);
    most = std::max(most, item->precedence);
  }
  if (body.entries.empty())
    return Done{.entries = {}, .party = {}, .agreement = {}, .line = {}, .note = "nothing new was shown"};
  const Serial serial{next_serial};
  const PlacedEntry placed = write(**line, {Kind::kShown, most, Class::kService, {}, body.encode()}, now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  return done;
}

void Station::State::attendance_changed(LineState& line, OwnDesk::Change change, Now now) {
  if (change == OwnDesk::Change::kNone) return;
  line.desk.set_since(std::max(line_now(now).wall, WallTime{}));
  const bool attended = change == OwnDesk::Change::kAttended;
  if (!line.stopped && attended != line.desk_on_record) {
    const AttendanceBody body{attended, attended ? line.desk.role() : "nobody"};
    write(line, {Kind::kAttendance, Precedence::kPriority, Class::kService, {}, body.encode()}, now);
    line.desk_on_record = attended;
    line.row_changed = true;
  }
  make_presence(line, now);
  for (const auto& [peer, share] : line.shares) {
    if (is_open(peer)) send_presence(line, peer, now);
  }
  status_changed(line.id);
}

Station::State::CommandResult Station::State::run(Attend& command, Now now) {
  const auto found = lines.find(command.line);
  if (found == lines.end()) return refuse(Refused::kNotFound, "no such line");
  if (!is_role(command.role)) return refuse(Refused::kBadRequest, "a role is needed, of at most 64 bytes");
  LineState& line = *found->second;
  if (line.desk.terminals() >= kMaxTerminals)
    return refuse(Refused::kUnavailable, "too many terminals attend this line");
  attendance_changed(line, line.desk.attend(command.terminal, command.role, now, options.presence_lease),
                     now);
  return Done{};
}

Station::State::CommandResult Station::State::run(Leave& command, Now now) {
  const auto found = lines.find(command.line);
  if (found == lines.end()) return refuse(Refused::kNotFound, "no such line");
  attendance_changed(*found->second, found->second->desk.leave(command.terminal, now), now);
  return Done{};
}

Station::State::CommandResult Station::State::run(TestNow& command, Now now) {
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  Done done;
  const Serial serial{next_serial};
  done.entries.push_back({serial, send_test(**line, now)});
  return done;
}

Station::State::CommandResult Station::State::run(AcceptCard& command, Now now) {
  const Fingerprint fingerprint = command.file.cards.fingerprint();
  if (fingerprint == own_party) return refuse(Refused::kBadRequest, "this is our own card");
  if (store_problem) return refuse(Refused::kUnavailable, "the store cannot take it now: " + *store_problem);
  if (command.courier_key) {
    if (const Party* known = parties.find(fingerprint)) {
      Party trial{known->cards, {}, {}};
      for (const CourierKey& key : known->courier_keys) trial.courier_keys.push_back(key.clone());
      const Result<void> added = trial.add_courier_key(command.courier_key->clone());
      if (!added) return refuse(Refused::kConflict, added.error().message);
    }
  }
  if (command.check_only) {
    const Result<void> may = parties.may_accept(command.file.cards);
    if (!may) return refuse(Refused::kConflict, may.error().message);
    return Done{.entries = {}, .party = fingerprint, .agreement = {}, .line = {}, .note = "checked only"};
  }
  const Result<Party*> accepted = parties.accept(command.file.cards);
  if (!accepted) return refuse(Refused::kConflict, accepted.error().message);
  if (command.courier_key) {
    const Result<void> added = (*accepted)->add_courier_key(std::move(*command.courier_key));
    OPENLINE_ASSERT(added.has_value());
  }
  turn.put_state(row_key("party", fingerprint.compact()), (*accepted)->encode());
  for (const SignedLocator& theirs : command.file.locators) {
    if (parties.fingerprint_of(theirs.locator.station) != fingerprint || !parties.take_locator(theirs))
      continue;
    turn.put_state(row_key("locator", theirs.locator.station.hex()), theirs.encode());
  }
  set_peers_of(fingerprint, now);
  Done done;
  done.party = fingerprint;
  done.note =
      (*accepted)->courier_keys.empty() ? "accepted without a courier key" : "accepted with a courier key";
  return done;
}

Station::State::CommandResult Station::State::run(ProposeAgreement& command, Now now) {
  const Agreement& agreement = command.agreement;
  if (agreement.predecessor) return refuse(Refused::kBadRequest, "it amends an agreement: use amend");
  const Member* own = agreement.member(own_party);
  if (own == nullptr) return refuse(Refused::kBadRequest, "our own party is not a member of it");
  for (const Member& member : agreement.members) {
    const Party* party = parties.find(member.party);
    if (party == nullptr) {
      return refuse(Refused::kNotFound,
                    "no card was accepted for member " + member.code + ", " + member.party.text());
    }
    if (party->cards.newest().code != member.code) {
      return refuse(Refused::kBadRequest,
                    "member " + member.code + " has the code " + party->cards.newest().code + " on its card");
    }
  }
  SignedAgreement mine = SignedAgreement::of(agreement);
  const Hash hash = mine.hash();
  Done done;
  done.agreement = hash;
  if (lines.contains(LineId{hash.value})) {
    done.line = LineId{hash.value};
    done.note = "the line exists already";
    return done;
  }
  for (const auto& [id, line] : lines) {
    if (line->agreement.in_force().agreement.name == agreement.name) {
      return refuse(Refused::kConflict,
                    "another line has the name '" + agreement.name + "': amend it, or choose another name");
    }
  }
  mine.sign(signing, std::nullopt);
  const Result<bool> merged = proposals.merge(mine, parties);
  if (!merged) return refuse(Refused::kUnavailable, merged.error().message);
  const Proposal& proposal = *proposals.find(hash);
  put_proposal(proposal);
  const std::vector<std::string> missing = missing_from(proposal.agreement, parties);
  if (complete_proposal(hash, now)) {
    done.line = LineId{hash.value};
    done.note = "every member has signed: the line exists";
    return done;
  }
  send_proposal_to_members(proposal, now);
  done.note = "signed and proposed; waiting for";
  for (const std::string& code : missing) done.note += " " + code;
  return done;
}

Station::State::CommandResult Station::State::run(RefuseAgreement& command, Now now) {
  if (!is_reason(command.reason))
    return refuse(Refused::kBadRequest, "the reason is longer than 1,000 bytes");
  if (Proposal* proposal = proposals.find(command.agreement)) {
    const Refusal refusal{command.agreement, command.reason, std::max(line_now(now).wall, WallTime{})};
    if (!proposals.refuse(SignedRefusal::sign(refusal, signing), parties)) {
      return refuse(Refused::kConflict, "it was refused already");
    }
    put_proposal(*proposal);
    send_proposal_to_members(*proposal, now);
    return Done{.entries = {}, .party = {}, .agreement = command.agreement, .line = {}, .note = "refused"};
  }
  for (auto& [id, line] : lines) {
    if (!line->agreement.pending().contains(command.agreement)) continue;
    const auto checked = writable(id);
    if (!checked) return std::unexpected(checked.error());
    const AmendmentRefusalBody body{command.agreement, command.reason};
    const Serial serial{next_serial};
    const PlacedEntry placed = write(
        *line, {Kind::kAmendmentRefusal, Precedence::kPriority, Class::kService, {}, body.encode()}, now);
    return Done{.entries = {{serial, placed.entry.id}},
                .party = {},
                .agreement = command.agreement,
                .line = id,
                .note = "refused"};
  }
  return refuse(Refused::kNotFound, "no such proposal waits for a signature");
}

Station::State::CommandResult Station::State::run(ProposeAmendment& command, Now now) {
  const auto found = writable(command.line);
  if (!found) return std::unexpected(found.error());
  LineState& line = **found;
  Agreement successor = command.successor;
  if (!successor.predecessor) successor.predecessor = line.agreement.in_force().hash();
  const std::string objection = line.agreement.objection(successor);
  if (!objection.empty()) return refuse(Refused::kConflict, "this cannot amend the line: " + objection);
  SignedAgreement mine = SignedAgreement::of(successor);
  const Hash hash = mine.hash();
  for (const auto& [other, pending] : line.agreement.pending()) {
    const bool signed_already =
        std::find(pending.signed_by.begin(), pending.signed_by.end(), own_code) != pending.signed_by.end();
    if (signed_already && other != hash) {
      return refuse(Refused::kConflict, "we signed another amendment, " + other.hex().substr(0, 12) +
                                            ": signing two successors of one agreement is equivocation");
    }
    if (signed_already)
      return Done{.entries = {}, .party = {}, .agreement = hash, .line = line.id, .note = "signed already"};
  }
  mine.sign(signing, line.id);
  const bool known = line.agreement.pending().contains(hash);
  Draft draft{
      known ? Kind::kAmendmentSignature : Kind::kAmendment, Precedence::kPriority, Class::kService, {}, {}};
  draft.body =
      known ? AmendmentSignatureBody{hash, mine.signatures.front()}.encode() : AmendmentBody{mine}.encode();
  const Serial serial{next_serial};
  const PlacedEntry placed = write(line, std::move(draft), now);
  const bool in_force = line.agreement.in_force().hash() == hash;
  return Done{.entries = {{serial, placed.entry.id}},
              .party = {},
              .agreement = hash,
              .line = line.id,
              .note = in_force ? "every member has signed: the amendment is in force"
                               : "signed; waiting for the others"};
}

namespace {

Draft act(Kind kind, const std::string& reason) {
  return {kind, Precedence::kPriority, Class::kService, {}, ReasonBody{reason}.encode()};
}

}  // namespace

Station::State::CommandResult Station::State::run(Suspend& command, Now now) {
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (!is_reason(command.reason))
    return refuse(Refused::kBadRequest, "the reason is longer than 1,000 bytes");
  const Serial serial{next_serial};
  const PlacedEntry placed = write(**line, act(Kind::kSuspend, command.reason), now);
  return Done{.entries = {{serial, placed.entry.id}},
              .party = {},
              .agreement = {},
              .line = {},
              .note = "suspended, on record; the line stays open"};
}

Station::State::CommandResult Station::State::run(Resume& command, Now now) {
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (!is_reason(command.reason))
    return refuse(Refused::kBadRequest, "the reason is longer than 1,000 bytes");
  const Serial serial{next_serial};
  const PlacedEntry placed = write(**line, act(Kind::kResume, command.reason), now);
  return Done{
      .entries = {{serial, placed.entry.id}}, .party = {}, .agreement = {}, .line = {}, .note = "resumed"};
}

Station::State::CommandResult Station::State::run(GoOn& command, Now) {
  const auto found = lines.find(command.line);
  if (found == lines.end()) return refuse(Refused::kNotFound, "no such line");
  if (!found->second->stopped) return refuse(Refused::kConflict, "writing on this line is not stopped");
  found->second->stopped = false;
  found->second->row_changed = true;
  put_line(*found->second);
  return Done{.entries = {}, .party = {}, .agreement = {}, .line = {}, .note = "writing goes on"};
}

Station::State::CommandResult Station::State::run(JumpClock& command, Now now) {
  if (!options.demo_clock) return refuse(Refused::kForbidden, "this station has no demonstration clock");
  if (command.by < Seconds{0}) return refuse(Refused::kBadRequest, "the demonstration clock only goes on");
  clock_offset += command.by;
  run_timers(now);
  return Done{
      .entries = {}, .party = {}, .agreement = {}, .line = {}, .note = "the demonstration clock went on"};
}

}  // namespace openline
