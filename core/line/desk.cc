// SPDX-License-Identifier: Apache-2.0
#include "core/line/desk.h"

#include <algorithm>

namespace openline {

OwnDesk::Change OwnDesk::settle(bool before, Now now) {
  role_ = terminals_.empty() ? std::string() : terminals_.begin()->second.role;
  if (attended() == before) return Change::kNone;
  since_ = now.wall;
  return attended() ? Change::kAttended : Change::kLeft;
}

OwnDesk::Change OwnDesk::attend(std::uint64_t terminal, const std::string& role, Now now, Seconds lease) {
  const bool before = attended();
  terminals_[terminal] = {role, now.monotonic + lease};
  return settle(before, now);
}

OwnDesk::Change OwnDesk::leave(std::uint64_t terminal, Now now) {
  const bool before = attended();
  terminals_.erase(terminal);
  return settle(before, now);
}

OwnDesk::Change OwnDesk::expire(Now now) {
  const bool before = attended();
  std::erase_if(terminals_, [&](const auto& item) { return item.second.until <= now.monotonic; });
  return settle(before, now);
}

MonotonicTime OwnDesk::next_timeout() const {
  MonotonicTime next = kNever;
  for (const auto& [number, terminal] : terminals_) next = std::min(next, terminal.until);
  return next;
}

bool FarDesk::take(const Presence& presence, Now now) {
  if (presence.counter <= counter_) return false;
  counter_ = presence.counter;
  statement_ = presence.attended;
  role_ = presence.role;
  since_ = presence.since;
  until_ = now.monotonic + presence.lease;
  return true;
}

std::optional<bool> FarDesk::attended(MonotonicTime now) const {
  if (!statement_ || now >= until_) return std::nullopt;
  return statement_;
}

}  // namespace openline
