// SPDX-License-Identifier: Apache-2.0
#include "core/link/link_path.h"

#include <cmath>

#include "core/link/block_receiver.h"

namespace openline {
namespace {

constexpr Microseconds kUnknownDelivery = Milliseconds{500};

constexpr Microseconds kUnknownRoundTrip = Milliseconds{100};  // for pacing, until there is a sample
constexpr std::size_t kBurst = 8;                              // packets that may leave at once after a pause

// Without a search the limit is what the options say. On a slow path air is dear, and a packet's time is
// short.
PacketSize size_of(const LocalPath& own) {
  const bool narrow = own.declared_rate && *own.declared_rate < LinkPath::kNarrow;
  if (narrow || own.cover || own.packet_time || own.discover_up_to <= own.max_packet)
    return PacketSize(own.packet_limit(), 0, {});
  // Ethernet's, its jumbo frames', and the loopback's, without what the network adds.
  std::vector<std::size_t> steps;
  for (const std::size_t whole : {1500UL, 9000UL, 65535UL}) {
    const std::size_t step = whole - std::min(whole, own.overhead);
    if (step > own.max_packet && step <= own.discover_up_to) steps.push_back(step);
  }
  if (steps.empty()) steps.push_back(own.discover_up_to);
  return PacketSize(own.max_packet, own.discover_up_to, std::move(steps));
}

}  // namespace

LinkPath::LinkPath(const LinkOptions& options, const LocalPath& own, PathIndex own_index, Address address,
                   PathId number)
    : local(own_index),
      remote(std::move(address)),
      id(number),
      rate(own.rate_to_one()),
      overhead(own.overhead),
      health(options, own.declared_rate, own.nat_keepalive),
      round_trip(options.ack_delay),
      window(options, own.max_packet),
      sent(is_narrow()),
      size(size_of(own)),
      small(is_small(own)) {}

std::size_t LinkPath::packet_limit() const { return unanswered > 0 ? size.base() : size.known(); }

double Load::at(MonotonicTime now) const {
  constexpr double kSpan = 8e6;  // microseconds
  return load_ * std::exp(-static_cast<double>((now - when_).count()) / kSpan);
}

void Load::add(Microseconds on_air, MonotonicTime now) {
  constexpr double kSpan = 8e6;
  load_ = std::min(1.0, at(now) + static_cast<double>(on_air.count()) / kSpan);
  when_ = now;
}

Microseconds LinkPath::time_on_air(std::size_t bytes) const {
  return rate ? time_to_send(bytes + overhead, *rate) : Microseconds{};
}

MonotonicTime LinkPath::paced_until(MonotonicTime now) const {
  return rate || pacer.is_free(now, Pacer::kAhead) ? MonotonicTime::min() : pacer.free_at();
}

void LinkPath::pace(std::size_t bytes, MonotonicTime now) {
  if (rate) return;  // the adapter is paced
  const Microseconds takes = window.pace(bytes, round_trip.smoothed().value_or(kUnknownRoundTrip));
  pacer.sent(takes, kBurst * takes, now);
}

std::size_t LinkPath::bytes_in(Microseconds time) const {
  if (!rate) return SIZE_MAX;
  return static_cast<std::size_t>(*rate * static_cast<std::uint64_t>(time.count()) / 1'000'000);
}

Microseconds LinkPath::expected_delivery() const {
  const auto smoothed = round_trip.smoothed();
  Microseconds expected = smoothed ? *smoothed / 2 : kUnknownDelivery;
  if (!window_open()) expected += smoothed.value_or(kUnknownDelivery);  // until an acknowledgement makes room
  if (rate) expected += time_to_send(in_flight(), *rate);
  expected =
      Microseconds{static_cast<std::int64_t>(static_cast<double>(expected.count()) / (1.05 - health.loss()))};
  return unanswered == 0 ? expected : expected + round_trip.probe_timeout(unanswered);
}

MonotonicTime LinkPath::probe_due() const {
  const auto since = sent.waiting_since();
  if (!since || !live()) return kNever;
  const Microseconds answered =
      round_trip.probe_timeout(unanswered) + (rate ? time_to_send(sent.in_flight(), *rate) : Microseconds{});
  return *since + (small ? answered + 2 * time_on_air(kSmallPath) : answered);
}

// A packet of each side may be on the wire when the answer could go.
Microseconds LinkPath::answer_time() const {
  return round_trip.loss_delay() + 2 * time_on_air(64) + BlockReceiver::kWait;
}

MonotonicTime LinkPath::challenge_due() const { return usable ? validation.challenge_due() : kNever; }

}  // namespace openline
