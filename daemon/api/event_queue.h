// SPDX-License-Identifier: Apache-2.0
// Events on their way to one reader, bounded: who does not read is told `overflow` and let go, and never
// holds up the station or others.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "daemon/api/http.h"

namespace openline::daemon {

class EventQueue : public EventSink {
 public:
  // `max_bytes`: of their data.
  EventQueue(std::size_t max_events, std::size_t max_bytes)
      : max_events_(max_events), max_bytes_(max_bytes) {}
  void push(Event event) override;
  void end() override;
  [[nodiscard]] bool is_drained() const override { return events_.empty() && !writing_; }
  [[nodiscard]] bool is_half_full() const override {
    return events_.size() > max_events_ / 2 || bytes_ > max_bytes_ / 2;
  }

  // For who writes it out.
  [[nodiscard]] bool is_ended() const { return ended_; }
  [[nodiscard]] std::optional<Event> take();
  void set_writing(bool writing);  // no longer: tells who waited for it to be drained, if it is
  void reader_went();
  std::function<void()> wake;  // something to write, or the end

 private:
  void overflow();
  const std::size_t max_events_, max_bytes_;
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
  bool ended_ = false, writing_ = false;
};

}  // namespace openline::daemon
