// SPDX-License-Identifier: Apache-2.0
// A wire with a drop-tail queue before it, and flows over it that always have something to send, packet by
// packet under virtual time. For tests only.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/crypto/random.h"
#include "core/link/pacer.h"
#include "core/link/window.h"

namespace openline::link_test {

class Flow {
 public:
  static constexpr std::size_t kPacket = 1200;
  virtual ~Flow() = default;
  [[nodiscard]] virtual bool has_room(std::size_t in_flight, MonotonicTime now) const = 0;
  [[nodiscard]] virtual MonotonicTime free_at() const { return {}; }  // when its pace lets it send
  virtual void sent(MonotonicTime /*now*/) {}
  virtual void acknowledged(std::size_t in_flight_before, Microseconds round_trip, MonotonicTime now) = 0;
  virtual void lost(MonotonicTime sent, MonotonicTime now) = 0;
  virtual void unanswered(std::size_t in_flight, MonotonicTime now) = 0;

  double arrived = 0;  // bytes
  struct Packet {
    MonotonicTime sent, answered;
    bool lost = false;
  };
  std::deque<Packet> under_way;
  MonotonicTime silent_since{};
  int silences = 0;
};

// What a path of a measured rate does.
class WindowFlow : public Flow {
 public:
  WindowFlow() : window(options, kPacket) {}
  bool has_room(std::size_t in_flight, MonotonicTime now) const override {
    return window.has_room(in_flight) && pacer.is_free(now, Pacer::kAhead);
  }
  MonotonicTime free_at() const override { return pacer.free_at() - Pacer::kAhead; }
  void sent(MonotonicTime now) override {
    const Microseconds takes = window.pace(kPacket, smoothed);
    pacer.sent(takes, 8 * takes, now);
  }
  void acknowledged(std::size_t in_flight_before, Microseconds round_trip, MonotonicTime now) override {
    smoothed = (7 * smoothed + round_trip) / 8;
    window.acknowledged(kPacket, in_flight_before, round_trip, now);
  }
  void lost(MonotonicTime sent, MonotonicTime now) override { window.lost(sent, now, kPacket); }
  void unanswered(std::size_t in_flight, MonotonicTime now) override { window.unanswered(in_flight, now); }

  LinkOptions options;
  Window window;
  Pacer pacer;
  Microseconds smoothed = Milliseconds{100};
};

// As TCP fills queues: a packet more each round trip, down by 3/10 on loss, whatever the loss is of.
class GreedyFlow : public Flow {
 public:
  bool has_room(std::size_t in_flight, MonotonicTime) const override {
    return static_cast<double>(in_flight) < window;
  }
  void acknowledged(std::size_t, Microseconds, MonotonicTime) override {
    window += kPacket * (slow_start ? 1.0 : 0.53 * kPacket / window);
  }
  void lost(MonotonicTime sent, MonotonicTime now) override {
    if (sent <= shrunk) return;
    shrunk = now;
    slow_start = false;
    window = std::max(window * 0.7, 2.0 * kPacket);
  }
  void unanswered(std::size_t, MonotonicTime now) override { lost(now, now); }

  double window = 10.0 * kPacket;
  bool slow_start = true;
  MonotonicTime shrunk{};
};

class Bottleneck {
 public:
  static constexpr Microseconds kSilence = Milliseconds{300};  // a probe timeout
  static constexpr MonotonicTime kStart{Seconds{10}};

  double rate = 1e6;  // bytes/s
  Microseconds round_trip = Milliseconds{100};
  std::size_t queue = 100'000;  // bytes
  double loss = 0;
  MonotonicTime out_from = kNever, out_to = kNever;  // nothing passes
  std::vector<Flow*> flows;
  MonotonicTime now = kStart;
  double waited = 0;  // microseconds in the queue, of `packets`
  double packets = 0;

  explicit Bottleneck(std::uint8_t seed = 1) : random_(seed_of(seed)) {}

  void run(Microseconds time) {
    const MonotonicTime end = now + time;
    while (now < end) {
      for (Flow* flow : flows) fill(*flow);
      now = std::min(end, std::max(now, next()));
      for (Flow* flow : flows) answer(*flow);
    }
  }
  [[nodiscard]] Microseconds mean_wait() const {
    return Microseconds{static_cast<std::int64_t>(waited / std::max(packets, 1.0))};
  }

 private:
  static RandomSeed seed_of(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return RandomSeed(std::span<const std::uint8_t, 32>(bytes));
  }
  [[nodiscard]] bool is_out() const { return now >= out_from && now < out_to; }

  void fill(Flow& flow) {
    while (flow.has_room(flow.under_way.size() * Flow::kPacket, now)) {
      if (flow.under_way.empty()) flow.silent_since = now;
      free_at_ = std::max(free_at_, now);
      const auto waiting = static_cast<double>((free_at_ - now).count());
      const bool full = waiting * rate / 1e6 + Flow::kPacket > static_cast<double>(queue);
      waited += full ? 0 : waiting, packets += full ? 0 : 1;
      if (!full) free_at_ += Microseconds{static_cast<std::int64_t>(Flow::kPacket * 1e6 / rate)};
      const bool noise = static_cast<double>(random_.below(1'000'000)) < loss * 1e6;
      flow.under_way.push_back({now, is_out() ? kNever : free_at_ + round_trip, full || noise});
      flow.sent(now);
    }
  }

  [[nodiscard]] MonotonicTime next() const {
    MonotonicTime next = kNever;
    for (const Flow* flow : flows) {
      if (!flow->under_way.empty())
        next = std::min({next, flow->under_way.front().answered, silence_ends(*flow)});
      if (flow->free_at() > now) next = std::min(next, flow->free_at());
    }
    return next;
  }
  [[nodiscard]] MonotonicTime silence_ends(const Flow& flow) const {
    return flow.silent_since + kSilence * (1 << std::min(flow.silences, 5)) + round_trip;
  }

  // A loss is known when what was sent next is acknowledged.
  void answer(Flow& flow) {
    while (!flow.under_way.empty() && flow.under_way.front().answered <= now) {
      const Flow::Packet packet = flow.under_way.front();
      const std::size_t before = flow.under_way.size() * Flow::kPacket;
      flow.under_way.pop_front();
      if (packet.lost) {
        flow.lost(packet.sent, now);
        continue;
      }
      flow.silences = 0;
      flow.silent_since = now;
      flow.acknowledged(before, now - packet.sent, now);
      flow.arrived += Flow::kPacket;
    }
    if (flow.under_way.empty() || now < silence_ends(flow)) return;
    flow.unanswered(flow.under_way.size() * Flow::kPacket, now);
    flow.under_way.clear();
    flow.silent_since = now;
    ++flow.silences;
  }

  Random random_;
  MonotonicTime free_at_{};
};

}  // namespace openline::link_test
