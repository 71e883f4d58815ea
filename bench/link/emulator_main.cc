// SPDX-License-Identifier: Apache-2.0
// A link that is as bad as one asks for, between two network namespaces: a TUN device in each, and this
// process in between. Needs root, and /dev/net/tun; nothing of the kernel's own emulation.
//
//   openline-link-emulator NAMESPACE NAMESPACE [option=value ...]
//     device=p0              its name in both
//     addresses=A,B          IPv4, one in each
//     mtu=1500
//     rate=BITS              a second, of each direction; 0: no limit
//     queue=BYTES            beyond it the tail is dropped
//     delay=MS jitter=MS     one way
//     loss=PERCENT           of packets, each by itself; a lost packet took its time on air
//     burst=PERCENT,SECONDS  Gilbert-Elliott: so much of the time everything is lost, in bursts of this mean
//     duplicate=PERCENT corrupt=PERCENT reorder=PERCENT
//     largest=BYTES,FROM     seconds after `go` appeared, from when larger IP packets vanish
//     outage=FROM,TO         seconds after `go` appeared, in which nothing passes
//     go=FILE                until it is there the link is clean, fast and short
//     stats=FILE             each 100 ms: seconds, then for each direction bytes and packets offered, bytes
//                            of UDP and of TCP offered, bytes delivered, packets lost, packets dropped by
//                            the queue, bytes of UDP and of TCP delivered, bytes dropped by the queue
//     seed=N                 what is lost depends on seed, direction and the packet's number alone
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Packet = std::vector<std::uint8_t>;

volatile std::sig_atomic_t stopped = 0;

[[noreturn]] void give_up(const std::string& why) { throw std::runtime_error(why); }

struct Settings {
  std::string device = "p0", go, stats;
  std::array<std::string, 2> spaces, addresses = {"10.99.0.1", "10.99.0.2"};
  int mtu = 1500;
  double rate = 0, queue = 1e9, delay = 0, jitter = 0, loss = 0, duplicate = 0, corrupt = 0, reorder = 0;
  double burst_share = 0, burst_mean = 0;  // of time, seconds
  std::vector<std::pair<double, double>> outages;
  std::vector<std::pair<double, double>> largest;  // bytes, and from when; the last that holds counts
  std::uint64_t seed = 1;
};

std::pair<std::string, std::string> pair_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) give_up("two values with a comma are wanted: " + text);
  return {text.substr(0, comma), text.substr(comma + 1)};
}

double number_of(const std::string& text) {
  std::size_t used = 0;
  double number = 0;
  try {
    number = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size() || number < 0) give_up("not a number: " + text);
  return number;
}

void read_option(Settings& settings, const std::string& name, const std::string& value) {
  const std::map<std::string, std::pair<double*, double>> numbers = {
      {"rate", {&settings.rate, 1}},         {"queue", {&settings.queue, 1}},
      {"delay", {&settings.delay, 1e3}},     {"jitter", {&settings.jitter, 1e3}},
      {"loss", {&settings.loss, 1e2}},       {"duplicate", {&settings.duplicate, 1e2}},
      {"corrupt", {&settings.corrupt, 1e2}}, {"reorder", {&settings.reorder, 1e2}}};
  if (const auto found = numbers.find(name); found != numbers.end()) {
    *found->second.first = number_of(value) / found->second.second;
  } else if (name == "device") {
    settings.device = value;
  } else if (name == "addresses") {
    std::tie(settings.addresses[0], settings.addresses[1]) = pair_of(value);
  } else if (name == "mtu") {
    settings.mtu = static_cast<int>(number_of(value));
  } else if (name == "burst") {
    const auto [share, mean] = pair_of(value);
    settings.burst_share = number_of(share) / 100, settings.burst_mean = number_of(mean);
  } else if (name == "outage") {
    const auto [from, to] = pair_of(value);
    settings.outages.emplace_back(number_of(from), number_of(to));
  } else if (name == "largest") {
    const auto [bytes, from] = pair_of(value);
    settings.largest.emplace_back(number_of(bytes), number_of(from));
  } else if (name == "go") {
    settings.go = value;
  } else if (name == "stats") {
    settings.stats = value;
  } else if (name == "seed") {
    settings.seed = static_cast<std::uint64_t>(number_of(value));
  } else {
    give_up("unknown option " + name);
  }
}

Settings read_arguments(int count, char** values) {
  if (count < 3) give_up("two namespaces are wanted");
  Settings settings;
  settings.spaces = {values[1], values[2]};
  for (int at = 3; at < count; ++at) {
    const std::string option = values[at];
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos) give_up("not name=value: " + option);
    read_option(settings, option.substr(0, equals), option.substr(equals + 1));
  }
  return settings;
}

