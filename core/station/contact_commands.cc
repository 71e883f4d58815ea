// SPDX-License-Identifier: Apache-2.0
// What officers do with requests for contact. Each is checked whole before anything changes.
#include <algorithm>

#include "core/station/state.h"

namespace openline {
namespace {

constexpr std::size_t kMostRoles = 8;

bool is_text(const std::string& text, std::size_t most) {
  return !text.empty() && text.size() <= most && cbor::is_utf8(view_of(text));
}

std::string check_words(const std::optional<Words>& words, const std::string& what) {
  if (!words) return {};
  if (!is_text(words->text, kMaxWords)) return what + " must have 1 to 1,000 bytes of UTF-8";
  if (words->language.size() < 2 || words->language.size() > 16) return what + " needs a language, as \"en\"";
  return {};
}

std::string first_of(std::initializer_list<std::string> objections) {
  for (const std::string& objection : objections) {
    if (!objection.empty()) return objection;
  }
  return {};
}

std::string unless(bool holds, const std::string& objection) { return holds ? "" : objection; }

std::string check(const RequestContact& command) {
  const bool exercise = command.entry_class == Class::kExercise;
  return first_of({
      unless(is_text(command.request.from_role, kMaxRole),
             "say in which role the request is made, in at most 64 bytes"),
      unless(!command.request.to_roles.empty() && command.request.to_roles.size() <= kMostRoles,
             "say whom it asks for: 1 to 8 roles, in the order to try"),
      unless(std::ranges::all_of(command.request.to_roles,
                                 [](const std::string& role) { return is_text(role, kMaxRole); }),
             "a role asked for has 1 to 64 bytes"),
      check_words(command.request.subject, "the subject"),
      unless(exercise != command.exercise.empty(), "an exercise has a name, and only an exercise has one"),
      unless(!exercise || is_text(command.exercise, kMaxExercise), "the exercise's name has 1 to 64 bytes"),
  });
}

std::string check(const AnswerContact& command) {
  const bool declines = command.answer == ContactAnswer::kDeclined;
  const bool counters = command.answer == ContactAnswer::kCountered;
  return first_of({
      unless(is_text(command.role, kMaxRole), "a role is needed, of at most 64 bytes"),
      unless(!declines || !command.time, "an answer that declines names no time"),
      unless(!counters || command.time, "a counter-proposal names a time"),
      check_words(command.reason, "the reason"),
      check_words(command.courtesy, "the courtesy translation"),
      unless(command.reason || !command.courtesy,
             "a courtesy translation needs the reason that it translates"),
  });
}

}  // namespace

void Station::State::fill_language(const LineState& line, Words& words) const {
  if (!words.language.empty()) return;
  words.language = own_language(line);
}

// Fills in what is not said, finds the request and whose it is, and refuses what contradicts the record.
std::expected<const Matter*, CommandError> Station::State::contact_to_act_on(const LineState& line,
                                                                             const std::string& prefix,
                                                                             bool ours) const {
  if (prefix.size() < 4) return refuse(Refused::kBadRequest, "give at least 4 digits of the id");
  const Result<const Matter*> found = line.matters.find_by_prefix(Kind::kContactRequest, prefix);
  if (!found) return refuse(Refused::kNotFound, found.error().message);
  const bool own = parties.fingerprint_of((*found)->root().header.author) == own_party;
  if (own && !ours) return refuse(Refused::kForbidden, "this is our own request: the other side answers it");
  if (!own && ours) return refuse(Refused::kForbidden, "this is their request: answer it");
  if (status_of(**found, same_party()).state == ContactState::kWithdrawn)
    return refuse(Refused::kConflict, "this request was withdrawn");
  return *found;
}

// Answers and changes have the request's precedence and class: an exercise stays one.
Station::State::CommandResult Station::State::act_on(LineState& line, const Matter& contact, Kind kind,
                                                     Bytes body, const std::optional<RequestKey>& key,
                                                     std::size_t kept, Now now) {
  if (acts_left(contact, signing.key()) <= kept) return refuse(Refused::kConflict, kNoMoreActs);
  const Header request = contact.root().header;
  const Serial serial{next_serial};
  const PlacedEntry placed =
      write(line, {kind, request.precedence, request.entry_class, request.exercise, std::move(body)}, now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  remember_request(key, done.entries);
  return done;
}

Station::State::CommandResult Station::State::run(RequestContact& command, Now now) {
  if (auto before = repeated(command.key)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  fill_language(**line, command.request.subject);
  if (const std::string wrong = check(command); !wrong.empty()) return refuse(Refused::kBadRequest, wrong);
  if ((*line)->open.full(true))
    return refuse(Refused::kUnavailable, "too many of our messages on this line wait for an answer");
  if (!command.repeats.empty()) {
    const Result<const Matter*> earlier =
        (*line)->matters.find_by_prefix(Kind::kContactRequest, command.repeats);
    if (!earlier) return refuse(Refused::kNotFound, earlier.error().message);
    command.request.repeats = (*earlier)->root().id;
  }
  const Serial serial{next_serial};
  const PlacedEntry placed = write(**line,
                                   {Kind::kContactRequest, command.precedence, command.entry_class,
                                    command.exercise, command.request.encode()},
                                   now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  remember_request(command.key, done.entries);
  return done;
}

Station::State::CommandResult Station::State::run(AnswerContact& command, Now now) {
  if (auto before = repeated(command.key)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (command.reason) fill_language(**line, *command.reason);
  if (const std::string wrong = check(command); !wrong.empty()) return refuse(Refused::kBadRequest, wrong);
  const auto contact = contact_to_act_on(**line, command.entry, false);
  if (!contact) return std::unexpected(contact.error());
  const ContactAnswerBody body{(*contact)->root().id, command.answer, command.role,
                               command.time,          command.reason, command.courtesy};
  return act_on(**line, **contact, Kind::kContactAnswer, body.encode(), command.key, 0, now);
}

Station::State::CommandResult Station::State::run(ChangeContact& command, Now now) {
  if (auto before = repeated(command.key)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  if (!is_text(command.role, kMaxRole))
    return refuse(Refused::kBadRequest, "a role is needed, of at most 64 bytes");
  if (command.reason) fill_language(**line, *command.reason);
  if (const std::string wrong = check_words(command.reason, "the reason"); !wrong.empty())
    return refuse(Refused::kBadRequest, wrong);
  const auto contact = contact_to_act_on(**line, command.entry, true);
  if (!contact) return std::unexpected(contact.error());
  const ContactStatus status = status_of(**contact, same_party());
  if (command.change == ContactChange::kTimeAgreed) {
    if (status.state != ContactState::kCountered)
      return refuse(Refused::kConflict, "they did not propose another time");
    if (!command.time) command.time = status.time;
    if (command.time != status.time)
      return refuse(Refused::kConflict, "they proposed another time than this one");
  }
  if (command.change == ContactChange::kRescheduled && !command.time)
    return refuse(Refused::kBadRequest, "say the new time");
  if (command.change == ContactChange::kWithdrawn && command.time)
    return refuse(Refused::kBadRequest, "a withdrawal names no time");
  const ContactChangeBody body{(*contact)->root().id, command.change, command.role, command.time,
                               command.reason};
  // After a new time there is room for saying that nobody answered, and for withdrawing.
  const std::size_t kept = command.change == ContactChange::kWithdrawn ? 0 : 2;
  return act_on(**line, **contact, Kind::kContactChange, body.encode(), command.key, kept, now);
}

}  // namespace openline
