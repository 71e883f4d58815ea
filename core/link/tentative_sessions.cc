// SPDX-License-Identifier: Apache-2.0
#include "core/link/tentative_sessions.h"

#include <algorithm>

namespace openline {

std::optional<std::uint32_t> TentativeSessions::add(TentativeSession session, std::size_t max_sessions) {
  ephemerals_.push_back(session.ephemeral);
  if (ephemerals_.size() > kRememberedEphemerals) ephemerals_.pop_front();
  sessions_.push_back(std::move(session));
  if (sessions_.size() <= max_sessions) return std::nullopt;
  const std::uint32_t oldest = sessions_.front().session.transport.own_index();
  sessions_.pop_front();
  return oldest;
}

TentativeSession* TentativeSessions::find(std::uint32_t index) {
  for (TentativeSession& session : sessions_) {
    if (session.session.transport.own_index() == index) return &session;
  }
  return nullptr;
}

const TentativeSession* TentativeSessions::find(const SessionKey& ephemeral) const {
  const auto found = std::ranges::find(sessions_, ephemeral, &TentativeSession::ephemeral);
  return found == sessions_.end() ? nullptr : &*found;
}

bool TentativeSessions::is_replay(const SessionKey& ephemeral) const {
  return std::ranges::find(ephemerals_, ephemeral) != ephemerals_.end();
}

std::optional<TentativeSession> TentativeSessions::take(std::uint32_t index) {
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    if (at->session.transport.own_index() != index) continue;
    TentativeSession taken = std::move(*at);
    sessions_.erase(at);
    return taken;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> TentativeSessions::expire(MonotonicTime now) {
  if (now < expiry()) return std::nullopt;
  const std::uint32_t index = sessions_.front().session.transport.own_index();
  sessions_.pop_front();
  return index;
}

MonotonicTime TentativeSessions::expiry() const {
  return sessions_.empty() ? kNever : sessions_.front().session.ends;
}

}  // namespace openline
