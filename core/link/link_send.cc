// SPDX-License-Identifier: Apache-2.0
// What goes next on a path (protocol.md section 6.4).
#include "core/link/link.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr Microseconds kTogether = Milliseconds{50};  // what an object waits for another in its packet
// A repeat makes what comes meanwhile wait for half its time on air, on the average, and a little more
// counts.
constexpr double kShareOfAir = 0.45;
constexpr std::size_t kLeastPacket = kTransportOverhead + 64;  // below that a path has no room
constexpr std::uint32_t kLastNumber = INT32_MAX - 1;           // then the session is over, replaced or not
constexpr std::size_t kControlSize = kTransportOverhead + 24;  // a challenge and a response

}  // namespace

std::optional<ObjectHandle> Link::send(Bytes object, const SendOptions& how, MonotonicTime now) {
  if (object.empty() || object.size() > board_.options.max_object) return std::nullopt;
  if (sender_.empty()) waiting_since_ = now;
  const ObjectHandle handle = sender_.add(std::move(object), how, now);
  update_pace(now);
  if (how.precedence == Precedence::kFlash && !how.bulk && !open_) {
    fresh_wanted_ = true;
    run_handshake(now);
  }
  return handle;
}

std::size_t Link::object_room() const {
  constexpr std::size_t kWholeObject = 2 + 5 + 3;  // around it
  std::size_t room = board_.options.max_object;
  for (const auto& path : paths_) {
    const std::size_t limit = path->small ? block_room(*path) : path->packet_limit();
    if (path->usable) room = std::min(room, limit - std::min(limit, kTransportOverhead + kWholeObject));
  }
  return room;
}

std::optional<Rank> Link::urgency(PathIndex local) {
  std::optional<Rank> most;
  for (const auto& path : paths_) {
    if (path->local == local) most = std::max({most, sender_.pending(path->id), path->blocks.rank()});
  }
  return most;
}

std::optional<OutgoingPacket> Link::next_packet(PathIndex local, std::size_t max_size, MonotonicTime now) {
  for (std::size_t tried = 0; current_ && tried < paths_.size(); ++tried) {
    LinkPath& path = *paths_[(turn_ + tried) % paths_.size()];
    if (path.local != local || !path.usable) continue;
    auto packet = packet_for(path, max_size, now);
    if (!packet) continue;
    turn_ = (turn_ + tried + 1) % paths_.size();
    return packet;
  }
  return std::nullopt;
}

std::optional<OutgoingPacket> Link::packet_for(LinkPath& path, std::size_t max_size, MonotonicTime now) {
  if (path.small) return small_packet_for(path, max_size, now);
  const std::optional<Microseconds> cover = board_.paths[path.local.value].cover;
  if (!cover || !path.validation.valid()) return telling_packet(path, max_size, now);
  if (now < path.cover_due && !path.closing_wanted) return std::nullopt;
  if (max_size < path.packet_limit()) {  // a shorter one would show; the adapter has room at the next time
    path.cover_due = now + *cover;
    return std::nullopt;
  }
  auto packet = telling_packet(path, max_size, now);
  if (!packet && path.up()) packet = seal(path, padded(path, {}, max_size), false, {}, now);
  if (!packet) return std::nullopt;
  // Who comes late does not make up for it: that would show.
  path.cover_due = std::max(path.cover_due + *cover, now + *cover / 2);
  return packet;
}

// Filled up with zeros, at which a reader of frames ends, as the path's settings say.
Bytes Link::padded(LinkPath& path, Bytes plain, std::size_t limit) const {
  const LocalPath& own = board_.paths[path.local.value];
  if (!path.validation.valid() || (own.padding == 0 && !own.cover)) return plain;
  std::size_t whole = path.packet_limit();
  if (!own.cover) {
    const std::size_t units = (plain.size() + kTransportOverhead + own.padding - 1) / own.padding;
    whole = std::min(units * own.padding, whole);
  }
  const std::size_t size = std::max(std::min(whole, limit) - kTransportOverhead, plain.size());
  path.bytes_padded += size - plain.size();
  plain.resize(size);
  return plain;
}