// A TUN device in the namespace, up and with its address.
int open_device(const Settings& settings, std::size_t end) {
  const std::string space = "/run/netns/" + settings.spaces[end];
  const int handle = ::open(space.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0 || ::setns(handle, CLONE_NEWNET) != 0) give_up("cannot enter " + space);
  ::close(handle);
  const int device = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  settings.device.copy(request.ifr_name, IFNAMSIZ - 1);
  if (device < 0 || ::ioctl(device, TUNSETIFF, &request) != 0)
    give_up("cannot make the device " + settings.device);
  const std::string& name = settings.device;
  const std::string command = "ip address add " + settings.addresses[end] + " peer " +
                              settings.addresses[1 - end] + " dev " + name + " && ip link set " + name +
                              " mtu " + std::to_string(settings.mtu) +
                              " txqueuelen 5 up && ip link set lo up";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
  if (std::system(command.c_str()) != 0) give_up("cannot set up the device " + name);
  return device;
}

// When a two-state channel is bad: alternating spells, each of a random length.
class Bursts {
 public:
  Bursts(const Settings& settings, std::uint64_t seed) : random_(seed), bad_mean_(settings.burst_mean) {
    if (settings.burst_share > 0)
      good_mean_ = settings.burst_mean * (1 - settings.burst_share) / settings.burst_share;
    ends_ = spell(good_mean_);
  }
  bool is_bad(double time) {
    if (good_mean_ == 0) return false;
    for (; time >= ends_; ends_ += spell(bad_ ? bad_mean_ : good_mean_)) bad_ = !bad_;
    return bad_;
  }

 private:
  double spell(double mean) { return mean == 0 ? 0 : std::exponential_distribution<>(1 / mean)(random_); }
  std::mt19937_64 random_;
  double bad_mean_, good_mean_ = 0, ends_ = 0;
  bool bad_ = false;
};

constexpr std::size_t kProtocolAt = 9;  // in an IPv4 header
constexpr std::uint8_t kTcp = 6, kUdp = 17;

struct Counts {
  std::uint64_t bytes = 0, packets = 0, udp = 0, tcp = 0, delivered = 0, lost = 0, dropped = 0;
  std::uint64_t udp_delivered = 0, tcp_delivered = 0, dropped_bytes = 0;
};

class Direction {
 public:
  Direction(const Settings& settings, std::uint64_t number)
      : settings_(settings),
        random_(settings.seed * 2 + number),
        bursts_(settings, settings.seed * 2 + number + 77) {}

  // `bad_time` is seconds since the link became bad; nullopt: it is not yet.
  void offer(Packet packet, Clock::time_point now, std::optional<double> bad_time) {
    ++counts_.packets;
    counts_.bytes += packet.size();
    if (packet[kProtocolAt] == kUdp) counts_.udp += packet.size();
    if (packet[kProtocolAt] == kTcp) counts_.tcp += packet.size();
    if (!bad_time) return under_way_.insert({now, std::move(packet)}), void();
    // Always the same number of draws, so that what happens to a packet depends on its number alone.
    const double lost = draw(), jitter = draw(), twice = draw(), damaged = draw(), early = draw(),
                 where = draw();
    const auto start = std::max(now, free_at_);
    if (settings_.rate > 0) {
      const double waiting = Seconds(start - now).count() * settings_.rate / 8;
      if (waiting + static_cast<double>(packet.size()) > settings_.queue) {
        ++counts_.dropped;
        counts_.dropped_bytes += packet.size();
        return;
      }
      free_at_ = start + in(static_cast<double>(packet.size()) * 8 / settings_.rate);
    } else {
      free_at_ = start;
    }
    if (is_too_large(packet, *bad_time)) return ++counts_.lost, void();
    if (is_out(*bad_time) || bursts_.is_bad(*bad_time) || lost < settings_.loss)
      return ++counts_.lost, void();
    if (damaged < settings_.corrupt) {
      const auto bit = static_cast<std::size_t>(where * static_cast<double>(packet.size() * 8));
      packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ 1U << (bit % 8));
    }
    const bool overtakes = early < settings_.reorder;
    const auto due = free_at_ + in(overtakes ? 0 : settings_.delay + jitter * settings_.jitter);
    if (twice < settings_.duplicate) under_way_.insert({due, packet});
    under_way_.insert({due, std::move(packet)});
  }

  void deliver(int device, Clock::time_point now, std::optional<double> bad_time) {
    while (!under_way_.empty() && under_way_.begin()->first <= now) {
      const Packet packet = std::move(under_way_.extract(under_way_.begin()).mapped());
      if (bad_time && is_out(*bad_time)) continue;
      if (::write(device, packet.data(), packet.size()) <= 0) continue;
      counts_.delivered += packet.size();
      if (packet[kProtocolAt] == kUdp) counts_.udp_delivered += packet.size();
      if (packet[kProtocolAt] == kTcp) counts_.tcp_delivered += packet.size();
    }
  }
  [[nodiscard]] std::optional<Clock::time_point> next() const {
    return under_way_.empty() ? std::nullopt : std::optional(under_way_.begin()->first);
  }
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  static Clock::duration in(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
  }
  double draw() { return std::uniform_real_distribution<>(0, 1)(random_); }
  [[nodiscard]] bool is_out(double time) const {
    for (const auto& [from, to] : settings_.outages) {
      if (time >= from && time < to) return true;
    }
    return false;
  }
  [[nodiscard]] bool is_too_large(const Packet& packet, double time) const {
    double largest = HUGE_VAL;
    for (const auto& [bytes, from] : settings_.largest) {
      if (time >= from) largest = bytes;
    }
    return static_cast<double>(packet.size()) > largest;
  }
  const Settings& settings_;
  std::mt19937_64 random_;
  Bursts bursts_;
  Clock::time_point free_at_{};
  std::multimap<Clock::time_point, Packet> under_way_;
  Counts counts_;
};

