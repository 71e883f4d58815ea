// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/line_history.h"

#include <algorithm>

namespace openline::daemon {
namespace {

static_assert(LineHistory::kEvery.count() * LineHistory::kMaxSamples == 24 * 3600);

using Sample = LineHistory::Sample;

const PathStatus* best_path(const PeerStatus& peer) {
  const PathStatus* best = nullptr;
  for (const LinkStatus& link : peer.links) {
    for (const PathStatus& path : link.paths) {
      if (path.state != PathState::kUp || !path.round_trip) continue;
      if (best == nullptr || *path.round_trip < *best->round_trip) best = &path;
    }
  }
  return best;
}

Sample sample_of(const LineStatus& line, const StationStatus& status, WallTime time) {
  Sample sample{time, std::nullopt, std::nullopt, line.lamp};
  for (const MemberStatus& member : line.members) {
    const auto peer = std::ranges::find(status.peers, member.code, &PeerStatus::code);
    const PathStatus* path = peer == status.peers.end() ? nullptr : best_path(*peer);
    if (path == nullptr || (sample.round_trip && *path->round_trip <= *sample.round_trip)) continue;
    sample.round_trip = path->round_trip;
    sample.loss = path->loss;
  }
  return sample;
}

}  // namespace

void LineHistory::look(const StationStatus& status, Now now) {
  std::erase_if(lines_, [&](const auto& kept) {
    return std::ranges::find(status.lines, kept.first, &LineStatus::line) == status.lines.end();
  });
  for (const LineStatus& line : status.lines) {
    const auto [kept, is_new] = lines_.try_emplace(line.line);
    Line& history = kept->second;
    history.worst = std::max(history.worst, line.lamp);
    if (!is_new && now.monotonic < history.next) continue;
    Sample sample = sample_of(line, status, now.wall);
    sample.lamp = history.worst;
    history.samples.push_back(sample);
    if (history.samples.size() > kMaxSamples) history.samples.pop_front();
    history.worst = LineLamp::kOpenAttended;
    // Looks that did not happen, as while the machine slept, owe no samples.
    const bool in_time = !is_new && history.next + kEvery > now.monotonic;
    history.next = (in_time ? history.next : now.monotonic) + kEvery;
  }
}

const std::deque<Sample>& LineHistory::samples(const LineId& line) const {
  static const std::deque<Sample> kNone;
  const auto found = lines_.find(line);
  return found == lines_.end() ? kNone : found->second.samples;
}

}  // namespace openline::daemon
