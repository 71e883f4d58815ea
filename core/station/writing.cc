// SPDX-License-Identifier: Apache-2.0
// Own entries: placing, sealing under a signature, and what waits for their commit.
#include "core/station/state.h"

namespace openline {
namespace {

constexpr std::size_t kObservationsAnHour = 24;  // a line; a flapping path does not fill the record

std::size_t size_of(const Entry& entry) { return entry.body.size() + 400; }

}  // namespace

PlacedEntry Station::State::write(LineState& line, Draft draft, Now now) {
  OPENLINE_ASSERT(!line.stopped);
  const bool singly = is_signed_singly(draft.kind, draft.precedence);
  if (singly) seal(line);
  Header header;
  header.line = line.id;
  header.author = signing.key();
  header.incarnation = incarnation;
  header.kind = draft.kind;
  header.precedence = draft.precedence;
  header.entry_class = draft.entry_class;
  header.exercise = std::move(draft.exercise);
  header.time = std::max(line_now(now).wall, WallTime{});
  line.record.fill_place(header);
  PlacedEntry placed =
      line.record.append_own(Entry::make(std::move(header), std::move(draft.body)), next_chain);
  const Serial serial{next_serial++};
  put_numbers();
  line.unsealed.push_back({serial, placed});
  line.heads_changed = true;
  line.flash_changed = line.flash_changed || draft.precedence == Precedence::kFlash;
  ++line.entries;
  after_commit(Output{EntryAdded{line.id, serial, placed.entry, true, true}}, now);
  if (singly || line.unsealed.size() == kMaxRun) seal(line);
  note(line, placed, serial, now);
  return placed;
}

void Station::State::seal(LineState& line) {
  if (line.unsealed.empty()) return;
  std::vector<Entry> entries;
  const ChainNumber chain = line.unsealed.front().placed.chain;
  for (const UnsealedEntry& unsealed : line.unsealed) entries.push_back(unsealed.placed.entry);
  if (line.attested()) sign_run(entries, signing);
  for (std::size_t at = 0; at < entries.size(); ++at) {
    turn.change(PutEntry{line.unsealed[at].serial, chain, entries[at], false}, size_of(entries[at]));
  }
  line.unsealed.clear();
  Effect effect = PushRun{line.id, chain, std::move(entries)};
  const bool waits = turn.defer(effect);
  OPENLINE_ASSERT(waits);  // its entries are among the changes
}

void Station::State::observe(LineState& line, Observation what, std::string detail,
                             std::optional<EntryId> entry, Now now) {
  if (line.stopped) return;
  const MonotonicTime hour_ago = now.monotonic - std::chrono::hours(1);
  std::erase_if(line.observed, [&](MonotonicTime at) { return at < hour_ago; });
  if (line.observed.size() >= kObservationsAnHour) return;
  line.observed.push_back(now.monotonic);
  const ObservationBody body{what, std::max(line_now(now).wall, WallTime{}), std::move(detail), entry};
  write(line, {Kind::kObservation, Precedence::kRoutine, Class::kService, {}, body.encode()}, now);
}

void Station::State::after_commit(Effect effect, Now now) {
  if (!turn.defer(effect)) perform(std::move(effect), now);
}

void Station::State::perform(Effect effect, Now now) {
  if (auto* output = std::get_if<Output>(&effect)) {
    emit(std::move(*output));
  } else if (auto* run = std::get_if<PushRun>(&effect)) {
    push(*run, now);
  } else if (auto* durable = std::get_if<LineDurable>(&effect)) {
    LineState& line = *lines.at(durable->line);
    line.durable_heads = std::move(durable->heads);
    line.statement.reset();
    for (auto& [peer, share] : line.shares) {
      share.own_heads_due = std::min(share.own_heads_due, now.monotonic + options.own_heads_delay);
      if (!durable->news) continue;
      share.heads_due = true;
      share.flash_heads = share.flash_heads || durable->flash;
    }
    share_timers(line, now);
  } else if (auto* message = std::get_if<SendMessage>(&effect)) {
    const auto object = links.send(message->peer, std::move(message->object), message->how, now);
    if (!std::holds_alternative<StatementCargo>(message->cargo))
      remember_cargo(message->peer, object, std::move(message->cargo));
  } else if (auto* request = std::get_if<RequestDurable>(&effect)) {
    pending_requests.erase(request->key);
  } else {
    apply_keys();
    announce_keys(now);
  }
}

}  // namespace openline
