// SPDX-License-Identifier: Apache-2.0
// Visits, calls, readouts, translations, "disregard": an act is checked against its own rules and against
// what is on record before it becomes an entry.
#include <algorithm>

#include "core/line/calls.h"
#include "core/line/visits.h"
#include "core/station/state.h"

namespace openline {
namespace {

Kind kind_of(const ActBody& body) {
  constexpr Kind kKinds[] = {Kind::kVisit,     Kind::kVisitAct, Kind::kVisitOutcome,  Kind::kCall,
                             Kind::kCallAct,   Kind::kReadout,  Kind::kReadoutAnswer, Kind::kTranslation,
                             Kind::kDisregard, Kind::kNotice};
  static_assert(std::size(kKinds) == std::variant_size_v<ActBody>);
  return kKinds[body.index()];
}

// How many acts of its author stay possible after this one; nullopt: it is no act of a matter.
std::optional<std::size_t> acts_kept(const ActBody& body) {
  if (const auto* visit = std::get_if<VisitActBody>(&body)) return visit->act == VisitAct::kCancelled ? 0 : 1;
  const Kind kind = kind_of(body);
  const bool is_act = kind == Kind::kVisitOutcome || kind == Kind::kCallAct || kind == Kind::kReadoutAnswer;
  return is_act ? std::optional<std::size_t>(0) : std::nullopt;
}

std::unexpected<CommandError> unknown(Kind kind) {
  return refuse(Refused::kNotFound, std::string("no such ") + kind_name(kind) + " is followed on this line");
}

const Matter* find(const Matters& matters, const EntryId& id, Kind kind) {
  const Matter* found = matters.find(id);
  return found != nullptr && found->kind() == kind ? found : nullptr;
}

// The matter that an act belongs to and takes its class from, or nullptr; or why the act cannot be.
class Check {
 public:
  using Found = std::expected<const Matter*, CommandError>;
  Check(const Matters& matters, SameParty same_party, StationKey own, std::vector<std::string> members)
      : matters_(matters), same_party_(std::move(same_party)), own_(own), members_(std::move(members)) {}

  Found operator()(const VisitBody& body) const {
    for (const Delegation& one : body.delegations) {
      if (!is_member(one.party)) return not_member(one.party);
    }
    return nullptr;
  }
  Found operator()(const VisitActBody& body) const {
    const Matter* visit = find(matters_, body.visit, Kind::kVisit);
    if (visit == nullptr) return unknown(Kind::kVisit);
    const VisitStatus status = visit_status_of(*visit, same_party_);
    if (status.state == VisitState::kCancelled) return refuse(Refused::kConflict, "this visit was cancelled");
    if (status.state == VisitState::kHeld) return refuse(Refused::kConflict, "this visit was held");
    if (body.act == VisitAct::kHeld && status.state != VisitState::kAccepted)
      return refuse(Refused::kConflict,
                    std::string("this visit is not accepted: it is ") + visit_state_name(status.state));
    if (body.proposal) {
      const auto proposal = find_proposal(status, *visit, *body.proposal);
      if (!proposal) return refuse(Refused::kNotFound, "no such proposal in this visit");
      if (is_ours(*proposal->act))
        return refuse(Refused::kForbidden, "this is our own proposal: the other side accepts it");
    }
    return visit;
  }
  Found operator()(const VisitOutcomeBody& body) const {
    const Matter* visit = find(matters_, body.visit, Kind::kVisit);
    if (visit == nullptr) return unknown(Kind::kVisit);
    const std::size_t goals = visit_status_of(*visit, same_party_).proposal.goals.size();
    if (body.outcomes.rbegin()->first >= goals)
      return refuse(Refused::kBadRequest, "goal " + std::to_string(body.outcomes.rbegin()->first + 1) +
                                              " is none of this visit's " + std::to_string(goals));
    return visit;
  }
  Found operator()(const CallBody& body) const {
    if (auto wrong = check(body.said)) return std::unexpected(*wrong);
    if (!body.request) return nullptr;
    const Matter* request = find(matters_, *body.request, Kind::kContactRequest);
    if (request == nullptr) return unknown(Kind::kContactRequest);
    return request;
  }
  Found operator()(const CallActBody& body) const {
    const Matter* call = find(matters_, body.call, Kind::kCall);
    if (call == nullptr) return unknown(Kind::kCall);
    if (body.said) {
      if (auto wrong = check(*body.said)) return std::unexpected(*wrong);
      return call;
    }
    for (const CallStatus::Statement& statement : call_status_of(*call, same_party_).statements) {
      if (statement.act->id != *body.statement) continue;
      if (is_ours(*statement.act))
        return refuse(Refused::kForbidden, "this is our own statement: the other side signs or denies it");
      return call;
    }
    return refuse(Refused::kNotFound, "no such statement in this call");
  }
  Found operator()(const ReadoutBody& body) const {
    const Matter* of = matters_.find(body.of);
    if (of == nullptr || (of->kind() != Kind::kCall && of->kind() != Kind::kVisit))
      return refuse(Refused::kNotFound, "a readout is of a call or a visit that is followed on this line");
    return of;
  }
  Found operator()(const ReadoutAnswerBody& body) const {
    const Matter* readout = find(matters_, body.readout, Kind::kReadout);
    if (readout == nullptr) return unknown(Kind::kReadout);
    if (is_ours(readout->root()))
      return refuse(Refused::kForbidden, "this is our own readout: the other side signs it");
    if (readout_status_of(*readout, same_party_).body.mark != ReadoutMark::kAgreed)
      return refuse(Refused::kConflict, "this readout is national: only one that is to be agreed is signed");
    return readout;
  }
  Found operator()(const TranslationBody& body) const { return matters_.find(body.of); }
  Found operator()(const DisregardBody& body) const { return matters_.find(body.entry); }
  Found operator()(const NoticeBody&) const { return nullptr; }

