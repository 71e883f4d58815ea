// SPDX-License-Identifier: Apache-2.0
#include "core/line/calls.h"

namespace openline {
namespace {

struct Word {
  const Act* act = nullptr;
  CallActBody body;
};

// A party's last word on a statement counts; of two that do not know each other, a denial.
Standing standing_of(CallStatus::Statement& statement, const std::vector<Word>& words,
                     const SameParty& same_party) {
  const auto about = [&](const Word& word) {
    return word.body.statement == statement.act->id && statement.act->is_known_to(*word.act) &&
           !same_party(word.act->header.author, statement.act->header.author);
  };
  for (const Word& word : words) {
    if (!about(word)) continue;
    const bool superseded = std::ranges::any_of(words, [&](const Word& later) {
      return later.act != word.act && about(later) && word.act->is_known_to(*later.act) &&
             same_party(word.act->header.author, later.act->header.author);
    });
    if (superseded) continue;
    auto& list = word.body.act == CallAct::kSigns ? statement.signed_by : statement.denied_by;
    list.push_back(word.act);
  }
  if (!statement.denied_by.empty()) return Standing::kDisputed;
  return statement.signed_by.empty() ? Standing::kOneSide : Standing::kBoth;
}

}  // namespace

const char* standing_name(Standing standing) {
  constexpr const char* kNames[] = {"one side's claim", "signed by both", "disputed"};
  return kNames[static_cast<std::size_t>(standing)];
}

CallStatus call_status_of(const Matter& call, const SameParty& same_party) {
  CallStatus status;
  if (auto body = CallBody::decode(call.root().body)) status.opening = std::move(*body);
  status.statements.push_back({&call.root(), status.opening.said, {}, {}, {}});
  std::vector<Word> words;
  for (const Act& act : call.acts) {
    if (act.header.kind != Kind::kCallAct) continue;
    auto body = CallActBody::decode(act.body);
    if (!body) continue;
    if (body->act == CallAct::kSays) {
      status.statements.push_back({&act, std::move(*body->said), {}, {}, {}});
    } else {
      words.push_back({&act, std::move(*body)});
    }
  }
  sort_acts(status.statements);
  sort_acts(words);
  for (CallStatus::Statement& statement : status.statements) {
    statement.standing = standing_of(statement, words, same_party);
    status.stage = std::max(status.stage, statement.said.stage);
  }
  // Two parties that say the same of themselves need no signature under each other's words.
  for (CallStatus::Statement& statement : status.statements) {
    const bool same = std::ranges::any_of(status.statements, [&](const CallStatus::Statement& other) {
      return other.said == statement.said &&
             !same_party(other.act->header.author, statement.act->header.author);
    });
    if (same && statement.standing == Standing::kOneSide) statement.standing = Standing::kBoth;
  }
  for (const CallStatus::Statement& statement : status.statements) {
    if (statement.said.stage == status.stage) status.standing = std::max(status.standing, statement.standing);
  }
  return status;
}

ReadoutStatus readout_status_of(const Matter& readout, const SameParty& same_party) {
  ReadoutStatus status;
  if (auto body = ReadoutBody::decode(readout.root().body)) status.body = std::move(*body);
  const StationKey& author = readout.root().header.author;
  struct Answer {
    const Act* act = nullptr;
    ReadoutAnswerBody body;
  };
  std::vector<Answer> answers;
  for (const Act& act : readout.acts) {
    if (act.header.kind != Kind::kReadoutAnswer || same_party(act.header.author, author)) continue;
    if (auto body = ReadoutAnswerBody::decode(act.body)) answers.push_back({&act, std::move(*body)});
  }
  sort_acts(answers);
  // A signature stays one, whatever its author says later: it is on the text.
  for (const Answer& answer : answers)
    (answer.body.signs ? status.signed_by : status.refused_by).push_back(answer.act);
  if (status.body.mark == ReadoutMark::kAgreed && !status.signed_by.empty()) {
    status.standing = Standing::kBoth;
  } else if (!status.refused_by.empty()) {
    status.standing = Standing::kDisputed;
  }
  return status;
}

}  // namespace openline
