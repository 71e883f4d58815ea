// SPDX-License-Identifier: Apache-2.0
#include "core/link/sent_packets.h"

#include <algorithm>

#include "core/link/ack_tracker.h"
#include "core/wire/assert.h"

namespace openline {

void SentPackets::used(PacketNumber number) {
  OPENLINE_ASSERT(number.value >= next_);
  next_ = std::uint64_t{number.value} + 1;
}

void SentPackets::sent(PacketNumber number, SentPacket packet) {
  used(number);
  in_flight_ += packet.size;
  outstanding_.emplace_hint(outstanding_.end(), number.value, std::move(packet));
}

void SentPackets::take(ByNumber& from, Range numbers, std::vector<SentPacket>& into) {
  auto at = from.lower_bound(static_cast<std::uint32_t>(numbers.from));
  while (at != from.end() && at->first < numbers.to) {
    if (&from == &outstanding_) in_flight_ -= at->second.size;
    into.push_back(std::move(at->second));
    at = from.erase(at);
  }
}

SentPackets::Newly SentPackets::acknowledge(const Acknowledgement& ack, MonotonicTime now) {
  Newly newly;
  if (ack.largest.value >= next_) return newly;  // never sent: no honest peer says so
  for (const ByNumber* packets : {&outstanding_, &repeated_}) {
    const auto largest = packets->find(ack.largest.value);
    // What waited for a convenient moment says nothing of the round trip.
    if (largest != packets->end() && !largest->second.is_patient) newly.largest_sent = largest->second.sent;
  }
  std::uint64_t end = std::uint64_t{ack.largest.value} + 1;
  for (std::size_t i = 0; i < ack.runs.size(); ++i) {
    OPENLINE_ASSERT(ack.runs[i] <= end);
    const Range run{end - ack.runs[i], end};
    end = run.from;
    if (i % 2 == 1) continue;  // missing
    take(outstanding_, run, newly.acknowledged);
    const std::size_t before = newly.acknowledged.size();
    take(repeated_, run, newly.acknowledged);
    for (std::size_t at = before; at < newly.acknowledged.size(); ++at) {
      if (newly.acknowledged[at].overtaken) threshold_ = kPacketThreshold;
    }
  }
  if (newly.acknowledged.empty()) return newly;
  last_acknowledged_ = now;
  largest_acknowledged_ = std::max(largest_acknowledged_.value_or(0), ack.largest.value);
  return newly;
}

std::vector<SentPacket> SentPackets::find_lost(const RoundTrip& round_trip, MonotonicTime now) {
  std::vector<SentPacket> lost;
  while (largest_acknowledged_ && !outstanding_.empty()) {
    const auto oldest = outstanding_.begin();
    if (oldest->first > *largest_acknowledged_) break;
    const bool overtaken = *largest_acknowledged_ - oldest->first >= threshold_;
    if (!overtaken && now < oldest->second.sent + round_trip.loss_delay()) break;
    oldest->second.overtaken = true;
    lost.push_back(oldest->second);
    give_up(oldest);
  }
  return lost;
}

std::vector<const SentPacket*> SentPackets::outstanding_until(MonotonicTime sent) const {
  std::vector<const SentPacket*> packets;
  for (const auto& [number, packet] : outstanding_) {
    if (packet.sent <= sent) packets.push_back(&packet);
  }
  return packets;
}

std::vector<Carried> SentPackets::repeat_until(MonotonicTime sent) {
  std::vector<Carried> carried;
  while (!outstanding_.empty() && outstanding_.begin()->second.sent <= sent) {
    const std::vector<Carried>& given_up = outstanding_.begin()->second.carried;
    carried.insert(carried.end(), given_up.begin(), given_up.end());
    give_up(outstanding_.begin());
  }
  return carried;
}

// Its acknowledgement would still be of use.
void SentPackets::give_up(ByNumber::iterator packet) {
  auto node = outstanding_.extract(packet);
  in_flight_ -= node.mapped().size;
  repeated_.insert(repeated_.end(), std::move(node));
  if (repeated_.size() > kMaxRepeated) repeated_.erase(repeated_.begin());
}

std::vector<Carried> SentPackets::forget_all() {
  std::vector<Carried> carried = repeat_until(MonotonicTime::max());
  *this = SentPackets(threshold_ == 1);
  return carried;
}

MonotonicTime SentPackets::loss_due(const RoundTrip& round_trip) const {
  if (!largest_acknowledged_ || outstanding_.empty()) return kNever;
  const auto& [number, packet] = *outstanding_.begin();
  return number > *largest_acknowledged_ ? kNever : packet.sent + round_trip.loss_delay();
}

std::optional<MonotonicTime> SentPackets::waiting_since() const {
  if (outstanding_.empty()) return std::nullopt;
  const auto hurried =
      std::ranges::find_if(outstanding_, [](const auto& packet) { return !packet.second.is_patient; });
  if (hurried != outstanding_.end()) return std::max(hurried->second.sent, last_acknowledged_);
  return std::max(outstanding_.begin()->second.sent + AckTracker::kConvenience, last_acknowledged_);
}

void SentPackets::check_invariants() const {
  std::size_t bytes = 0;
  for (const auto& [number, packet] : outstanding_) {
    OPENLINE_ASSERT(number < next_);
    bytes += packet.size;
  }
  OPENLINE_ASSERT(bytes == in_flight_ && repeated_.size() <= kMaxRepeated);
}

}  // namespace openline