std::optional<OutgoingPacket> Link::telling_packet(LinkPath& path, std::size_t max_size, MonotonicTime now) {
  const std::size_t limit = std::min(max_size, path.packet_limit());
  if (limit < kLeastPacket || path.validation.allowance() < kControlSize) return std::nullopt;
  const auto waiting = sender_.pending(path.id);
  const auto least = waiting ? least_rank(path, now) : std::nullopt;
  const bool objects = least && *waiting >= *least;
  const bool due = wants_control(path, now) || acknowledgement_due(path, now);
  const Way way = way_of(path, now);
  const bool repeats = !objects && may_repeat(path, now) && sender_.has_repeats(way);
  // Before anything but bulk: a path that is never idle shall find its size, too.
  const bool at_leisure = !due && !repeats && (!objects || *waiting == Rank::kBulk);
  if (at_leisure && may_try_size(path, max_size)) return try_size(path, now);
  if (!objects && !due && !repeats) return std::nullopt;

  FrameWriter frames((path.validation.valid() ? limit : kControlSize) - kTransportOverhead);
  const bool control = write_control(frames, path, now);
  if (path.validation.valid()) write_acknowledgements(frames, path, objects || repeats, now);
  std::vector<Carried> carried;
  if (objects) carried = sender_.fill(frames, way, *least);
  if (!carried.empty()) {
    waiting_since_ = now;
    reconsider_ = kNever;
  }
  const std::size_t before = frames.room();
  if (repeats) carried = sender_.fill_repeats(frames, way);
  path.bytes_repeated += before - frames.room();
  if (!repeats) path.load.add(path.time_on_air(limit - frames.room()), now);
  bool elicits = control || !carried.empty();
  if (std::exchange(path.ping_wanted, path.ping_wanted && !path.validation.valid()) && !elicits) {
    elicits = frames.add(PingFrame{});
  }
  if (frames.empty()) return std::nullopt;

  return seal(path, padded(path, frames.take(), limit), elicits, std::move(carried), now);
}

OutgoingPacket Link::seal(LinkPath& path, const Bytes& plain, bool elicits, std::vector<Carried> carried,
                          MonotonicTime now) {
  // Of what is filled up the head has always the same length.
  const LocalPath& own = board_.paths[path.local.value];
  const auto acknowledged = std::max(path.sent.largest_acknowledged(), path.blocks.largest_reported());
  const bool filled = !path.small && (own.padding > 0 || own.cover);
  Transport::Sealed sealed = filled ? current_->transport.seal(path.id, plain)
                                    : current_->transport.seal(path.id, plain, acknowledged);
  const std::size_t size = sealed.packet.size();
  path.bytes_sent += size;
  ++path.packets_sent;
  path.largest_packet = std::max(size, path.largest_packet - path.largest_packet / 8);
  path.validation.sent(size);
  path.health.sent(now);
  const bool patient = !carried.empty() && std::ranges::all_of(carried, &Carried::is_statement);
  if (elicits) {
    path.sent.sent(sealed.number, {now, size, std::move(carried), patient});
    path.pace(size, now);
  } else {
    path.sent.used(sealed.number);
  }
  if (sealed.number.value >= kLastNumber) end_session(current_);
  return {path.remote, std::move(sealed.packet)};
}

// A repeat that nobody asked for is worth its while if it saves more time, on the average, than it takes from
// what is sent meanwhile.
Way Link::way_of(const LinkPath& path, MonotonicTime now) const {
  const auto smoothed = path.round_trip.smoothed();
  const auto in_seconds = [](Microseconds time) { return static_cast<double>(time.count()) / 1e6; };
  Way way{path.id,
          path.health.loss(),
          path.bytes_in(kTogether),
          0,
          path.round_trip.loss_delay(),
          now,
          path.is_narrow(),
          path.packet_limit() - std::min(path.packet_limit(), kTransportOverhead)};
  if (smoothed && path.rate) {
    const double air = in_seconds(path.time_on_air(path.largest_packet));
    way.worth = path.load.at(now) * air * kShareOfAir / std::max(in_seconds(*smoothed), 1e-3);
  }
  return way;
}

