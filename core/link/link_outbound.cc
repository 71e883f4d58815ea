// SPDX-License-Identifier: Apache-2.0
// What the link says of itself: its paths, what is on its way, and when that should be there.
#include <algorithm>

#include "core/link/link.h"

namespace openline {
namespace {

constexpr std::size_t kAroundAnObject = 10;  // bytes of its frame at most

std::optional<double> budget_used(const LinkPath& path, std::uint32_t percent) {
  if (percent == 0) return std::nullopt;
  const double budget = static_cast<double>(path.bytes_sent) * percent / 100;
  return budget > 0 ? std::min(1.0, static_cast<double>(path.bytes_repeated) / budget) : 0;
}

Precedence precedence_of(Rank rank) {
  return rank == Rank::kBulk ? Precedence::kRoutine
                             : static_cast<Precedence>(static_cast<std::uint8_t>(rank) - 1);
}

// Bytes a second that arrive: by what was measured, by what is declared, or by what may be sent in a round
// trip.
std::optional<double> goodput_of(const LinkPath& path) {
  const double arrives = 1 - std::min(path.health.loss(), 0.95);
  if (path.rate) return static_cast<double>(*path.rate) * arrives;
  if (const auto measured = path.goodput.rate()) return measured;
  const auto round_trip = path.round_trip.smoothed();
  if (!round_trip) return std::nullopt;
  return static_cast<double>(path.window.bytes()) * 1e6 /
         static_cast<double>(std::max<std::int64_t>(round_trip->count(), 1)) * arrives;
}

// From the end of sending to arrival: half the round trip, without what the packet itself takes on the air.
// Not by the least round trip ever: networks change under a path.
Microseconds delay_of(const LinkPath& path) {
  const Microseconds round_trip = path.round_trip.smoothed().value_or(Microseconds{});
  return std::max(round_trip - path.time_on_air(path.largest_packet), Microseconds{}) / 2;
}

}  // namespace

LinkStatus Link::status() const {
  LinkStatus status;
  status.station = peer_;
  status.session = open_;
  status.courier_key = current_ ? current_->generation != 0 : !courier_keys_.empty();
  status.suspect_courier_key = suspect_;
  status.closing = peer_closing_;
  status.queued_bytes = sender_.queued_bytes();
  status.objects_in_flight = sender_.count();
  for (const auto& path : paths_) {
    const PathHealth& health = path->health;
    const LocalPath& own = board_.paths[path->local.value];
    status.last_heard = std::max(status.last_heard, health.last_heard());
    PathStatus one;
    one.path = path->local;
    one.name = own.name;
    one.remote = path->remote;
    one.state = health.state();
    one.last_heard = health.last_heard();
    one.state_since = health.state_since();
    one.round_trip = path->round_trip.smoothed();
    one.loss = health.loss();
    one.detection_time = health.detection_time(pace_.busy);
    one.declared_rate = path->rate;
    if (const auto rate = path->goodput.rate()) one.measured_rate = static_cast<std::uint64_t>(*rate);
    one.in_flight = path->in_flight();
    one.bytes_sent = path->bytes_sent, one.bytes_received = path->bytes_received;
    one.packets_sent = path->packets_sent, one.packets_received = path->packets_received;
    one.packets_lost = path->packets_lost;
    one.bytes_repeated = path->bytes_repeated;
    one.bytes_padded = path->bytes_padded;
    one.packet_size = path->packet_limit();
    one.budget_used = budget_used(*path, own.repeats);
    status.paths.push_back(std::move(one));
  }
  return status;
}

PathOutlook Link::outlook_of(const LinkPath& path, const AdapterLoad& adapter, MonotonicTime now) const {
  const std::size_t limit = path.packet_limit();
  const std::size_t around = path.small ? kSymbolOverhead : kTransportOverhead + kAroundAnObject;
  PathOutlook outlook;
  outlook.up = current_ && path.up();
  outlook.goodput = goodput_of(path);
  if (outlook.goodput) *outlook.goodput /= static_cast<double>(adapter.links);
  outlook.loss = std::min(path.health.loss(), 0.95);
  outlook.delay = delay_of(path);
  outlook.busy = std::max(adapter.free_at - now, Microseconds{});
  outlook.loss_shows = path.round_trip.loss_delay();
  outlook.room = limit - std::min(limit - 1, around);
  outlook.overhead = around + (path.rate ? path.overhead : 0);
  return outlook;
}

Outbound Link::outbound(std::size_t most, const std::vector<AdapterLoad>& adapters, MonotonicTime now) const {
  std::vector<PathOutlook> outlooks;
  for (const auto& path : paths_) outlooks.push_back(outlook_of(*path, adapters.at(path->local.value), now));
  const auto index_of = [&](PathId id) {
    const auto found = std::ranges::find(paths_, id, [](const auto& path) { return path->id; });
    return static_cast<std::size_t>(found - paths_.begin());
  };
  const auto ago = [&](const std::optional<MonotonicTime>& then) {
    return then ? std::optional(now - *then) : std::nullopt;
  };
  const std::vector<Outstanding> objects = sender_.outstanding();
  std::vector<Shipment> shipments;
  for (const Outstanding& object : objects) {
    Shipment shipment{object.rank, object.group,        object.missing,          object.unsent,
                      {},          ago(object.sent_at), ago(object.repeated_at), index_of(object.sent_by)};
    if (object.rank == Rank::kFlash) shipment.lanes.resize(paths_.size());
    for (const auto& [path, unsent] : object.lanes) {
      if (index_of(path) < paths_.size()) shipment.lanes[index_of(path)] = unsent;
    }
    // What a block carries is on its way only as far as its symbols went.
    for (std::size_t path = 0; path < paths_.size(); ++path) {
      const std::size_t waits = paths_[path]->blocks.waiting_bytes_of(object.handle);
      (object.rank == Rank::kFlash ? shipment.lanes[path] : shipment.unsent) += waits;
    }
    shipments.push_back(std::move(shipment));
  }
  const DeliveryEstimate estimate(std::move(outlooks), std::move(shipments));
  Outbound outbound;
  for (std::size_t at = 0; at < std::min(most, objects.size()); ++at) {
    const Outstanding& object = objects[at];
    ObjectStatus one{object.handle,
                     precedence_of(object.rank),
                     object.rank == Rank::kBulk,
                     object.size,
                     object.missing,
                     object.since,
                     std::nullopt,
                     {}};
    if (const auto arrival = estimate.arrival_of(at)) {
      one.due = now + arrival->in;
      one.path = board_.paths[paths_[arrival->path]->local.value].name;
    }
    outbound.objects.push_back(std::move(one));
  }
  outbound.more = objects.size() - outbound.objects.size();
  for (std::size_t path = 0; path < paths_.size(); ++path)
    outbound.queues.push_back({estimate.queued_bytes(path), estimate.queue_time(path)});
  return outbound;
}

}  // namespace openline
