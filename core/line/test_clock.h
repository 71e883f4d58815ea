// SPDX-License-Identifier: Apache-2.0
// Tests of a line on the agreement's clock: when the next one is due, and whether the last was answered.
#pragma once

#include <optional>

#include "core/record/entry.h"

namespace openline {

class TestClock {
 public:
  struct Pending {
    EntryId id;
    Position position;
    WallTime sent;
    MonotonicTime deadline{};
    bool reported = false;  // as unanswered, once
  };

  // The first test comes soon after the start, so that a line that just came up proves itself.
  void start(Now now, Seconds every, std::optional<WallTime> last_sent);
  void set_interval(Seconds every) { every_ = every; }
  [[nodiscard]] bool is_due(Now now) const { return now.monotonic >= next_; }
  [[nodiscard]] MonotonicTime next() const { return next_; }
  [[nodiscard]] MonotonicTime deadline() const;

  void sent(const Entry& test, Now now, Seconds answer_within);
  // True when this answers the test that waits.
  bool answered(const EntryId& test, WallTime when);
  // True once, when the test that waits is beyond its time.
  bool is_unanswered_now(Now now);

  [[nodiscard]] const std::optional<Pending>& pending() const { return pending_; }
  [[nodiscard]] bool unanswered() const { return pending_ && pending_->reported; }

  std::optional<WallTime> last_sent, last_answered, last_received;
  std::uint64_t count_sent = 0, count_answered = 0;

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] Result<void> restore(ByteView row);

 private:
  Seconds every_{3600};
  MonotonicTime next_{};
  std::optional<Pending> pending_;
};

}  // namespace openline
