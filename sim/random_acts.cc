// SPDX-License-Identifier: Apache-2.0
#include "sim/random_acts.h"

#include <algorithm>

namespace openline::sim {
namespace {

constexpr WallTime kNoon{Milliseconds{1'767'268'800'000}};

template <class Any>
const Any& one_of(Chance& chance, const std::vector<Any>& all) {
  return all[chance.below(all.size())];
}

EntryId random_id(Chance& chance) {
  return EntryId{hash_of(view_of(std::to_string(chance.below(UINT64_MAX)))).value};
}

}  // namespace

RandomActs::RandomActs(Chance& chance, std::vector<const Matter*> seen, std::vector<std::string> codes)
    : chance_(chance), codes_(std::move(codes)) {
  for (const Matter* matter : seen) {
    matters_[matter->kind()].push_back(matter->root().id);
    for (const Act& act : matter->acts) entries_.push_back(act.id);
  }
}

EntryId RandomActs::matter_of(Kind kind) {
  const auto found = matters_.find(kind);
  // Newer ones rather than older ones, so that most of what is done meets something.
  if (found == matters_.end() || chance_.happens(0.03)) return any_entry();
  const std::size_t newest = std::min<std::size_t>(found->second.size(), 3);
  return found->second[found->second.size() - 1 - chance_.below(newest)];
}

EntryId RandomActs::any_entry() {
  return entries_.empty() || chance_.happens(0.02) ? random_id(chance_) : one_of(chance_, entries_);
}

Words RandomActs::words() { return {chance_.happens(0.5) ? "en" : "fr", "So it is said."}; }
WallTime RandomActs::time() { return kNoon + Seconds{static_cast<std::int64_t>(chance_.below(1'000'000))}; }
std::string RandomActs::role() { return chance_.happens(0.5) ? "Minister" : "duty officer"; }

VisitTerms RandomActs::terms() {
  const Day first = *day_of("2026-02-01") + std::chrono::days(chance_.below(300));
  return {chance_.happens(0.5) ? "Geneva" : "Vienna", first, first + std::chrono::days(chance_.below(4))};
}

CallStatement RandomActs::statement(std::size_t first_stage) {
  return {
      static_cast<CallStage>(first_stage + chance_.below(2)), time(), {{one_of(chance_, codes_), role()}}};
}

Command RandomActs::contact_command(const LineId& line, const RequestKey& key) {
  const std::uint64_t what = chance_.below(10);
  const EntryId about = matter_of(Kind::kContactRequest);
  if (what < 3 || entries_.empty()) {
    RequestContact ask{
        line, Precedence::kFlash, Class::kLive, {}, {role(), {role(), "Deputy"}, words(), {}, {}}, {}, key};
    if (chance_.happens(0.3)) ask.request.proposed = time();
    if (chance_.happens(0.2)) ask.repeats = about.hex();
    return ask;
  }
  if (what < 8) {
    AnswerContact answer{line, about.hex(), static_cast<ContactAnswer>(chance_.below(4)), role(), {}, {},
                         {},   key};
    if (answer.answer == ContactAnswer::kCountered) answer.time = time();
    if (chance_.happens(0.5)) answer.reason = words();
    return answer;
  }
  ChangeContact change{line, about.hex(), static_cast<ContactChange>(chance_.below(3)), role(), {}, {}, key};
  if (change.change == ContactChange::kRescheduled) change.time = time();
  return change;
}

ActBody RandomActs::visit_body() {
  const EntryId visit = matter_of(Kind::kVisit);
  switch (chance_.below(8)) {
    case 0:
      return VisitBody{
          "visit", role(), terms(), "en", {"Talk", "Listen"}, {{one_of(chance_, codes_), "ministers"}}};
    case 1:
    case 2:
      return VisitActBody{
          visit, VisitAct::kAccepted, role(), chance_.happens(0.5) ? visit : any_entry(), {}, {}, {}, {}};
    case 3:
      return VisitActBody{visit, VisitAct::kCountered, role(), {}, terms(), words(), {}, {}};
    case 4:
      return VisitActBody{visit, VisitAct::kPostponed, role(), {}, {}, words(), {}, words()};
    case 5:
      return VisitActBody{visit, VisitAct::kHeld, role(), {}, {}, {}, {}, {}};
    case 6:
      return VisitActBody{visit, VisitAct::kCancelled, role(), {}, {}, words(), {}, {}};
    default:
      return VisitOutcomeBody{visit, role(), "en", {{chance_.below(3), "met"}}};
  }
}

ActBody RandomActs::call_body() {
  const EntryId call = matter_of(Kind::kCall);
  switch (chance_.below(5)) {
    case 0:
      return CallBody{role(), statement(0), {}, words()};
    case 1:
      return CallActBody{call, CallAct::kSays, role(), statement(1), {}, {}};
    case 2:
      return CallActBody{call,   CallAct::kDenies, role(), {}, chance_.happens(0.5) ? call : any_entry(),
                         words()};
    default:
      return CallActBody{call, CallAct::kSigns, role(), {}, chance_.happens(0.5) ? call : any_entry(), {}};
  }
}

ActBody RandomActs::other_body() {
  const EntryId of = matter_of(chance_.happens(0.5) ? Kind::kCall : Kind::kVisit);
  switch (chance_.below(7)) {
    case 0:
    case 1:
      return ReadoutBody{of, static_cast<ReadoutMark>(chance_.below(2)), role(), words()};
    case 2:
    case 3:
      return ReadoutAnswerBody{matter_of(Kind::kReadout), chance_.happens(0.6), role(), {}};
    case 4:
      return TranslationBody{
          any_entry(), static_cast<TranslationStage>(chance_.below(3)), role(), words(), {}};
    case 5:
      return DisregardBody{any_entry(), role(), words()};
    default: {
      NoticeBody notice;
      notice.form = 1 + chance_.below(15);
      notice.fields = {{1, std::int64_t{7}}, {2, NoticePosition{4'000'000, -7'000'000}}};
      if (chance_.happens(0.5)) notice.refers = any_entry();
      return notice;
    }
  }
}

Command RandomActs::command(const LineId& line, const std::string& key) {
  const RequestKey request{key, hash_of(view_of(key))};
  const std::uint64_t what = chance_.below(4);
  if (what == 0) return contact_command(line, request);
  PutAct act{line, Precedence::kPriority, Class::kLive, {}, {}, request};
  act.body = what == 1 ? visit_body() : what == 2 ? call_body() : other_body();
  return act;
}

std::pair<Kind, Bytes> RandomActs::contact_entry() {
  const EntryId request = matter_of(Kind::kContactRequest);
  switch (chance_.below(4)) {
    case 0: {
      const auto answer = static_cast<ContactAnswer>(chance_.below(4));
      const bool timed = answer == ContactAnswer::kCountered;
      return {Kind::kContactAnswer,
              ContactAnswerBody{request, answer, role(), timed ? std::optional(time()) : std::nullopt, {}, {}}
                  .encode()};
    }
    case 1: {
      const auto change = static_cast<ContactChange>(chance_.below(3));
      const bool timed = change != ContactChange::kWithdrawn;
      return {Kind::kContactChange,
              ContactChangeBody{request, change, role(), timed ? std::optional(time()) : std::nullopt, {}}
                  .encode()};
    }
    case 2: {
      ContactUnansweredBody claim{
          request, static_cast<ContactReach>(chance_.below(3)), kNoon, time(), {}, {}, {}, 0, {}};
      claim.signed_there.push_back(any_entry());
      return {Kind::kContactUnanswered, claim.encode()};
    }
    default:
      return {Kind::kContactRequest, ContactRequestBody{role(), {role()}, words(), {}, {}}.encode()};
  }
}

// At most one entry of a chain, and none of its own.
std::vector<Position> RandomActs::parents(const Store& store, const StationKey& own) {
  std::map<Incarnation, Position> chosen;
  std::vector<const Entry*> others;
  for (const auto& [serial, stored] : store.entries()) {
    if (stored.entry.header.author != own) others.push_back(&stored.entry);
  }
  for (std::size_t left = chance_.below(4); left > 0 && !others.empty(); --left) {
    Position position = one_of(chance_, others)->position();
    if (chance_.happens(0.05)) position.id = random_id(chance_);
    chosen[position.incarnation] = position;
  }
  std::vector<Position> result;
  for (const auto& [incarnation, position] : chosen) result.push_back(position);
  return result;
}

Forged RandomActs::forged(const Store& store, const StationKey& own) {
  Forged what;
  what.precedence = static_cast<Precedence>(chance_.below(4));
  what.entry_class = static_cast<Class>(chance_.below(4));
  if (what.entry_class == Class::kExercise) what.exercise = "SPRING";
  what.time = time();
  what.parents = parents(store, own);
  constexpr Kind kKinds[] = {Kind::kVisit,     Kind::kVisitAct, Kind::kVisitOutcome,  Kind::kCall,
                             Kind::kCallAct,   Kind::kReadout,  Kind::kReadoutAnswer, Kind::kTranslation,
                             Kind::kDisregard, Kind::kNotice};
  if (chance_.happens(0.05)) {  // a form that nobody can read
    what.kind = kKinds[chance_.below(std::size(kKinds))];
    what.body.assign(1 + chance_.below(40), static_cast<std::uint8_t>(chance_.below(256)));
    return what;
  }
  const std::uint64_t sort = chance_.below(3);
  if (sort == 0) {
    std::tie(what.kind, what.body) = contact_entry();
    return what;
  }
  const ActBody body = sort == 1 ? visit_body() : chance_.happens(0.5) ? call_body() : other_body();
  what.kind = kKinds[body.index()];
  what.body = std::visit([](const auto& any) { return any.encode(); }, body);
  return what;
}

}  // namespace openline::sim
