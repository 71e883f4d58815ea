// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/event_queue.h"

namespace openline::daemon {

void EventQueue::push(Event event) {
  if (ended_) return;
  bytes_ += event.data.size();
  events_.push_back(std::move(event));
  if (events_.size() > max_events_ || bytes_ > max_bytes_) return overflow();
  if (wake) wake();
}

void EventQueue::end() {
  ended_ = true;
  if (wake) wake();
}

std::optional<Event> EventQueue::take() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  bytes_ -= event.data.size();
  return event;
}

void EventQueue::set_writing(bool writing) {
  writing_ = writing;
  if (is_drained() && on_drained) std::exchange(on_drained, nullptr)();
}

void EventQueue::reader_went() {
  ended_ = true;
  events_.clear();
  if (on_closed) std::exchange(on_closed, nullptr)();
}

void EventQueue::overflow() {
  events_.clear();
  events_.push_back({"overflow"});
  bytes_ = events_.front().data.size();
  ended_ = true;
  if (wake) wake();
  if (on_closed) std::exchange(on_closed, nullptr)();
}

}  // namespace openline::daemon
