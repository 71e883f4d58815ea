// SPDX-License-Identifier: Apache-2.0
#include "core/link/delivery_estimate.h"

#include <algorithm>
#include <cmath>

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr int kMaxRepairs = 8;                              // rounds
constexpr double kLongestSeconds = 10.0 * 366 * 24 * 3600;  // seconds; beyond it the numbers say nothing

Microseconds from_seconds(double seconds) {
  return Microseconds{static_cast<std::int64_t>(std::clamp(seconds, 0.0, kLongestSeconds) * 1e6)};
}
double in_seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

}  // namespace

DeliveryEstimate::DeliveryEstimate(std::vector<PathOutlook> paths, std::vector<Shipment> shipments)
    : paths_(std::move(paths)), shipments_(std::move(shipments)) {
  for (const Shipment& shipment : shipments_) {
    const auto same = [&](const Group& group) {
      return group.rank == shipment.rank && group.group == shipment.group;
    };
    auto group = std::ranges::find_if(groups_, same);
    if (group == groups_.end()) {
      groups_.push_back({shipment.rank, shipment.group, Costs(paths_.size())});
      group = groups_.end() - 1;
    }
    before_.push_back(group->total);
    for (std::size_t path = 0; path < paths_.size(); ++path)
      group->total[path] += seconds_for(path, unsent_by(shipment, path));
  }
}

std::size_t DeliveryEstimate::unsent_by(const Shipment& shipment, std::size_t path) const {
  if (shipment.rank != Rank::kFlash) return shipment.unsent;
  return path < shipment.lanes.size() ? shipment.lanes[path] : 0;
}

double DeliveryEstimate::seconds_for(std::size_t path, std::size_t bytes) const {
  const PathOutlook& outlook = paths_[path];
  if (!counts(path) || bytes == 0) return 0;
  const std::size_t room = std::max<std::size_t>(outlook.room, 1);
  const std::size_t packets = (bytes + room - 1) / room;
  return static_cast<double>(bytes + packets * outlook.overhead) / std::max(*outlook.goodput, 1e-3);
}

// When the first of this rank could be there by this path. A FLASH is ahead of all that is shared.
double DeliveryEstimate::start_of(std::size_t path, Rank rank) const {
  double start = in_seconds(paths_[path].delay + paths_[path].busy);
  for (const Group& group : groups_) {
    if (rank != Rank::kFlash && group.rank == Rank::kFlash) start += group.total[path];
  }
  return start;
}

// Seconds of each path that go before it: what is more urgent, what is older in its group, and of every other
// group as much as it has a turn for.
DeliveryEstimate::Costs DeliveryEstimate::ahead_of(std::size_t at) const {
  const Shipment& shipment = shipments_[at];
  Costs ahead = before_[at];
  for (const Group& group : groups_) {
    const bool above = group.rank > shipment.rank && group.rank != Rank::kFlash;
    const bool beside = group.rank == shipment.rank && group.group != shipment.group;
    for (std::size_t path = 0; path < paths_.size(); ++path) {
      const double turns = before_[at][path] + seconds_for(path, unsent_by(shipment, path));
      if (above) ahead[path] += group.total[path];
      if (beside) ahead[path] += std::min(group.total[path], turns);
    }
  }
  return ahead;
}

// When the paths together have brought work that takes each alone so many seconds. Each takes its part from
// the moment at which it can.
std::optional<DeliveryEstimate::Emptied> DeliveryEstimate::emptied(const Costs& work, Rank rank) const {
  struct Taker {
    double start, share;  // of all the work in a second
    std::size_t path;
  };
  std::vector<Taker> takers;
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    if (counts(path)) takers.push_back({start_of(path, rank), 1 / std::max(work[path], 1e-9), path});
  }
  if (takers.empty()) return std::nullopt;
  std::ranges::sort(takers, {}, &Taker::start);
  double share = 0, from = 0;
  for (std::size_t at = 0; at < takers.size(); ++at) {
    share += takers[at].share;
    from += takers[at].start * takers[at].share;
    const double end = (1 + from) / share;
    if (at + 1 < takers.size() && end > takers[at + 1].start) continue;
    const auto most =
        std::ranges::max_element(takers.begin(), takers.begin() + static_cast<std::ptrdiff_t>(at) + 1, {},
                                 [&](const Taker& taker) { return (end - taker.start) * taker.share; });
    return Emptied{end, most->path};
  }
  return std::nullopt;
}

