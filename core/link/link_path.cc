// SPDX-License-Identifier: Apache-2.0
#include "core/link/link_path.h"

namespace openline {
namespace {

constexpr Microseconds kUnknownDelivery = Milliseconds{500};

Microseconds time_to_send(std::uint64_t bytes, const std::optional<std::uint64_t>& rate) {
  if (!rate || *rate == 0) return {};
  return Microseconds{static_cast<std::int64_t>(bytes * 1'000'000 / *rate)};
}

}  // namespace

LinkPath::LinkPath(const LinkOptions& options, const LocalPath& own, PathIndex own_index, Address address,
                   PathId number)
    : local(own_index),
      remote(std::move(address)),
      id(number),
      rate(own.declared_rate),
      health(options, own.declared_rate),
      round_trip(options.ack_delay),
      window(options, own.max_packet) {}

Microseconds LinkPath::expected_delivery() const {
  const auto smoothed = round_trip.smoothed();
  Microseconds expected = smoothed ? *smoothed / 2 : kUnknownDelivery;
  if (!window_open()) expected += smoothed.value_or(kUnknownDelivery);  // until an acknowledgement makes room
  expected += time_to_send(sent.in_flight(), rate);
  expected =
      Microseconds{static_cast<std::int64_t>(static_cast<double>(expected.count()) / (1.05 - health.loss()))};
  return unanswered == 0 ? expected : expected + round_trip.probe_timeout(unanswered);
}

MonotonicTime LinkPath::probe_due() const {
  const auto since = sent.waiting_since();
  if (!since || !live()) return kNever;
  return *since + round_trip.probe_timeout(unanswered) + time_to_send(sent.in_flight(), rate);
}

MonotonicTime LinkPath::challenge_due() const { return usable ? validation.challenge_due() : kNever; }

}  // namespace openline
