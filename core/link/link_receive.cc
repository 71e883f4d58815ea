// SPDX-License-Identifier: Apache-2.0
// Transport packets that come in, and what their frames say.
#include "core/link/link.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr int kMaxUnansweredLost = 3;
constexpr Seconds kAfterGoodbye{10};  // who says goodbye calls when it is back: no hurry to call it

}  // namespace

void Link::receive_transport(std::uint32_t index, ByteView packet, const Origin& origin, MonotonicTime now) {
  Session* session = find_session(index);
  if (!session) {
    ++board_.counters.unknown_session;
    return;
  }
  const auto opened = session->transport.open(packet);
  if (!opened) {
    ++(opened.error().offset == kReplayedAt ? board_.counters.replayed
                                            : board_.counters.failed_authentication);
    return;
  }
  if (auto tentative = tentative_.take(index)) session = &confirm(std::move(*tentative), origin, now);
  const std::optional<PathId> via = arrive(origin, opened->head.path, now);

  const bool is_current = current_ && session == &*current_;
  auto wish = Wish::kNone;
  bool kept = true;
  FrameReader reader(opened->plain);
  while (const auto frame = reader.next()) {
    wish = std::max(wish, wish_of(*frame));
    kept = take_frame(*frame, is_current, via, now) && kept;
  }
  if (reader.malformed()) ++board_.counters.malformed;
  report_delivered();
  update_pace(now);
  session = find_session(index);  // a `closing` ends it
  if (!session || !kept) return;
  Session::Incoming& incoming = session->incoming[opened->head.path];
  incoming.tracker.received(opened->head.number, wish, now, board_.options.ack_delay);
  incoming.via = via;
}

// The path that this packet came on; none when its address is new and there is no room for one more. Its
// number, for the path itself may be replaced by what the packet says.
std::optional<PathId> Link::arrive(const Origin& origin, PathId peer_id, MonotonicTime now) {
  LinkPath* path = path_at(origin.path, origin.address);
  if (!path) {
    path = add_path(origin.path, origin.address);
    if (!path) return std::nullopt;
    // A stream is open in both directions: nobody gets there who does not receive there.
    if (board_.paths[origin.path.value].kind == "tcp") path->validation.set_valid();
  }
  path->bytes_received += origin.size;
  ++path->packets_received;
  path->validation.received(origin.size);
  path->peer_id = peer_id;
  const PathId id = path->id;
  if (path->validation.valid() && path->usable) hear(*path, now);
  return id;
}

void Link::hear(LinkPath& path, MonotonicTime now) {
  path.silent = 0;
  if (path.health.heard(now)) {
    path.unanswered = 0;
    path.ping_wanted = true;
    became_valid(path, now);
    board_.events.push_back(
        PathChanged{peer_, path.local, board_.paths[path.local.value].name, path.health.state()});
    state_changed(path, now);
  }
  if (!initiations_.empty() && !wants_session(now)) drop_initiations();  // it was only silent
}

// The peer seems to have moved: an address that it called from before, over the same of its paths, is
// probably no longer its own. But somebody on the way may have sent its packets on from another place (RFC
// 9000 section 9.3.3): the old one is kept if it answers. Nobody sends a stream on: of streams the newest
// counts.
void Link::became_valid(const LinkPath& path, MonotonicTime now) {
  const LinkPath* ended = nullptr;
  for (const auto& other : paths_) {
    const bool same = other.get() != &path && other->local == path.local && other->peer_id == path.peer_id;
    if (!same || !path.peer_id || other->listed || !other->validation.valid()) continue;
    if (board_.paths[other->local.value].kind == "tcp") {
      ended = other.get();
      continue;
    }
    other->validation.doubt();
    state_changed(*other, now);
  }
  if (ended) remove_path(*ended);
}

