// SPDX-License-Identifier: Apache-2.0
#include "core/line/test_clock.h"

#include <algorithm>

#include "core/record/fields.h"

namespace openline {

void TestClock::start(Now now, Seconds every, std::optional<WallTime> last) {
  every_ = every;
  next_ = now.monotonic;
  if (!last) return;
  // After a restart the agreement's clock goes on; a wall clock that was set back does not delay a test
  // beyond one interval.
  const Milliseconds since = std::max<Milliseconds>(now.wall - *last, Milliseconds{0});
  next_ = now.monotonic + std::max<Milliseconds>(every_ - since, Milliseconds{0});
}

MonotonicTime TestClock::deadline() const {
  return pending_ && !pending_->reported ? pending_->deadline : kNever;
}

void TestClock::sent(const Entry& test, Now now, Seconds answer_within) {
  pending_ = Pending{test.id, test.position(), now.wall, now.monotonic + answer_within, false};
  last_sent = now.wall;
  ++count_sent;
  next_ = now.monotonic + every_;
}

bool TestClock::answered(const EntryId& test, WallTime when) {
  if (!pending_ || pending_->id != test) return false;
  pending_.reset();
  last_answered = when;
  ++count_answered;
  return true;
}

bool TestClock::is_unanswered_now(Now now) {
  if (!pending_ || pending_->reported || now.monotonic < pending_->deadline) return false;
  pending_->reported = true;
  return true;
}

Bytes TestClock::encode() const {
  cbor::MapEncoder map;
  if (last_sent) write_time(map.field(1), *last_sent);
  if (last_answered) write_time(map.field(2), *last_answered);
  if (last_received) write_time(map.field(3), *last_received);
  map.field(4).number(count_sent);
  map.field(5).number(count_answered);
  return map.take();
}

Result<void> TestClock::restore(ByteView row) {
  FieldDecoder in(row, "test row");
  in.begin_map();
  if (in.optional_key(1, "last sent")) last_sent = in.time();
  if (in.optional_key(2, "last answered")) last_answered = in.time();
  if (in.optional_key(3, "last received")) last_received = in.time();
  in.key(4, "sent"), count_sent = in.number();
  in.key(5, "answered"), count_answered = in.number();
  in.end_map();
  in.finish();
  if (!in.ok()) return fail(in.failure());
  return {};
}

}  // namespace openline