 private:
  [[nodiscard]] bool is_ours(const Act& act) const { return same_party_(act.header.author, own_); }
  [[nodiscard]] bool is_member(const std::string& code) const {
    return std::ranges::find(members_, code) != members_.end();
  }
  static std::unexpected<CommandError> not_member(const std::string& code) {
    return refuse(Refused::kBadRequest, code + " is not a member of this line");
  }
  [[nodiscard]] std::optional<CommandError> check(const CallStatement& said) const {
    for (const Participant& one : said.participants) {
      if (!is_member(one.party)) return not_member(one.party).error();
    }
    return std::nullopt;
  }
  const Matters& matters_;
  SameParty same_party_;
  StationKey own_;
  std::vector<std::string> members_;
};

void fill(Words& words, const std::string& language) {
  if (words.language.empty()) words.language = language;
}
void fill(std::optional<Words>& words, const std::string& language) {
  if (words) fill(*words, language);
}
void fill(std::string& own, const std::string& language) {
  if (own.empty()) own = language;
}

// Words without a language are in the desk's own; a courtesy translation or a translation says its own.
struct FillLanguage {
  const std::string& language;
  void operator()(VisitBody& body) const { fill(body.language, language); }
  void operator()(VisitActBody& body) const { fill(body.reason, language), fill(body.until, language); }
  void operator()(VisitOutcomeBody& body) const { fill(body.language, language); }
  void operator()(CallBody& body) const { fill(body.subject, language); }
  void operator()(CallActBody& body) const { fill(body.reason, language); }
  void operator()(ReadoutBody& body) const { fill(body.text, language); }
  void operator()(ReadoutAnswerBody& body) const { fill(body.reason, language); }
  void operator()(TranslationBody& body) const { fill(body.text, language); }
  void operator()(DisregardBody& body) const { fill(body.reason, language); }
  void operator()(NoticeBody&) const {}  // codes and values have none
};

}  // namespace

std::optional<StationKey> Station::State::author_of(const LineState& line, const EntryId& id) const {
  const auto place = line.record.find_recent(id);
  if (!place) return std::nullopt;
  return line.record.chains().at(place->chain).author;
}

// An entry that we still know must be our party's to be taken back.
std::optional<CommandError> Station::State::check_ours(const LineState& line, const EntryId& id) const {
  const std::optional<StationKey> author = author_of(line, id);
  if (!author || parties.fingerprint_of(*author) == own_party) return std::nullopt;
  return CommandError{Refused::kForbidden, "this is theirs: only its author takes it back"};
}

Station::State::CommandResult Station::State::run(PutAct& command, Now now) {
  if (auto before = repeated(command.key)) return *before;
  const auto line = writable(command.line);
  if (!line) return std::unexpected(line.error());
  std::visit(FillLanguage{own_language(**line)}, command.body);
  const auto problem = std::visit([](const auto& body) { return body.problem(); }, command.body);
  if (problem) return refuse(Refused::kBadRequest, *problem);
  if ((*line)->open.full(true))
    return refuse(Refused::kUnavailable, "too many of our messages on this line wait for an answer");
  std::vector<std::string> members;
  for (const Member& member : (*line)->agreement.in_force().agreement.members) members.push_back(member.code);
  const auto matter =
      std::visit(Check((*line)->matters, same_party(), signing.key(), std::move(members)), command.body);
  if (!matter) return std::unexpected(matter.error());
  if (const auto kept = acts_kept(command.body); kept && acts_left(**matter, signing.key()) <= *kept)
    return refuse(Refused::kConflict, kNoMoreActs);
  if (const auto* disregard = std::get_if<DisregardBody>(&command.body)) {
    if (auto wrong = check_ours(**line, disregard->entry)) return std::unexpected(*wrong);
    command.precedence = Precedence::kFlash;
  }
  // What follows an exercise stays one.
  if (*matter != nullptr) {
    command.entry_class = (*matter)->root().header.entry_class;
    command.exercise = (*matter)->root().header.exercise;
  }
  if ((command.entry_class == Class::kExercise) == command.exercise.empty() ||
      !cbor::is_utf8(view_of(command.exercise)) || command.exercise.size() > kMaxExercise)
    return refuse(Refused::kBadRequest,
                  "an exercise has a name of 1 to 64 bytes, and only an exercise has one");
  const Serial serial{next_serial};
  const PlacedEntry placed =
      write(**line,
            {kind_of(command.body), command.precedence, command.entry_class, command.exercise,
             std::visit([](const auto& body) { return body.encode(); }, command.body)},
            now);
  Done done;
  done.entries.push_back({serial, placed.entry.id});
  remember_request(command.key, done.entries);
  return done;
}

std::vector<const Matter*> Station::State::matters(const LineId& id) const {
  std::vector<const Matter*> all;
  const auto line = lines.find(id);
  if (line == lines.end()) return all;
  for (const auto& [serial, matter] : line->second->matters.all()) all.push_back(&matter);
  return all;
}

}  // namespace openline
