// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/drafts.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/wire/assert.h"

namespace openline::daemon {

using Why = DeskRefusal::Why;

const char* draft_state_name(DraftState state) {
  constexpr const char* kNames[] = {"draft", "waiting", "returned", "released", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* draft_act_name(DraftAct act) {
  constexpr const char* kNames[] = {"change", "submit", "return", "withdraw", "release"};
  static_assert(std::size(kNames) == kDraftActs);
  return kNames[static_cast<std::size_t>(act)];
}

std::string Draft::confirmation() const {
  if (content.act == "amend") return "amendment";
  std::string words = class_name(content.entry_class);
  if (content.entry_class == Class::kExercise) words += " " + content.exercise;
  return words + " " + precedence_name(content.precedence);
}

bool is_enough(const ReleaseNeed& need, const Actor& author, const std::vector<Draft::Release>& releases) {
  std::size_t people = author.roles.has_any(kWatch) ? 1 : 0;
  for (const Draft::Release& release : releases) {
    if (!release.emergency.empty()) return true;
    if (release.officer != author.name) ++people;
  }
  // Who released holds the role; the author counts as one by having written it.
  const bool releaser = author.roles.has(Role::kReleaser) || !releases.empty();
  return people >= need.people && (releaser || !need.releaser);
}

Drafts::Drafts(std::vector<Draft> rows, RandomSeed seed) : random_(std::move(seed)) {
  for (Draft& draft : rows) {
    last_ = std::max(last_, draft.number);
    if (!draft.is_over() && !draft.releases.empty()) going_out_.push_back(draft.number);
    drafts_.emplace(draft.number, std::move(draft));
  }
  check_invariants();
}

const Draft* Drafts::put(const Draft& draft) {
  writes_.push_back(draft);
  return &draft;
}

Allowed<const Draft*> Drafts::add(const LineId& line, const std::string& desk, DraftContent content,
                                  const Actor& by, bool submit, WallTime now, const std::string& made_with) {
  // Asked again by who got no answer.
  const auto before = std::ranges::find_if(drafts_, [&](const auto& one) {
    return !made_with.empty() && one.second.made_with == made_with && one.second.author == by.name;
  });
  if (before != drafts_.end()) {
    const DraftContent& held = before->second.content;
    if (before->second.line == line && held.act == content.act && held.body == content.body)
      return &before->second;
    return deny(Why::kKeyReused, "this idempotency key was used for another draft", "Idempotency-Key");
  }
  const auto is_open = [](const auto& one) { return !one.second.is_over(); };
  if (std::ranges::count_if(drafts_, is_open) >= static_cast<std::ptrdiff_t>(kMaxOpen))
    return deny(Why::kFull, "256 drafts are open: release, withdraw or finish some");
  Draft draft;
  draft.number = ++last_;
  draft.line = line;
  draft.desk = desk;
  draft.content = std::move(content);
  draft.state = submit ? DraftState::kWaiting : DraftState::kDraft;
  draft.author = by.name;
  draft.time = now;
  draft.made_with = made_with;
  draft.key = "draft:" + random_.draw<Hash>().hex();
  // Those that are over make room, oldest first: what they became is on record.
  std::size_t over = static_cast<std::size_t>(std::ranges::count_if(drafts_, std::not_fn(is_open)));
  for (auto at = drafts_.begin(); at != drafts_.end() && over > kOverKept;) {
    const auto current = at++;
    if (!current->second.is_over()) continue;
    drafts_.erase(current);
    --over;
  }
  return put(drafts_.emplace(draft.number, std::move(draft)).first->second);
}

const Draft* Drafts::find(std::uint64_t number) const {
  const auto found = drafts_.find(number);
  return found == drafts_.end() ? nullptr : &found->second;
}

std::vector<const Draft*> Drafts::all() const {
  std::vector<const Draft*> open, over;
  for (const auto& [number, draft] : drafts_) (draft.is_over() ? over : open).push_back(&draft);
  std::ranges::stable_sort(open, std::greater<>(), [](const Draft* one) { return one->content.precedence; });
  std::ranges::reverse(over);
  over.resize(std::min(over.size(), kOverKept));
  open.insert(open.end(), over.begin(), over.end());
  return open;
}

std::optional<DeskRefusal> Drafts::forbids(const Draft& draft, DraftAct act, const Actor& by) const {
  const auto no = [](Why why, std::string words) {
    return DeskRefusal{why, std::move(words), "", std::nullopt};
  };
  const bool is_author = by.name == draft.author;
  switch (act) {
    case DraftAct::kChange:
    case DraftAct::kSubmit:
      if (!is_author)
        return no(Why::kForbidden, fmt::format("only its author, {}, may do this", draft.author));
      break;
    case DraftAct::kWithdraw:
      if (!is_author && !by.roles.has(Role::kSupervisor))
        return no(Why::kForbidden, "only its author or a supervisor may withdraw it");
      break;
    case DraftAct::kReturn:
    case DraftAct::kRelease:
      if (!by.roles.has(Role::kReleaser))
        return no(Why::kForbidden, fmt::format("this takes a releaser of the desk \"{}\"", draft.desk));
      break;
  }
  const bool is_waiting = draft.state == DraftState::kWaiting;
  const bool fits = act == DraftAct::kReturn || act == DraftAct::kRelease ? is_waiting
                    : act == DraftAct::kSubmit                            ? !is_waiting && !draft.is_over()
                                                                          : !draft.is_over();
  if (!fits)
    return no(Why::kConflict,
              fmt::format("draft {} is {}: it cannot be {} now", draft.number, draft_state_name(draft.state),
                          act == DraftAct::kSubmit     ? "submitted"
                          : act == DraftAct::kReturn   ? "returned"
                          : act == DraftAct::kRelease  ? "released"
                          : act == DraftAct::kWithdraw ? "withdrawn"
                                                       : "changed"));
  if (std::ranges::find(going_out_, draft.number) != going_out_.end())
    return no(Why::kConflict, fmt::format("draft {} is going out at this moment", draft.number));
  return std::nullopt;
}

Allowed<Draft*> Drafts::open(std::uint64_t number, DraftAct act, const Actor& by) {
  const auto found = drafts_.find(number);
  if (found == drafts_.end()) return deny(Why::kNotFound, fmt::format("there is no draft {}", number));
  if (auto refusal = forbids(found->second, act, by)) return std::unexpected(std::move(*refusal));
  return &found->second;
}

Allowed<const Draft*> Drafts::change(std::uint64_t number, DraftContent content, const Actor& by) {
  const auto draft = open(number, DraftAct::kChange, by);
  if (!draft) return std::unexpected(draft.error());
  (*draft)->content = std::move(content);
  ++(*draft)->version;
  (*draft)->releases.clear();
  return put(**draft);
}

Allowed<const Draft*> Drafts::submit(std::uint64_t number, const Actor& by) {
  const auto draft = open(number, DraftAct::kSubmit, by);
  if (!draft) return std::unexpected(draft.error());
  (*draft)->state = DraftState::kWaiting;
  (*draft)->remark.clear();
  return put(**draft);
}

namespace {

std::optional<DeskRefusal> other_version(const Draft& draft, std::uint32_t version) {
  if (draft.version == version) return std::nullopt;
  return DeskRefusal{
      Why::kConflict,
      fmt::format("draft {} was changed meanwhile: it is version {} now, not {}. Read it again", draft.number,
                  draft.version, version),
      "version", std::nullopt};
}

}  // namespace

Allowed<const Draft*> Drafts::give_back(std::uint64_t number, std::uint32_t version, std::string reason,
                                        const Actor& by) {
  const auto draft = open(number, DraftAct::kReturn, by);
  if (!draft) return std::unexpected(draft.error());
  if (auto refusal = other_version(**draft, version)) return std::unexpected(std::move(*refusal));
  (*draft)->state = DraftState::kReturned;
  (*draft)->remark = std::move(reason);
  (*draft)->releases.clear();
  return put(**draft);
}

Allowed<const Draft*> Drafts::withdraw(std::uint64_t number, const Actor& by) {
  const auto draft = open(number, DraftAct::kWithdraw, by);
  if (!draft) return std::unexpected(draft.error());
  (*draft)->state = DraftState::kWithdrawn;
  return put(**draft);
}

Allowed<bool> Drafts::release(std::uint64_t number, const ReleaseRequest& request, const Actor& by,
                              const Actor& author, WallTime now) {
  const auto found = open(number, DraftAct::kRelease, by);
  if (!found) return std::unexpected(found.error());
  Draft& draft = **found;
  OPENLINE_ASSERT(author.name == draft.author);
  if (auto refusal = other_version(draft, request.version)) return std::unexpected(std::move(*refusal));
  if (request.confirmation != draft.confirmation())
    return deny(Why::kRefused,
                fmt::format("nothing was released: this is \"{}\", and it was confirmed as \"{}\"",
                            draft.confirmation(), request.confirmation),
                "confirm");
  if (!request.emergency.empty() && !request.emergency_allowed)
    return deny(Why::kForbidden, "the desk's plan has no emergency rule: others must release it",
                "emergency");
  const auto mine = std::ranges::find(draft.releases, by.name, &Draft::Release::officer);
  const bool is_repeat = mine != draft.releases.end();
  if (is_repeat) {
    if (mine->emergency.empty()) mine->emergency = request.emergency;
  } else {
    draft.releases.push_back({by.name, now, request.emergency});
  }
  const bool enough = is_enough(draft.content.need, author, draft.releases);
  if (!enough && is_repeat)
    return deny(Why::kConflict,
                fmt::format("you released it already; {} people must stand behind it, so others have to",
                            draft.content.need.people));
  if (enough) going_out_.push_back(number);
  put(draft);
  return enough;
}

void Drafts::released(std::uint64_t number, std::vector<std::pair<std::uint64_t, std::string>> entries) {
  Draft& draft = drafts_.at(number);
  std::erase(going_out_, number);
  draft.state = DraftState::kReleased;
  draft.entries = std::move(entries);
  put(draft);
}

// An emergency is of that moment: who still wants it says so again.
void Drafts::not_released(std::uint64_t number) {
  std::erase(going_out_, number);
  Draft& draft = drafts_.at(number);
  if (std::erase_if(draft.releases, [](const Draft::Release& one) { return !one.emergency.empty(); }) > 0)
    put(draft);
}

void Drafts::keep_releases(std::uint64_t number, const std::function<bool(const std::string&)>& still) {
  Draft& draft = drafts_.at(number);
  if (draft.is_over()) return;
  if (std::erase_if(draft.releases, [&](const Draft::Release& one) { return !still(one.officer); }) > 0)
    put(draft);
}

void Drafts::check_invariants() const {
  for (const auto& [number, draft] : drafts_) {
    OPENLINE_ASSERT(number == draft.number && draft.version >= 1 && !draft.key.empty());
    OPENLINE_ASSERT(draft.content.need.people >= 1 && !draft.author.empty());
    OPENLINE_ASSERT(draft.state != DraftState::kDraft || draft.releases.empty());
  }
}

}  // namespace openline::daemon
