// SPDX-License-Identifier: Apache-2.0
#include "core/line/efforts.h"

#include <algorithm>

namespace openline {
namespace {

void count(Efforts& efforts, ContactState state) {
  switch (state) {
    case ContactState::kWaiting:
      ++efforts.waiting;
      break;
    case ContactState::kAccepted:
      ++efforts.accepted;
      break;
    case ContactState::kCountered:
      ++efforts.countered;
      break;
    case ContactState::kDeferred:
      ++efforts.deferred;
      break;
    case ContactState::kDeclined:
      ++efforts.declined;
      break;
    case ContactState::kUnanswered:
      ++efforts.unanswered;
      break;
    case ContactState::kWithdrawn:
      ++efforts.withdrawn;
      break;
  }
}

std::optional<Milliseconds> median(std::vector<Milliseconds> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

WallTime end_of_silence(const ContactStatus& status, WallTime now) {
  if (!status.answers.empty()) return status.answers.front().act->header.time;
  for (const ContactStatus::Change& change : status.changes) {
    if (change.body.change == ContactChange::kWithdrawn) return change.act->header.time;
  }
  return now;
}

}  // namespace

std::vector<Efforts> efforts_of(const std::vector<const Matter*>& contacts, const SameParty& same_party,
                                WallTime now) {
  std::vector<const Matter*> in_order = contacts;
  std::ranges::sort(in_order, {}, [](const Matter* contact) { return contact->serial; });
  std::vector<Efforts> all;
  std::vector<std::vector<Milliseconds>> to_answer;
  for (const Matter* contact : in_order) {
    const ContactStatus status = status_of(*contact, same_party);
    const std::string level = status.request.to_roles.empty() ? "" : status.request.to_roles.front();
    auto found = std::ranges::find(all, level, &Efforts::level);
    if (found == all.end()) {
      found = all.insert(all.end(), Efforts{});
      found->level = level;
      to_answer.emplace_back();
    }
    Efforts& efforts = *found;
    ++efforts.requests;
    count(efforts, status.state);
    const WallTime asked = contact->root().header.time;
    // A clock that was set back gives no negative silence.
    const Milliseconds silence = std::max(end_of_silence(status, now) - asked, Milliseconds{0});
    efforts.longest_silence = std::max(efforts.longest_silence.value_or(silence), silence);
    if (status.answers.empty()) continue;
    to_answer[static_cast<std::size_t>(found - all.begin())].push_back(silence);
    const AnswerStanding standing = status.answers.front().standing;
    if (standing == AnswerStanding::kLate) ++efforts.late;
    if (standing == AnswerStanding::kCrossed) ++efforts.crossed;
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].median_to_answer = median(std::move(to_answer[i]));
  return all;
}

}  // namespace openline
