// SPDX-License-Identifier: Apache-2.0
#include "core/link/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "core/crypto/random.h"

namespace openline {
namespace {

constexpr MonotonicTime kStart{Seconds{10}};
constexpr Microseconds kTrip = Milliseconds{100};

MonotonicTime at(int milliseconds) { return kStart + Milliseconds{milliseconds}; }

TEST(Window, GrowsByWhatIsAcknowledgedAndThenByOnePacketARoundTrip) {
  LinkOptions options;
  Window window(options, 1200);
  const std::size_t start = window.bytes();
  window.acknowledged(start, start, kTrip, at(0));
  EXPECT_EQ(window.bytes(), 2 * start);
  window.acknowledged(1200, 1200, 2 * kTrip, at(1));
  window.lost(at(1), at(5), 1200);
  const std::size_t shrunk = window.bytes();
  EXPECT_EQ(shrunk, 2 * start / 10 * 7) << "packets were waiting: it was the queue";
  for (std::size_t acknowledged = 0; acknowledged < shrunk; acknowledged += 1200)
    window.acknowledged(1200, shrunk, kTrip, at(6));
  EXPECT_NEAR(static_cast<double>(window.bytes()), static_cast<double>(shrunk + 1200), 150);
}

TEST(Window, ShrinksOnceARoundTripAndNeverBelowItsFloor) {
  LinkOptions options;
  Window window(options, 1200);
  window.lost(at(1), at(5), 1200);
  const std::size_t once = window.bytes();
  window.lost(at(4), at(6), 1200);
  EXPECT_EQ(window.bytes(), once) << "sent before the last reaction";
  for (int i = 10; i < 100; i += 2) window.lost(at(i), at(i + 1), 1200);
  EXPECT_EQ(window.bytes(), options.min_window);
}

TEST(Window, DoesNotGrowWhenItWasNotWhatHeldThingsBack) {
  LinkOptions options;
  Window window(options, 1200);
  window.acknowledged(1200, 1200, kTrip, at(0));
  EXPECT_EQ(window.bytes(), options.initial_window);
  for (int i = 0; i < 40; ++i) window.acknowledged(window.bytes(), window.bytes(), kTrip, at(i));
  EXPECT_EQ(window.bytes(), options.max_window);
}

// A path with a queue, and a sender that always has something: packet by packet.
struct Wire {
  double rate;  // bytes/s
  double loss;
  std::size_t queue;  // bytes
  std::uint8_t seed = 1;

  // Bytes that arrive in this time; `window` is what sends.
  double run(Window& window, int seconds) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    Random random{RandomSeed(std::span<const std::uint8_t, 32>(bytes))};
    struct Packet {
      MonotonicTime sent, answered;
      bool lost;
    };
    std::deque<Packet> under_way;
    MonotonicTime free_at = kStart, now = kStart;
    double arrived = 0;
    while (now < kStart + Seconds{seconds}) {
      while (window.has_room(under_way.size() * kSize)) {
        free_at = std::max(free_at, now);
        const double waiting = static_cast<double>((free_at - now).count()) * rate / 1e6;
        const bool full = waiting + kSize > static_cast<double>(queue);
        if (!full) free_at += Microseconds{static_cast<std::int64_t>(kSize * 1e6 / rate)};
        const bool noise = static_cast<double>(random.below(1000)) < loss * 1000;
        under_way.push_back({now, free_at + kTrip, full || noise});
      }
      const Packet packet = under_way.front();
      now = std::max(now, packet.answered);
      const std::size_t before = under_way.size() * kSize;
      under_way.pop_front();
      if (packet.lost) {
        window.lost(packet.sent, now, kSize);
      } else {
        window.acknowledged(kSize, before, now - packet.sent, now);
        arrived += kSize;
      }
    }
    return arrived / seconds;
  }
  static constexpr std::size_t kSize = 1200;
};

TEST(Window, FillsACleanPath) {
  LinkOptions options;
  Window window(options, 1200);
  EXPECT_GT(Wire({.rate = 250e3, .loss = 0, .queue = 25'000}).run(window, 60), 0.9 * 250e3);
}

TEST(Window, TakesNoiseForNoise) {
  for (const double loss : {0.02, 0.1, 0.3}) {
    LinkOptions options;
    Window window(options, 1200);
    const double arrived = Wire({.rate = 1e6, .loss = loss, .queue = 200'000}).run(window, 60);
    EXPECT_GT(arrived, 0.7 * 1e6 * (1 - loss)) << "loss " << loss;
  }
}

TEST(Window, TakesAFullQueueForWhatItIs) {
  LinkOptions options;
  Window window(options, 1200);
  Wire wire({.rate = 250e3, .loss = 0, .queue = 25'000});
  (void)wire.run(window, 30);
  EXPECT_FALSE(window.takes_loss_for_noise());
  EXPECT_LT(window.bytes(), 3 * 25'000U) << "what the path and its queue hold";
}

}  // namespace
}  // namespace openline
