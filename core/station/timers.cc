// SPDX-License-Identifier: Apache-2.0
// What the clock starts, and the commits of the turn.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

EntryId Station::State::send_test(LineState& line, Now now) {
  const Now clock = line_now(now);
  // Of the size of a live message (decision 30): between a short line and 200 words.
  const TestBody body{line.tests.count_sent + 1, static_cast<std::size_t>(60 + random.below(540))};
  const PlacedEntry placed =
      write(line, {Kind::kTest, Precedence::kRoutine, Class::kTest, {}, body.encode()}, now);
  line.tests.sent(placed.entry, clock, line.answer_within(Precedence::kFlash));
  line.row_changed = true;
  put_paths(line, now);
  return placed.entry.id;
}

void Station::State::run_timers(Now now) {
  last_now = now.monotonic;
  links.run_timers(now);
  take_events(now);
  rotate_keys(now);
  const Now clock = line_now(now);
  for (auto& [id, line] : lines) {
    attendance_changed(*line, line->desk.expire(now), now);
    if (!line->stopped && !store_problem) {
      if (line->tests.is_due(clock)) send_test(*line, now);
      if (line->tests.is_unanswered_now(clock)) {
        observe(*line, Observation::kTestUnanswered, {}, line->tests.pending()->id, now);
        status_changed(id);
      }
      if (line->next_claim <= clock.monotonic) claim_unanswered(*line, now);
    }
    share_timers(*line, now);
  }
  for (auto& [hash, file] : wanted) {
    if (wanted_changed || now.monotonic - file.asked_at > file.patience) fetch(file, now);
  }
  wanted_changed = false;
}

MonotonicTime Station::State::next_timeout() const {
  MonotonicTime next = links.next_timeout();
  if (wanted_changed) return MonotonicTime::min();
  for (const auto& [hash, file] : wanted) next = std::min(next, file.asked_at + file.patience + Seconds{1});
  for (const auto& [id, line] : lines) {
    next = std::min({next, line->desk.next_timeout(), next_share_timeout(*line)});
    if (line->stopped || store_problem) continue;
    next = std::min(next, line->tests.next() - clock_offset);
    if (line->next_claim != kNever) next = std::min(next, line->next_claim - clock_offset);
    if (line->tests.deadline() != kNever) next = std::min(next, line->tests.deadline() - clock_offset);
  }
  return next;
}

std::optional<Batch> Station::State::take_batch(Now now) {
  for (auto& [id, line] : lines) {
    seal(*line);
    for (const ChainNumber number : line->record.take_changed()) {
      const Chain& chain = line->record.chains().at(number);
      turn.put_state(row_key("chain", number_key(line->group) + "/" + number_key(number.value)),
                     chain.encode());
    }
    if (std::exchange(line->row_changed, false)) put_line(*line);
    if (std::exchange(line->heads_changed, false)) {
      after_commit(LineDurable{id, line->record.heads(), std::exchange(line->flash_changed, false),
                               std::exchange(line->news_changed, false)},
                   now);
    }
  }
  if (turn.in_flight()) return std::nullopt;
  if (turn.has_changes()) put_numbers();
  return turn.take();
}

void Station::State::committed(std::uint64_t commit, Now now) {
  last_now = now.monotonic;
  if (store_problem) {
    store_problem.reset();
    status_changed(std::nullopt);
  }
  for (Effect& effect : turn.committed(commit)) perform(std::move(effect), now);
}

void Station::State::commit_failed(std::uint64_t, std::string reason, Now now) {
  if (store_problem != reason) status_changed(std::nullopt);
  store_problem = std::move(reason);
  // Who waits is told that nothing is durable yet; the batch itself is kept and committed when that is
  // possible.
  for (std::vector<Effect>* waiting : {&turn.waiting_in_flight(), &turn.waiting()}) {
    std::erase_if(*waiting, [&](Effect& effect) {
      Output* output = std::get_if<Output>(&effect);
      Reply* reply = output == nullptr ? nullptr : std::get_if<Reply>(&output->what);
      if (reply == nullptr) return false;
      reply->result = std::unexpected(
          CommandError{Refused::kUnavailable,
                       "the store cannot take it now: " + *store_problem + "; ask again with the same key"});
      emit(std::move(*output));
      return true;
    });
  }
  last_now = now.monotonic;
}

}  // namespace openline