class Emulator {
 public:
  explicit Emulator(Settings settings)
      : settings_(std::move(settings)), directions_{Direction(settings_, 0), Direction(settings_, 1)} {
    for (std::size_t end = 0; end < 2; ++end) devices_[end] = open_device(settings_, end);
    if (!settings_.stats.empty()) stats_.open(settings_.stats);
  }

  void run() {
    auto report_at = Clock::now();
    while (!stopped) {
      wait(report_at);
      const auto now = Clock::now();
      const auto bad = bad_time(now);
      for (std::size_t end = 0; end < 2; ++end) read(end, now, bad);
      for (std::size_t end = 0; end < 2; ++end) directions_[end].deliver(devices_[1 - end], now, bad);
      if (now < report_at) continue;
      report(now);
      report_at = now + std::chrono::milliseconds(100);
    }
    report(Clock::now());
  }

 private:
  void wait(Clock::time_point until) {
    for (const Direction& direction : directions_) {
      if (const auto next = direction.next()) until = std::min(until, *next);
    }
    const auto left = std::max(Clock::duration::zero(), until - Clock::now());
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec timeout{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    std::array<pollfd, 2> waiting{pollfd{devices_[0], POLLIN, 0}, pollfd{devices_[1], POLLIN, 0}};
    ::ppoll(waiting.data(), waiting.size(), &timeout, nullptr);
  }

  std::optional<double> bad_time(Clock::time_point now) {
    if (!bad_since_ && (settings_.go.empty() || std::filesystem::exists(settings_.go))) bad_since_ = now;
    if (!bad_since_) return std::nullopt;
    return Seconds(now - *bad_since_).count();
  }

  void read(std::size_t end, Clock::time_point now, std::optional<double> bad) {
    constexpr int kBatch = 64, kVersion4 = 4;
    constexpr std::size_t kHeader = 20;
    for (int left = kBatch; left > 0; --left) {
      const ssize_t size = ::read(devices_[end], buffer_.data(), buffer_.size());
      if (size <= 0) return;
      const bool is_v4 = static_cast<std::size_t>(size) >= kHeader && buffer_[0] >> 4 == kVersion4;
      if (is_v4) directions_[end].offer(Packet(buffer_.begin(), buffer_.begin() + size), now, bad);
    }
  }

  void report(Clock::time_point now) {
    if (!stats_.is_open()) return;
    stats_ << std::fixed << Seconds(now.time_since_epoch()).count();
    for (const Direction& direction : directions_) {
      const Counts& counts = direction.counts();
      for (const std::uint64_t count :
           {counts.bytes, counts.packets, counts.udp, counts.tcp, counts.delivered, counts.lost,
            counts.dropped, counts.udp_delivered, counts.tcp_delivered, counts.dropped_bytes})
        stats_ << ',' << count;
    }
    stats_ << std::endl;
  }

  Settings settings_;
  std::array<Direction, 2> directions_;
  std::array<int, 2> devices_{};
  std::array<std::uint8_t, 65536> buffer_{};
  std::ofstream stats_;
  std::optional<Clock::time_point> bad_since_;
};

}  // namespace

int main(int count, char** values) {
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stopped = 1; });
  try {
    Emulator(read_arguments(count, values)).run();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "openline-link-emulator: %s\n", problem.what());
    return 1;
  }
  return 0;
}
