// SPDX-License-Identifier: Apache-2.0
#include "core/line/visits.h"

namespace openline {
namespace {

// Of acts that crossed, the one that asks for less of both sides stands.
int caution(VisitAct act) {
  switch (act) {
    case VisitAct::kCancelled:
      return 4;
    case VisitAct::kPostponed:
      return 3;
    case VisitAct::kCountered:
      return 2;
    case VisitAct::kAccepted:
      return 1;
    case VisitAct::kHeld:
      return 0;
  }
  return 0;
}

VisitState state_after(VisitAct act) {
  constexpr VisitState kStates[] = {VisitState::kAccepted, VisitState::kCountered, VisitState::kPostponed,
                                    VisitState::kCancelled, VisitState::kHeld};
  return kStates[static_cast<std::size_t>(act)];
}

// An acceptance is of the other side's proposal, which its author had read.
bool counts(const VisitStatus& status, const Matter& visit, const VisitStatus::Step& step,
            const SameParty& same_party) {
  if (step.body.act != VisitAct::kAccepted) return true;
  const auto proposal = find_proposal(status, visit, *step.body.proposal);
  return proposal && proposal->act->is_known_to(*step.act) &&
         !same_party(proposal->act->header.author, step.act->header.author);
}

}  // namespace

const char* visit_state_name(VisitState state) {
  constexpr const char* kNames[] = {"proposed", "accepted", "countered", "postponed", "cancelled", "held"};
  return kNames[static_cast<std::size_t>(state)];
}

std::optional<VisitProposal> find_proposal(const VisitStatus& status, const Matter& visit,
                                           const EntryId& id) {
  if (visit.root().id == id) return VisitProposal{&visit.root(), status.proposal.terms};
  for (const VisitStatus::Step& step : status.steps) {
    if (step.act->id == id && step.body.terms) return VisitProposal{step.act, *step.body.terms};
  }
  return std::nullopt;
}

VisitStatus visit_status_of(const Matter& visit, const SameParty& same_party) {
  VisitStatus status;
  if (auto body = VisitBody::decode(visit.root().body)) status.proposal = std::move(*body);
  for (const Act& act : visit.acts) {
    if (act.header.kind == Kind::kVisitAct) {
      if (auto body = VisitActBody::decode(act.body)) status.steps.push_back({&act, std::move(*body), false});
    } else if (act.header.kind == Kind::kVisitOutcome) {
      if (auto body = VisitOutcomeBody::decode(act.body))
        status.outcomes.push_back({&act, std::move(*body), false});
    }
  }
  sort_acts(status.steps);
  sort_acts(status.outcomes);
  std::vector<VisitStatus::Step> counted;
  for (const VisitStatus::Step& step : status.steps) {
    if (counts(status, visit, step, same_party)) counted.push_back(step);
  }
  status.steps = std::move(counted);
  status.terms = status.proposal.terms;
  const VisitStatus::Step* standing = nullptr;
  for (VisitStatus::Step& step : status.steps) {
    step.stands = std::ranges::none_of(status.steps, [&](const VisitStatus::Step& other) {
      return other.act != step.act && step.act->is_known_to(*other.act);
    });
    if (step.body.act == VisitAct::kAccepted) {
      status.terms = find_proposal(status, visit, *step.body.proposal)->terms;
    } else if (step.body.terms) {
      status.terms = *step.body.terms;
    }
    if (!step.stands) continue;
    if (standing != nullptr && standing->body.act != step.body.act) status.crossed = true;
    if (standing == nullptr || caution(step.body.act) > caution(standing->body.act)) standing = &step;
  }
  if (standing != nullptr) status.state = state_after(standing->body.act);
  for (VisitStatus::Outcome& outcome : status.outcomes) {
    outcome.superseded = std::ranges::any_of(status.outcomes, [&](const VisitStatus::Outcome& other) {
      return other.act != outcome.act && outcome.act->is_known_to(*other.act) &&
             same_party(outcome.act->header.author, other.act->header.author);
    });
  }
  return status;
}

}  // namespace openline
