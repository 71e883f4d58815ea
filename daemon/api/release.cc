// SPDX-License-Identifier: Apache-2.0
// Whether what is asked may go out with those who stand behind it. Everything that is written on a line comes
// through here, whatever address it was asked by (docs/api.md, "Drafts and release").
#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/hash.h"
#include "daemon/api/api.h"

namespace openline::daemon {
namespace {

const Matter* matter_of(const StationPort& station, const LineId& line, const std::string& entry) {
  for (const Matter* matter : station.matters(line)) {
    if (matter->root().id.hex().starts_with(entry)) return matter;
  }
  return nullptr;
}

// What a command is about, without its need.
struct Weigher {
  const StationPort& station;
  using Content = std::optional<std::pair<LineId, DraftContent>>;

  static Content content(const LineId& line, Precedence precedence, Class entry_class,
                         const std::string& exercise) {
    DraftContent result;
    result.precedence = precedence;
    result.entry_class = entry_class;
    result.exercise = exercise;
    return std::pair{line, std::move(result)};
  }
  [[nodiscard]] Content of_matter(const LineId& line, const std::string& entry) const {
    const Matter* matter = matter_of(station, line, entry);
    if (matter == nullptr)
      return content(line, Precedence::kFlash, Class::kLive, "");  // the core will say why not
    const auto& root = matter->root().header;
    return content(line, root.precedence, root.entry_class, root.exercise);
  }
  Content operator()(const SendText& c) const {
    return content(c.line, c.precedence, c.entry_class, c.exercise);
  }
  Content operator()(const RequestContact& c) const {
    return content(c.line, c.precedence, c.entry_class, c.exercise);
  }
  Content operator()(const AnswerContact& c) const { return of_matter(c.line, c.entry); }
  Content operator()(const ChangeContact& c) const { return of_matter(c.line, c.entry); }
  Content operator()(const PutAct& c) const {
    return content(c.line, c.precedence, c.entry_class, c.exercise);
  }
  Content operator()(const ProposeAmendment& c) const {
    return content(c.line, Precedence::kRoutine, Class::kService, "");
  }
  // Nobody else is needed for these: they say what is so, or open no line's content.
  template <class Other>
  Content operator()(const Other&) const {
    return std::nullopt;
  }
};

// What the request only names and the line gives it: everything else, the request itself says.
struct Meaning {
  static Bytes of(std::initializer_list<std::optional<EntryId>> ids) {
    Bytes bytes;
    for (const auto& id : ids) {
      bytes.push_back(id ? 1 : 0);
      if (id) append(bytes, id->view());
    }
    return bytes;
  }
  Bytes operator()(const VisitActBody& body) const { return of({body.visit, body.proposal}); }
  Bytes operator()(const VisitOutcomeBody& body) const { return of({body.visit}); }
  Bytes operator()(const CallBody& body) const { return of({body.request}); }
  Bytes operator()(const CallActBody& body) const { return of({body.call, body.statement}); }
  Bytes operator()(const ReadoutBody& body) const { return of({body.of}); }
  Bytes operator()(const ReadoutAnswerBody& body) const { return of({body.readout}); }
  Bytes operator()(const TranslationBody& body) const { return of({body.of}); }
  Bytes operator()(const NoticeBody& body) const { return of({body.refers}); }
  Bytes operator()(const PutAct& c) const { return std::visit(*this, c.body); }
  Bytes operator()(const AnswerContact& c) const { return {c.entry.begin(), c.entry.end()}; }
  Bytes operator()(const ChangeContact& c) const { return {c.entry.begin(), c.entry.end()}; }
  template <class Other>
  Bytes operator()(const Other&) const {
    return {};
  }
};

bool is_same(const DraftContent& one, const DraftContent& other) {
  return one.entry_class == other.entry_class && one.exercise == other.exercise &&
         one.precedence == other.precedence && one.meaning == other.meaning;
}

}  // namespace

std::optional<DraftContent> Api::weigh(const Command& command) {
  auto weighed = std::visit(Weigher{station_}, command);
  if (!weighed) return std::nullopt;
  auto& [line, content] = *weighed;
  const KnownLine* known = known_line(line);
  if (known == nullptr) return std::nullopt;
  const DeskPlan::Desk& desk = office_.plan().at(known->desk);
  const auto* act = std::get_if<PutAct>(&command);
  if (act != nullptr && std::holds_alternative<DisregardBody>(act->body)) {
    content.need = {1, true};  // a wrong message is withdrawn in seconds
  } else if (std::holds_alternative<ProposeAmendment>(command)) {
    // It may change how many are needed: so many as the most that are.
    for (const Precedence precedence :
         {Precedence::kRoutine, Precedence::kPriority, Precedence::kImmediate, Precedence::kFlash}) {
      const ReleaseNeed need = release_need(known->release, desk, precedence);
      if (need.people > content.need.people) content.need = need;
    }
  } else {
    content.need = release_need(known->release, desk, content.precedence);
  }
  content.meaning = hash_of(std::visit(Meaning{}, command));
  return std::move(content);
}

Actor Api::actor(const std::string& name, const std::string& desk) const {
  const Officer* officer = office_.accounts().find(name);
  if (officer == nullptr || officer->state != AccountState::kActive) return {name, {}};
  return {name, roles_at(officer->grants, desk)};
}

Api::Refusal Api::hold_back(const Call& call, const Command& command) {
  const auto about = std::visit(Weigher{station_}, command);
  if (!about) return std::nullopt;  // nobody else is needed for it
  const auto content = weigh(command);
  if (!content) return not_found("the line is gone");
  if (call.must_be && !is_same(*call.must_be, *content)) {
    return ApiError{
        409, "conflict",
        "this is no longer what was written and released: what it is about has changed on the line "
        "meanwhile. Change the draft, so that they see it",
        ""};
  }
  const ReleaseNeed& need = content->need;
  const auto held = [&](std::string words, const char* code = "release_needed") {
    return ApiError{403, code, std::move(words), "", need.people, std::nullopt};
  };
  if (!call.standing) {
    // Nobody is known here: one person could claim to be two.
    if (need.people < 2) return std::nullopt;
    return held(fmt::format("{} on this line takes {} people, and this station has no officers: add them "
                            "(openline officer add)",
                            precedence_name(content->precedence), need.people),
                "officers_needed");
  }
  const std::string desk = desk_of(about->first);
  if (is_enough(need, actor(call.standing->officer.name, desk), call.releases)) return std::nullopt;
  if (need.people < 2)
    return held(fmt::format("{} on this line takes a releaser: make it a draft",
                            precedence_name(content->precedence)));
  return held(fmt::format("{} on this line takes {} people: make it a draft, which others release",
                          precedence_name(content->precedence), need.people));
}

}  // namespace openline::daemon
