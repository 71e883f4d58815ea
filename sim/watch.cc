// SPDX-License-Identifier: Apache-2.0
#include "sim/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace openline::sim {
namespace {

double in_seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

// Silence that the station notices at the latest. What it states is for now: a path that was idle may have
// been silent for as long as idle ones may before it became busy, and counts anew from then (protocol.md
// section 15).
Microseconds detection_of(const StationStatus& status, const StationKey& far,
                          const LinkOptions& link_options) {
  Microseconds longest{};
  const Microseconds most_busy = link_options.heartbeat_busy * static_cast<int>(link_options.max_missed);
  const auto in_all = [&](Microseconds stated) {
    if (stated > most_busy) return stated + most_busy;
    return stated + stated * (link_options.heartbeat_idle / link_options.heartbeat_busy);
  };
  for (const PeerStatus& peer : status.peers) {
    for (const LinkStatus& link : peer.links) {
      if (link.station != far) continue;
      for (const PathStatus& path : link.paths) {
        if (path.state == PathState::kUp) longest = std::max(longest, in_all(path.detection_time));
      }
    }
  }
  return longest;
}

}  // namespace

Watch::Watch(World& world, WatchOptions options, std::vector<std::string> secrets)
    : world_(world), options_(options), secrets_(std::move(secrets)) {
  for (std::size_t at = 0; at < world_.stations(); ++at) by_code_[world_.party(at).code()] = at;
  world_.tap([this](const WireName& wire, const Bytes& packet) {
    if (const auto seen = seen_in(packet, secrets_)) fail(wire.from, "sends in the clear: " + *seen);
  });
}

void Watch::fail(std::size_t station, const std::string& what) {
  world_.oracles().fail(fmt::format("{} {}", world_.party(station).code(), what));
}

std::optional<std::string> Watch::seen_in(const Bytes& packet, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (memmem(packet.data(), packet.size(), secret.data(), secret.size()) != nullptr) return secret;
  }
  return std::nullopt;
}

std::string Watch::judge_reach(bool reachable, std::optional<Microseconds> silent, Microseconds detection,
                               Seconds grace) {
  if (!reachable) return {};
  if (!silent) return "nothing ever came from there";
  if (*silent <= detection + grace) return {};
  return fmt::format("nothing came whole from there for {:.0f} s, and it would notice within {:.0f} s",
                     in_seconds(*silent), in_seconds(detection));
}

std::string Watch::judge_bounds(const StationStatus& status, const StationOptions& options,
                                std::size_t max_queued) {
  // A change that is taken at the limit may be as large as an object.
  if (status.uncommitted_bytes > options.max_uncommitted + (2 << 20))
    return fmt::format("has {} bytes that wait for the store", status.uncommitted_bytes);
  for (const LineStatus& line : status.lines) {
    if (line.held_above_gap > options.max_held)
      return fmt::format("holds {} runs above a gap", line.held_above_gap);
    if (line.open_items.size() > 2 * options.max_open_items)
      return fmt::format("has {} open items", line.open_items.size());
  }
  for (const PeerStatus& peer : status.peers) {
    for (const LinkStatus& link : peer.links) {
      if (link.queued_bytes > max_queued) return fmt::format("has {} bytes for a peer", link.queued_bytes);
    }
  }
  return {};
}

void Watch::attends(std::size_t station) { attended_[station] = world_.true_time(); }

void Watch::flash_sent(std::size_t author, EntryId id) { flashes_.push_back({author, id, {}}); }

void Watch::look() {
  ++looks_;
  stopped_.clear();
  for (std::size_t at = 0; at < world_.stations(); ++at) {
    if (world_.is_running(at) && world_.oracles().honest(at)) look_at(at);
  }
  look_at_flashes();
}

void Watch::look_at(std::size_t at) {
  if (world_.paused(at)) return;  // it says nothing
  const StationStatus status = world_.station(at).status(world_.now(at));
  if (const std::string wrong = judge_bounds(status, world_.station_options(), options_.max_queued);
      !wrong.empty())
    fail(at, wrong);
  for (const LineStatus& line : status.lines) {
    for (const MemberStatus& member : line.members) {
      const auto far = by_code_.find(member.code);
      if (far != by_code_.end()) look_at_member(at, far->second, status, member);
    }
    look_at_forks(at, line);
    if (line.writing_stopped) stopped_.push_back(at);
  }
}

void Watch::look_at_member(std::size_t at, std::size_t other, const StationStatus& status,
                           const MemberStatus& member) {
  const auto came = world_.last_came(other, at);
  const auto silent = came ? std::optional(world_.true_time() - *came) : std::nullopt;
  const std::string wrong = judge_reach(
      member.reachable, silent,
      detection_of(status, world_.party(other).station(), world_.station_options().link), options_.grace);
  if (!wrong.empty()) fail(at, fmt::format("says that {} is reachable: {}", member.code, wrong));
  if (member.desk_state != DeskState::kAttended || !world_.oracles().honest(other)) return;
  const auto attended = attended_.find(other);
  // A lease that was given at the end of one, and what it may have been under way.
  const Seconds most = 2 * world_.station_options().presence_lease + Seconds{60};
  const auto late = world_.last_late(other, at);  // it may have said so, whenever that was
  if (late && world_.true_time() - *late <= most) return;
  if (attended == attended_.end() || world_.true_time() - attended->second > most)
    fail(at, fmt::format("says that the desk of {} is attended; nobody is there", member.code));
}

// Both branches are in its store: it must say so.
void Watch::look_at_forks(std::size_t at, const LineStatus& line) {
  if (!world_.store(at).holds_fork()) return;
  const MonotonicTime since = forked_since_.try_emplace(at, world_.true_time()).first->second;
  const bool said = std::ranges::any_of(line.conditions, [](const std::string& text) {
    return text.find("two different") != std::string::npos;
  });
  if (!said && world_.true_time() - since > options_.fork_within)
    fail(at, "holds both branches of a fork and does not say so");
}

bool Watch::network_allows(std::size_t from, std::size_t to) const {
  return calm_ && world_.is_running(from) && world_.is_running(to) && !world_.separate_pair(from, to) &&
         world_.oracles().honest(from) && world_.oracles().honest(to);
}

void Watch::look_at_flashes() {
  const MonotonicTime now = world_.true_time();
  for (Flash& flash : flashes_) {
    for (std::size_t to = 0; to < world_.stations(); ++to) {
      if (world_.store(to).find(flash.id) != nullptr || !network_allows(flash.author, to)) {
        flash.good_since.erase(to);
        continue;
      }
      const MonotonicTime since = flash.good_since.try_emplace(to, now).first->second;
      if (now - since > options_.flash_within)
        fail(to, fmt::format("lacks FLASH {} after {:.0f} s of good network", flash.id.hex().substr(0, 12),
                             in_seconds(now - since)));
    }
  }
  const auto everywhere = [&](const Flash& flash) {
    // Its author was restored from an older copy: then nobody owes it to anybody.
    if (world_.store(flash.author).find(flash.id) == nullptr) return true;
    for (std::size_t to = 0; to < world_.stations(); ++to) {
      if (world_.store(to).find(flash.id) == nullptr) return false;
    }
    return true;
  };
  std::erase_if(flashes_, everywhere);
}

}  // namespace openline::sim