// Repeats that nobody asked for yet are of use where an answer takes long, on a path that has room for them,
// and by a path that does not take longer than the best one takes to tell of a loss.
bool Link::may_repeat(LinkPath& path, MonotonicTime now) const {
  const auto smoothed = path.round_trip.smoothed();
  if (!path.up() || !path.window_open() || !smoothed) return false;
  if (*smoothed < 2 * board_.options.ack_delay) return false;
  const MonotonicTime until = path.paced_until(now);
  if (until > now) path.resume = until;
  if (until > now) return false;
  const LocalPath& own = board_.paths[path.local.value];
  if (path.bytes_repeated * 100 > path.bytes_sent * own.repeats) return false;
  Microseconds soonest = Microseconds::max();
  for (const auto& other : paths_) {
    if (other->up() && other->round_trip.smoothed())
      soonest = std::min(soonest, other->expected_delivery() + *other->round_trip.smoothed());
  }
  return path.expected_delivery() <= soonest;
}

// The least urgent rank that this path takes now; nullopt: not even a FLASH.
std::optional<Rank> Link::least_rank(LinkPath& path, MonotonicTime now) {
  path.resume = kNever;
  if (!path.live()) return std::nullopt;
  if (path.window_open()) {
    if (!path.up() || !is_preferred(path, now)) return Rank::kFlash;
    const MonotonicTime until = path.paced_until(now);
    if (until <= now) return Rank::kBulk;
    path.resume = until;
    return Rank::kFlash;
  }
  return path.window.has_room_for_urgent(path.sent.in_flight()) ? std::optional(Rank::kFlash) : std::nullopt;
}

// Whether an object arrives soonest by this path. One that is slower takes it when the faster ones did not in
// the time that they are faster by, as when their adapters have no room.
bool Link::is_preferred(const LinkPath& path, MonotonicTime now) {
  if (paths_.size() == 1) return true;
  Microseconds best = Microseconds::max();
  for (const auto& other : paths_) {
    if (other->up()) best = std::min(best, other->expected_delivery());
  }
  const Microseconds own = path.expected_delivery();
  if (own <= best + best / 4 + Milliseconds{1}) return true;
  const MonotonicTime patience = waiting_since_ + (own - best);
  if (now >= patience) return true;
  reconsider_ = std::min(reconsider_, patience);
  return false;
}

bool Link::acknowledges_on(const Session::Incoming& incoming, const LinkPath& path, MonotonicTime now) const {
  if (!incoming.tracker.owes()) return false;
  if (incoming.via == path.id || now >= incoming.tracker.due() + AckTracker::kAnyPath) return true;
  const auto own = [&](const auto& candidate) { return candidate->id == incoming.via && candidate->live(); };
  return std::ranges::none_of(paths_, own);
}

bool Link::acknowledgement_due(const LinkPath& path, MonotonicTime now) const {
  if (!path.live()) return false;
  return std::ranges::any_of(current_->incoming, [&](const auto& entry) {
    return now >= entry.second.tracker.due() && acknowledges_on(entry.second, path, now);
  });
}

void Link::write_acknowledgements(FrameWriter& frames, const LinkPath& path, bool ride_along,
                                  MonotonicTime now) {
  constexpr std::size_t kFixed = 20, kLongestRun = 5;
  for (auto& [peer_path, incoming] : current_->incoming) {
    const bool again = ride_along && incoming.tracker.may_repeat() && incoming.via == path.id;
    if (!again && !acknowledges_on(incoming, path, now)) continue;
    if (frames.room() < kFixed + kLongestRun) return;
    const std::size_t runs = std::min((frames.room() - kFixed) / kLongestRun, Acknowledgement::kMaxRuns);
    const bool fits = frames.add(incoming.tracker.report(peer_path, now, runs));
    OPENLINE_ASSERT(fits);
  }
}

bool Link::wants_control(const LinkPath& path, MonotonicTime now) const {
  if (path.response_wanted || path.challenge_due() <= now) return true;
  return path.validation.valid() && (path.ping_wanted || path.closing_wanted);
}

// Frames about the path itself. Whether any was written.
bool Link::write_control(FrameWriter& frames, LinkPath& path, MonotonicTime now) {
  bool wrote = false;
  if (path.response_wanted && frames.add(PathResponse{*path.response_wanted})) {
    path.response_wanted.reset();
    wrote = true;
  }
  if (path.challenge_due() <= now) {
    const auto token = path.validation.challenge(board_.random.draw<ChallengeToken>(), now);
    wrote = frames.add(PathChallenge{token}) || wrote;
  }
  if (path.closing_wanted && board_.closing &&
      (frames.add(ClosingFrame{*board_.closing}) || frames.add(ClosingFrame{""}))) {
    path.closing_wanted = false;
    wrote = true;
  }
  return wrote;
}

}  // namespace openline
