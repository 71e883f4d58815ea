// SPDX-License-Identifier: Apache-2.0
// Requests for contact: what entries mean for them, and the word that nobody answered (protocol.md 9.8).
#include <algorithm>

#include "core/station/state.h"

namespace openline {

SameParty Station::State::same_party() const {
  return [this](const StationKey& one, const StationKey& other) {
    return parties.fingerprint_of(one) == parties.fingerprint_of(other);
  };
}

void Station::State::note_matters(LineState& line, const PlacedEntry& placed, Serial serial, Now now) {
  const Entry& entry = placed.entry;
  const std::vector<const Matter*> changed = line.matters.place(placed, line.record, serial.value);
  const bool is_request =
      entry.header.kind == Kind::kContactRequest && line.matters.find(entry.id) != nullptr;
  if (is_request) track(line, placed, serial, now);
  if (is_request && entry.header.author == signing.key()) {
    const auto [watch, fresh] = line.watches.emplace(
        serial.value, ContactWatch{line.paths.totals(line_now(now).monotonic), false, {}});
    put_watch(line, serial.value, watch->second);
    put_paths(line, now);
  }
  note_for_watches(line, entry);
  for (const Matter* matter : changed) {
    turn.put_state(row_key("matter", number_key(line.group) + "/" + number_key(matter->serial)),
                   matter->encode());
    if (matter->kind() == Kind::kContactRequest) contact_changed(line, *matter, now);
  }
  if (!changed.empty()) after_commit(Output{StatusChanged{line.id}}, now);
  if (const std::optional<std::uint64_t> oldest = line.matters.drop_oldest()) {
    turn.erase_state(row_key("matter", number_key(line.group) + "/" + number_key(*oldest)));
    end_watch(line, *oldest);
  }
}

// What the far side signs while our requests wait.
void Station::State::note_for_watches(LineState& line, const Entry& entry) {
  if (line.watches.empty() || parties.fingerprint_of(entry.header.author) == own_party) return;
  std::vector<EntryId> about;
  if (entry.header.kind == Kind::kShown) {
    if (auto body = ShownBody::decode(entry.body)) about = std::move(body->entries);
  } else if (entry.header.kind == Kind::kAcknowledged) {
    if (const auto body = AcknowledgedBody::decode(entry.body)) about = {body->entry};
  }
  const bool attendance = entry.header.kind == Kind::kAttendance;
  for (auto& [serial, watch] : line.watches) {
    const EntryId& request = line.matters.all().at(serial).root().id;
    const bool had = std::ranges::find(about, request) != about.end();
    if (!had && !attendance) continue;
    watch.officer_had_it = watch.officer_had_it || had;
    watch.note(entry.id);
    put_watch(line, serial, watch);
  }
}

void Station::State::put_watch(const LineState& line, std::uint64_t serial, const ContactWatch& watch) {
  turn.put_state(row_key("contact-watch", number_key(line.group) + "/" + number_key(serial)), watch.encode());
}

void Station::State::put_paths(const LineState& line, Now now) {
  turn.put_state(row_key("path-watch", number_key(line.group) + "/"),
                 line.paths.totals(line_now(now).monotonic).encode());
}

void Station::State::end_watch(LineState& line, std::uint64_t serial) {
  if (line.watches.erase(serial) == 0) return;
  turn.erase_state(row_key("contact-watch", number_key(line.group) + "/" + number_key(serial)));
}

void Station::State::watch_paths(LineState& line, Now now) {
  const bool up = std::ranges::any_of(line.shares, [&](const auto& item) { return is_open(item.first); });
  if (line.paths.set(up, line_now(now).monotonic)) put_paths(line, now);
}

void Station::State::contact_changed(LineState& line, const Matter& contact, Now now) {
  const Act& request = contact.root();
  const ContactStatus status = status_of(contact, same_party());
  const bool own = parties.fingerprint_of(request.header.author) == own_party;
  // Theirs waits for us until our own party answered, whatever others said.
  const bool answered = std::ranges::any_of(status.answers, [&](const ContactStatus::Answer& answer) {
    return !answer.superseded && parties.fingerprint_of(answer.act->header.author) == own_party;
  });
  const bool waits =
      own ? status.state == ContactState::kWaiting : status.state != ContactState::kWithdrawn && !answered;
  OpenMessage* item = line.open.find(request.id);
  if (item != nullptr && !waits) {
    close_open(line, OpenMessage(*item));
  } else if (item == nullptr && waits) {
    // A new time was set: the question is open again.
    const std::vector<const Chain*> chains = line.record.chains_of(request.header.incarnation);
    track(line, {chains.front()->number, Entry{request.header, request.id, request.body, {}}},
          Serial{contact.serial}, now);
  }
  set_next_claim(line);
}

void Station::State::set_next_claim(LineState& line) {
  line.next_claim = kNever;
  for (const auto& [serial, watch] : line.watches) {
    const OpenMessage* item = line.open.find(line.matters.all().at(serial).root().id);
    if (item != nullptr) line.next_claim = std::min(line.next_claim, item->deadline);
  }
}

void Station::State::claim_unanswered(LineState& line, Now now) {
  std::vector<std::uint64_t> due;
  for (const auto& [serial, watch] : line.watches) {
    const OpenMessage* item = line.open.find(line.matters.all().at(serial).root().id);
    if (item != nullptr && item->deadline <= line_now(now).monotonic) due.push_back(serial);
  }
  for (const std::uint64_t serial : due) {
    const Matter& contact = line.matters.all().at(serial);
    const Header request = contact.root().header;
    if (acts_left(contact, signing.key()) == 0) {  // a claim that does not count ends nothing
      close_open(line, OpenMessage(*line.open.find(contact.root().id)));
      end_watch(line, serial);
      continue;
    }
    write(line,
          {Kind::kContactUnanswered, request.precedence, request.entry_class, request.exercise,
           unanswered(line, serial, now).encode()},
          now);
  }
  set_next_claim(line);
}

ContactUnansweredBody Station::State::unanswered(LineState& line, std::uint64_t serial, Now now) const {
  const Act& request = line.matters.all().at(serial).root();
  const OpenMessage& item = *line.open.find(request.id);
  const ContactWatch& watch = line.watches.at(serial);
  const Now clock = line_now(now);
  const bool stored = std::ranges::any_of(
      line.shares, [&](const auto& share) { return share.second.covered(item.chain) > item.sequence; });
  ContactUnansweredBody body;
  body.request = request.id;
  body.reach = watch.officer_had_it ? ContactReach::kOfficer
               : stored             ? ContactReach::kEmptyDesk
                                    : ContactReach::kNotReached;
  body.since = request.header.time;
  body.until = std::max(clock.wall, body.since);
  // The three sum up to the interval: what is neither known to be up nor down was not observed.
  const PathWatch::Totals totals = line.paths.totals(clock.monotonic);
  const Milliseconds interval = body.until - body.since;
  const Milliseconds down = std::min(totals.down - watch.at_request.down, interval);
  const Milliseconds unobserved = interval - std::min(totals.up - watch.at_request.up + down, interval);
  body.path_down = std::chrono::ceil<Seconds>(down);
  body.unobserved = std::chrono::floor<Seconds>(unobserved);
  body.path_up =
      std::max(std::chrono::floor<Seconds>(interval) - body.path_down - body.unobserved, Seconds{0});
  body.times_silent = totals.times_silent - watch.at_request.times_silent;
  body.signed_there = watch.signed_there;
  return body;
}

std::vector<ContactReport> Station::State::contacts(const LineId& id) const {
  std::vector<ContactReport> reports;
  const auto line = lines.find(id);
  if (line == lines.end()) return reports;
  for (const auto& [serial, contact] : line->second->matters.all()) {
    if (contact.kind() != Kind::kContactRequest) continue;
    const StationKey& author = contact.root().header.author;
    reports.push_back({Serial{serial}, &contact, parties.code_of(author),
                       parties.fingerprint_of(author) == own_party, status_of(contact, same_party())});
  }
  return reports;
}

}  // namespace openline
