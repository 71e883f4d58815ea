// SPDX-License-Identifier: Apache-2.0
// What a link does when time passes: heartbeats, repeats of what went unanswered, ends of sessions.
#include "core/link/link.h"

namespace openline {

void Link::run_timers(MonotonicTime now) {
  if (now >= reconsider_) reconsider_ = kNever;  // next_packet looks again
  if (previous_ && now >= previous_->ends) end_session(previous_);
  while (const auto expired = tentative_.expire(now)) board_.by_index.erase(*expired);
  std::vector<const LinkPath*> gone;
  for (const auto& path : paths_) {
    run_path(*path, now);
    const bool useless = !path->listed && path->health.state() == PathState::kDown;
    if (useless || now >= path->validation.failure_due()) gone.push_back(path.get());
  }
  for (const LinkPath* path : gone) remove_path(*path);
  update_open();
  run_handshake(now);
}

void Link::run_path(LinkPath& path, MonotonicTime now) {
  if (now >= path.resume) path.resume = kNever;  // next_packet looks again
  if (!path.usable || !path.validation.valid()) return;
  if (now >= path.sent.loss_due(path.round_trip)) find_lost(path, now);
  if (path.health.check(pace_, now)) {
    path.unanswered = 0;
    board_.events.push_back(
        PathChanged{peer_, path.local, board_.paths[path.local.value].name, PathState::kDown});
    state_changed(path, now);
  }
  path.size.run(path.health.loss(), now);
  if (!current_ || board_.closing) return;
  if (now >= path.probe_due()) run_probe(path, now);
  if (now >= path.health.ping_due(pace_) && !path.ping_wanted) {
    if (!path.live()) (void)path.sent.repeat_until(now);  // unanswered heartbeats of a path that is down
    path.ping_wanted = true;
  }
}

// Nothing was acknowledged for too long: what is in flight goes again, on another path where one is better,
// and this one is asked whether it is still there.
void Link::run_probe(LinkPath& path, MonotonicTime now) {
  const MonotonicTime old = now - path.round_trip.probe_timeout(0);
  path.window.unanswered(path.sent.in_flight(), now);
  for (const SentPacket* packet : path.sent.outstanding_until(old))
    path.size.lost(packet->size, packet->sent, path.health.loss(), now);
  for (const Carried& carried : path.sent.repeat_until(old)) sender_.lost(path.id, carried);
  ++path.unanswered, ++path.silent;
  path.ping_wanted = true;
}

MonotonicTime Link::path_timeout(const LinkPath& path, MonotonicTime now) {
  if (!path.usable) return kNever;
  if (!path.validation.valid()) {
    return std::min(path.challenge_due() > now ? path.challenge_due() : kNever,
                    path.validation.failure_due());
  }
  MonotonicTime due =
      std::min({path.sent.loss_due(path.round_trip), path.health.check_due(pace_), path.size.due()});
  if (!current_ || board_.closing) return due;
  due = std::min({due, path.probe_due(), path.resume});
  if (path.cover_due > now) due = std::min(due, path.cover_due);
  if (const MonotonicTime late = path.blocks.due(path.answer_time(), now); path.live())
    due = std::min(due, late);
  if (path.up() && path.is_narrow()) due = std::min(due, sender_.next_late(way_of(path, now)));
  return path.ping_wanted ? due : std::min(due, path.health.ping_due(pace_));
}

MonotonicTime Link::acknowledgement_timeout(MonotonicTime now) const {
  MonotonicTime next = kNever;
  if (!current_) return next;
  for (const auto& [peer_path, incoming] : current_->incoming) {
    if (const MonotonicTime report = report_time(incoming); report > now) next = std::min(next, report);
    if (!incoming.tracker.owes()) continue;
    const MonotonicTime due = incoming.tracker.due();
    if (due > now) next = std::min(next, due);
    if (due + AckTracker::kAnyPath > now) next = std::min(next, due + AckTracker::kAnyPath);
  }
  return next;
}

// What only waits for a path to have room is not waited for here.
MonotonicTime Link::next_timeout(MonotonicTime now) {
  MonotonicTime due =
      std::min({reconsider_, tentative_.expiry(), acknowledgement_timeout(now), handshake_due(now)});
  if (previous_) due = std::min(due, previous_->ends);
  for (const auto& path : paths_) due = std::min(due, path_timeout(*path, now));
  return due;
}

}  // namespace openline
