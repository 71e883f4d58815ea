// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/text_estimate.h"

#include <algorithm>
#include <map>

#include "core/crypto/transport.h"
#include "core/link/delivery_estimate.h"
#include "core/link/small_packets.h"

namespace openline::daemon {
namespace {

// What goes around the words of a text: its header, signature and role. Packing and brief forms make it less.
constexpr std::size_t kAroundAText = 200;
constexpr std::size_t kAroundAnObject = 10;  // bytes of its frame at most

Rank rank_of(Precedence precedence) { return static_cast<Rank>(static_cast<std::uint8_t>(precedence) + 1); }

// Of a path that was never busy nobody knows how fast it is, but so much may leave it in a round trip.
std::optional<double> goodput_of(const PathStatus& path) {
  const double arrives = 1 - std::min(path.loss, 0.95);
  if (path.declared_rate) return static_cast<double>(*path.declared_rate) * arrives;
  if (path.measured_rate) return static_cast<double>(*path.measured_rate);
  if (!path.round_trip) return std::nullopt;
  return static_cast<double>(LinkOptions{}.initial_window) * 1e6 /
         static_cast<double>(std::max<std::int64_t>(path.round_trip->count(), 1)) * arrives;
}

PathOutlook outlook_of(const LinkStatus& link, const PathStatus& path) {
  const bool is_small = path.declared_rate && path.packet_size < kSmallPath;
  const std::size_t around = is_small ? kSymbolOverhead : kTransportOverhead + kAroundAnObject;
  const Microseconds round_trip = path.round_trip.value_or(Microseconds{});
  const double rate = static_cast<double>(path.declared_rate.value_or(0));
  const Microseconds on_air{
      rate > 0 ? static_cast<std::int64_t>(static_cast<double>(path.packet_size) / rate * 1e6) : 0};
  PathOutlook outlook;
  outlook.up = link.session && path.state == PathState::kUp;
  outlook.goodput = goodput_of(path);
  outlook.loss = std::min(path.loss, 0.95);
  outlook.delay = std::max(round_trip - on_air, Microseconds{}) / 2;
  outlook.loss_shows = round_trip * 9 / 8;
  outlook.room = path.packet_size > around ? path.packet_size - around : 1;
  outlook.overhead = around;
  return outlook;
}

// Lines take turns, and so do they here.
class Groups {
 public:
  explicit Groups(const LineId& own) { numbers_[own] = 1; }
  std::uint32_t of(const Cargo& cargo) {
    if (const auto* run = std::get_if<RunCargo>(&cargo)) return of(run->line);
    if (const auto* file = std::get_if<FileCargo>(&cargo)) return of(file->line);
    return 0;
  }
  std::uint32_t of(const LineId& line) {
    return numbers_.try_emplace(line, static_cast<std::uint32_t>(numbers_.size() + 1)).first->second;
  }

 private:
  std::map<LineId, std::uint32_t> numbers_;
};

std::vector<Shipment> shipments_of(const LinkStatus& link, const LinkTraffic& traffic, Groups& groups) {
  std::vector<Shipment> shipments;
  std::size_t listed = 0, queued = 0;
  for (const Consignment& one : traffic.on_the_way) {
    const Rank rank = one.object.bulk ? Rank::kBulk : rank_of(one.object.precedence);
    Shipment shipment{rank, groups.of(one.cargo), one.object.missing, one.object.missing};
    shipment.lanes.resize(link.paths.size(), one.object.missing);
    listed += one.object.missing;
    shipments.push_back(std::move(shipment));
  }
  for (const PathQueue& queue : traffic.queues) queued = std::max(queued, queue.bytes);
  // Those beyond the most urgent 64 are not listed: at most as urgent as the last of these.
  if (traffic.more > 0 && queued > listed) {
    const Rank rank = shipments.empty() ? Rank::kBulk : shipments.back().rank;
    Shipment rest{rank, 0, queued - listed, queued - listed};
    rest.lanes.resize(link.paths.size(), queued - listed);
    shipments.push_back(std::move(rest));
  }
  return shipments;
}

std::optional<TextEstimate> estimate_by(const LinkStatus& link, const LinkTraffic& traffic,
                                        const LineId& line, Precedence precedence, std::size_t size) {
  Groups groups(line);
  std::vector<Shipment> all = shipments_of(link, traffic, groups);
  Shipment added{rank_of(precedence), groups.of(line), size, size};
  added.lanes.resize(link.paths.size(), size);
  const auto behind = std::ranges::find_if(all, [&](const Shipment& one) { return one.rank < added.rank; });
  const auto at = static_cast<std::size_t>(behind - all.begin());
  all.insert(behind, std::move(added));
  std::vector<PathOutlook> outlooks;
  for (const PathStatus& path : link.paths) outlooks.push_back(outlook_of(link, path));
  const auto arrival = DeliveryEstimate(std::move(outlooks), std::move(all)).arrival_of(at);
  if (!arrival) return std::nullopt;
  return TextEstimate{arrival->in, link.paths[arrival->path].name};
}

}  // namespace

std::optional<TextEstimate> estimate_text(const PeerStatus& peer, const LineId& line, Precedence precedence,
                                          std::size_t text) {
  std::optional<TextEstimate> soonest;
  for (std::size_t at = 0; at < peer.links.size() && at < peer.traffic.size(); ++at) {
    auto one = estimate_by(peer.links[at], peer.traffic[at], line, precedence, text + kAroundAText);
    if (one && (!soonest || one->in < soonest->in)) soonest = std::move(one);
  }
  return soonest;
}

}  // namespace openline::daemon