bool Link::take_frame(const Frame& frame, bool is_current, std::optional<PathId> via, MonotonicTime now) {
  if (const auto* object = std::get_if<WholeObject>(&frame)) return take_object(receiver_.take(*object));
  if (const auto* fragment = std::get_if<Fragment>(&frame)) return take_object(receiver_.take(*fragment));
  if (const auto* repair = std::get_if<Repair>(&frame)) return take_object(receiver_.take(*repair));
  if (const auto* ack = std::get_if<Acknowledgement>(&frame)) {
    if (is_current) take_acknowledgement(*ack, now);
  } else if (const auto* challenge = std::get_if<PathChallenge>(&frame)) {
    if (LinkPath* path = via ? path_of(*via) : nullptr) path->response_wanted = challenge->token;
  } else if (const auto* response = std::get_if<PathResponse>(&frame)) {
    const auto found = std::ranges::find_if(
        paths_, [&](const auto& candidate) { return candidate->validation.answered(response->token); });
    if (found != paths_.end()) answered(**found, now);
  } else if (const auto* closing = std::get_if<ClosingFrame>(&frame)) {
    take_closing(*closing, now);
  }
  return true;
}

void Link::answered(LinkPath& path, MonotonicTime now) {
  const bool was_up = path.health.state() == PathState::kUp;  // and in doubt
  hear(path, now);
  if (was_up) state_changed(path, now);
}

bool Link::take_object(ObjectReceiver::Taken taken) {
  if (taken.object) board_.events.push_back(ObjectReceived{peer_, std::move(*taken.object), true});
  return taken.kept;
}

void Link::take_acknowledgement(const Acknowledgement& ack, MonotonicTime now) {
  LinkPath* path = path_of(ack.path);
  if (!path) return;
  path->size.acknowledged(ack, now);
  path->window.carries(path->packet_limit());
  for (const Carried& carried : path->blocks.acknowledged(ack)) sender_.acknowledged(carried);
  const std::size_t in_flight = path->sent.in_flight();
  const SentPackets::Newly newly = path->sent.acknowledge(ack, now);
  if (newly.acknowledged.empty()) return;
  if (newly.largest_sent) path->round_trip.sample(now - *newly.largest_sent, ack.delay);
  std::size_t bytes = 0;
  for (const SentPacket& packet : newly.acknowledged) {
    bytes += packet.size;
    for (const Carried& carried : packet.carried) sender_.acknowledged(carried);
  }
  // What the peer says that it waited was no queue.
  const Microseconds waited = std::min<Microseconds>(ack.delay, board_.options.ack_delay);
  path->window.acknowledged(
      bytes, in_flight, newly.largest_sent ? now - *newly.largest_sent - waited : path->round_trip.latest(),
      now);
  note_arrived(*path, newly.acknowledged, now);
  const bool kept_busy = path->sent.in_flight() > 0 && sender_.pending(path->id).has_value();
  path->goodput.acknowledged(bytes, kept_busy, path->round_trip.latest(), now);
  path->health.acknowledged(newly.acknowledged.size());
  // An outage is not loss: what stayed unanswered counts for a few packets only.
  path->health.lost(static_cast<std::size_t>(std::min(path->unanswered, kMaxUnansweredLost)));
  path->unanswered = 0;
  find_lost(*path, now);
}

void Link::find_lost(LinkPath& path, MonotonicTime now) {
  const std::vector<SentPacket> lost = path.sent.find_lost(path.round_trip, now);
  if (lost.empty()) return;
  note_lost(path, lost, now);
  std::size_t bytes = 0;
  for (const SentPacket& packet : lost) {
    bytes += packet.size;
    for (const Carried& carried : packet.carried) sender_.lost(path.id, carried);
  }
  path.window.lost(lost.back().sent, now, bytes);
  path.health.lost(lost.size());
  path.packets_lost += lost.size();
}

void Link::take_closing(const ClosingFrame& closing, MonotonicTime now) {
  peer_closing_ = std::string(closing.reason);
  for (const auto& path : paths_) repeat_all(*path);
  end_session(current_);
  end_session(previous_);
  for (const auto& path : paths_) sender_.close_lane(path->id);
  initiations_.postpone(now + kAfterGoodbye);
  update_open();
}

void Link::report_delivered() {
  for (const ObjectHandle object : sender_.take_delivered())
    board_.events.push_back(ObjectDelivered{peer_, object});
}

}  // namespace openline
