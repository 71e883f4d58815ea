// SPDX-License-Identifier: Apache-2.0
// Sessions that a first message opened and its sender has not confirmed (protocol.md section 5.3), and the
// memory by which a replay of one is known.
#pragma once

#include <deque>
#include <optional>

#include "core/link/session.h"
#include "core/link/switchboard.h"

namespace openline {

struct TentativeSession {
  Session session;
  LinkEpoch epoch;
  SessionKey ephemeral;  // of the first message
  Bytes response;        // the same again for a repeat
  PathIndex path;
  Address from;
};

class TentativeSessions {
 public:
  static constexpr std::size_t kRememberedEphemerals = 64;

  // The index of the session that made room, if one had to.
  std::optional<std::uint32_t> add(TentativeSession session, std::size_t max_sessions);
  [[nodiscard]] TentativeSession* find(std::uint32_t index);
  [[nodiscard]] const TentativeSession* find(const SessionKey& ephemeral) const;
  [[nodiscard]] bool is_replay(const SessionKey& ephemeral) const;  // of one that was answered
  [[nodiscard]] std::optional<TentativeSession> take(std::uint32_t index);
  std::optional<std::uint32_t> expire(
      MonotonicTime now);  // the index of one that is over, until there is none
  [[nodiscard]] MonotonicTime expiry() const;
  [[nodiscard]] const std::deque<TentativeSession>& all() const { return sessions_; }

 private:
  std::deque<TentativeSession> sessions_;  // oldest first
  std::deque<SessionKey> ephemerals_;
};

}  // namespace openline