// How long the losses of its last packets take to be mended, as likely as not: that many times some of them
// are lost again. A single packet's copies need no answer to wait for: they are sent meanwhile.
Microseconds DeliveryEstimate::repairs(const Shipment& shipment, std::size_t path) const {
  const PathOutlook& outlook = paths_[path];
  const double loss = std::clamp(outlook.loss, 0.0, 0.95);
  const std::size_t room = std::max<std::size_t>(outlook.room, 1);
  const double air = seconds_for(path, std::min(room, shipment.missing)) * (1 - loss);
  if (air <= 0 || loss <= 0) return {};
  const double shown = in_seconds(outlook.loss_shows);
  const double packets = std::ceil(static_cast<double>(shipment.missing) / static_cast<double>(room));
  const double last = std::min(packets, std::max(1.0, shown / air));  // earlier losses are mended on the way
  int rounds = 0;
  for (double left = loss; rounds < kMaxRepairs && std::pow(1 - left, last) < 0.5; left *= loss) ++rounds;
  return from_seconds(rounds * (packets > 1 ? shown : air));
}

std::optional<Arrival> DeliveryEstimate::shared_arrival(const Shipment& shipment, const Costs& ahead) const {
  Costs all = ahead;
  bool small = true;
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    all[path] += seconds_for(path, shipment.unsent);
    if (counts(path)) small = small && shipment.unsent <= paths_[path].room;
  }
  std::optional<Emptied> end = emptied(all, shipment.rank);
  if (!end) return std::nullopt;
  if (small) {  // one packet, on one path: the one that brings it first
    const bool first = std::ranges::all_of(ahead, [](double seconds) { return seconds == 0; });
    const double from = first ? 0 : emptied(ahead, shipment.rank)->at;
    end->at = kLongestSeconds;
    for (std::size_t path = 0; path < paths_.size(); ++path) {
      if (!counts(path)) continue;
      const double air = seconds_for(path, shipment.unsent) * (1 - paths_[path].loss);
      const double there = std::max(from, start_of(path, shipment.rank)) + air;
      if (there < end->at) end = Emptied{there, path};
    }
  }
  return Arrival{from_seconds(end->at) + repairs(shipment, end->path), end->path};
}

std::optional<Arrival> DeliveryEstimate::flash_arrival(const Shipment& shipment, const Costs& ahead) const {
  std::optional<Arrival> soonest;
  if (unsent_by(shipment, shipment.sent_by) == 0) soonest = flight_of(shipment);
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    const std::size_t unsent = unsent_by(shipment, path);
    if (!counts(path) || unsent == 0) continue;
    const bool single = unsent <= paths_[path].room;
    const double air = seconds_for(path, unsent) * (single ? 1 - paths_[path].loss : 1);
    const double end = start_of(path, shipment.rank) + ahead[path] + air;
    const Arrival arrival{from_seconds(end) + repairs(shipment, path), path};
    if (!soonest || arrival.in < soonest->in) soonest = arrival;
  }
  return soonest;
}

// What is all in packets that are on their way. Late, it is probably there and the answer is not here yet;
// later still, it was lost, and a copy may be on its way.
std::optional<Arrival> DeliveryEstimate::flight_of(const Shipment& shipment) const {
  const std::size_t path = shipment.sent_by;
  if (!shipment.sent_ago || path >= paths_.size() || !counts(path)) return std::nullopt;
  const PathOutlook& outlook = paths_[path];
  const std::size_t last = std::min(shipment.missing, outlook.room);
  const Microseconds flight = outlook.delay + from_seconds(seconds_for(path, last) * (1 - outlook.loss));
  Microseconds left = flight + repairs(shipment, path) - *shipment.sent_ago;
  if (shipment.repeated_ago && *shipment.sent_ago > outlook.loss_shows)
    left = flight - *shipment.repeated_ago;
  return Arrival{std::max(left, Microseconds{}), path};
}

std::optional<Arrival> DeliveryEstimate::arrival_of(std::size_t at) const {
  OPENLINE_ASSERT(at < shipments_.size());
  const Shipment& shipment = shipments_[at];
  if (shipment.rank == Rank::kFlash) return flash_arrival(shipment, ahead_of(at));
  return shipment.unsent == 0 ? flight_of(shipment) : shared_arrival(shipment, ahead_of(at));
}

std::size_t DeliveryEstimate::queued_bytes(std::size_t path) const {
  std::size_t bytes = 0;
  for (const Shipment& shipment : shipments_) bytes += unsent_by(shipment, path);
  return bytes;
}

std::optional<Microseconds> DeliveryEstimate::queue_time(std::size_t path) const {
  if (!counts(path)) return std::nullopt;
  if (queued_bytes(path) == 0) return Microseconds{};
  Costs shared(paths_.size());
  for (const Group& group : groups_) {
    for (std::size_t each = 0; each < paths_.size() && group.rank != Rank::kFlash; ++each)
      shared[each] += group.total[each];
  }
  const double own = start_of(path, Rank::kBulk);  // after each FLASH
  if (shared[path] == 0) return from_seconds(own);
  return from_seconds(std::max(own, emptied(shared, Rank::kBulk)->at));
}

}  // namespace openline
