// SPDX-License-Identifier: Apache-2.0
// How large the packets of a path may be: trying, and what is learned from those that carry something.
#include "core/link/link.h"
#include "core/wire/assert.h"

namespace openline {

bool Link::may_try_size(const LinkPath& path, std::size_t max_size) const {
  const auto size = path.size.wanted();
  if (!size || *size > max_size || board_.closing) return false;
  if (!path.up() || path.unanswered > 0 || !path.window_open() || !path.round_trip.smoothed()) return false;
  // What was declared may be paid for: trying is part of what may be sent unasked.
  const std::uint64_t budget = board_.paths[path.local.value].repeats;
  return !path.rate || (path.bytes_repeated + *size) * 100 <= path.bytes_sent * budget;
}

// It asks for an answer, but is neither part of the window nor followed like other packets: when it is lost
// that says nothing about the path but its size. Nor does it take a heartbeat's place.
std::optional<OutgoingPacket> Link::try_size(LinkPath& path, MonotonicTime now) {
  const std::size_t size = path.size.wanted().value();
  FrameWriter frames(size - kTransportOverhead);
  const bool fits = frames.add(PingFrame{});
  frames.fill_up();
  Transport::Sealed sealed = current_->transport.seal(path.id, frames.take());  // with the longer head
  OPENLINE_ASSERT(fits && sealed.packet.size() == size);
  path.sent.used(sealed.number);
  path.bytes_sent += size;
  if (path.rate) path.bytes_repeated += size;
  const Microseconds on_air = path.time_on_air(size);
  path.size.probe_sent(sealed.number, now + path.round_trip.probe_timeout(0) + on_air);
  return OutgoingPacket{path.remote, std::move(sealed.packet)};
}

void Link::note_arrived(LinkPath& path, const std::vector<SentPacket>& packets, MonotonicTime now) {
  for (const SentPacket& packet : packets) path.size.arrived(packet.size, packet.sent, now);
}

void Link::note_lost(LinkPath& path, const std::vector<SentPacket>& packets, MonotonicTime now) {
  for (const SentPacket& packet : packets) path.size.lost(packet.size, packet.sent, path.health.loss(), now);
}

bool Link::packet_refused(PathIndex local, const Address& to, std::size_t size, MonotonicTime now) {
  LinkPath* path = path_at(local, to);
  if (path) path->size.refused(size, now);
  return path != nullptr;
}

}  // namespace openline
